"""Addresses of appeals: what a worker opens, what an officer opens."""

from zhijia.appeals.urls import officer, worker

app_name = "appeals"
urlpatterns = [*worker.urlpatterns, *officer.urlpatterns]
