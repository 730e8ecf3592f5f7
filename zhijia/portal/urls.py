"""Addresses of the portal."""

from django.urls import path

from zhijia.portal.views import officer, worker

app_name = "portal"

urlpatterns = [
    path("", worker.home, name="home"),
    path("desk/", officer.desk, name="desk"),
    path("search/", worker.search, name="search"),
]
