"""Addresses of recoveries, mounted at ``/recovery/``."""

from django.urls import path

from zhijia.recovery import views

app_name = "recovery"

urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("counter/", views.open_counter, name="open"),
    path("counter/confirm/", views.confirm, name="confirm"),
]
