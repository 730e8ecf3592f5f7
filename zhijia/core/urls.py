"""Addresses of core: what every installation has, whatever apps it holds."""

from django.urls import path

from zhijia.core import views

app_name = "core"

urlpatterns = [
    path("reading/", views.reading, name="reading"),
    path("menu/", views.menu, name="menu"),
    path("drafts/", views.drafts, name="drafts"),
    path("offline/", views.offline, name="offline"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("manifest.webmanifest", views.web_manifest, name="web_manifest"),
    path("browser-reports/", views.browser_reports, name="browser_reports"),
    path("gallery/", views.gallery, name="gallery"),
]
