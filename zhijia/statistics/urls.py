"""Addresses of the figures."""

from django.urls import path

from zhijia.statistics.views import officer, public

app_name = "statistics"

urlpatterns = [
    path("open/", public.open_figures, name="open"),
    path("statistics/", officer.index, name="index"),
    path("statistics/export.xlsx", officer.export, name="export"),
    path("statistics/<str:key>/", officer.indicator, name="indicator"),
]
