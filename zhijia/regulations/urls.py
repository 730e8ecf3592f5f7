from django.urls import path

from zhijia.regulations.views import public

app_name = "regulations"
urlpatterns = [path("", public.rules, name="rules")]
