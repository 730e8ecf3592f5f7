"""Addresses of groups of members; included in those of membership."""

from django.urls import path

from zhijia.membership.views import segments

urlpatterns = [
    path("segments/", segments.segments, name="segments"),
    path("segments/new/", segments.new_segment, name="segment_new"),
    path("segments/<int:segment_id>/", segments.segment, name="segment"),
    path("segments/<int:segment_id>/edit/", segments.edit_segment, name="segment_edit"),
    path("segments/<int:segment_id>/drop/", segments.drop, name="segment_drop"),
]
