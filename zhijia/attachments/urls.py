"""Addresses of the files' own host; on any other host they are not there (``middleware``)."""

from django.urls import path

from zhijia.attachments import views

app_name = "attachments"

urlpatterns = [path("files/<str:token>", views.fetch, name="fetch")]
