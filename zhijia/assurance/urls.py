"""Addresses of promises and proofs."""

from django.urls import path

from zhijia.assurance.views import operator, public

app_name = "assurance"

urlpatterns = [
    path("promises/", public.promises, name="promises"),
    path("operation/", operator.board, name="board"),
]
