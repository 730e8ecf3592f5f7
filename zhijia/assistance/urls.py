from django.urls import path

from zhijia.assistance.views import public

app_name = "assistance"
urlpatterns = [
    path("rules/", public.rules, name="rules"),
    path("self-test/", public.self_test, name="self_test"),
]
