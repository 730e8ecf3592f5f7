"""Addresses of core: what every installation has, whatever apps it holds."""

from django.urls import URLPattern, URLResolver

app_name = "core"

urlpatterns: list[URLPattern | URLResolver] = []
