"""Addresses of the audit."""

from django.urls import path

from zhijia.audit import views

app_name = "audit"

urlpatterns = [
    path("heads", views.heads, name="heads"),
    path("heads.json", views.heads_json, name="heads_json"),
    path("witness", views.witness, name="witness"),
]
