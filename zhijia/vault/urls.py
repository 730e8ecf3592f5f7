"""Addresses of the vault."""

from django.urls import path

from zhijia.vault import views

app_name = "vault"
urlpatterns = [
    path("unlock/", views.unlock, name="unlock"),
    path("requests/", views.requests, name="requests"),
    path("requests/<uuid:public_id>/", views.request_page, name="request"),
]
