"""Addresses of the union tree."""

from django.urls import path

from zhijia.unions.views import headcounts, officer, public, stewards, ties

app_name = "unions"

urlpatterns = [
    path("unions/", public.directory, name="directory"),
    path("unions/<int:body_id>/", public.body, name="body"),
    path("unions/<int:body_id>/posts/", stewards.posts, name="posts"),
    path("unions/<int:body_id>/settings/", stewards.settings, name="settings"),
    path("unions/<int:body_id>/figures/", headcounts.headcounts, name="headcounts"),
    path("unions/<int:body_id>/found/", stewards.found, name="found"),
    path("unions/posts/<int:post_id>/end/", stewards.end_post, name="end_post"),
    path("unions/posts/<int:post_id>/ties/", ties.ties, name="ties"),
    path("employers/", officer.employers, name="employers"),
    path("employers/new/", officer.add_employer, name="add_employer"),
    path("employers/<int:employer_id>/", officer.employer, name="employer"),
    path("employers/<int:employer_id>/merge/", officer.merge_employer, name="merge_employer"),
    path("affiliations/", ties.affiliations, name="affiliations"),
]
