"""Addresses of processes about union bodies, mounted at ``/organising/``."""

from django.urls import path

from zhijia.organising.views import electing, leaving, officer, papers, process, worker

app_name = "organising"

urlpatterns = [
    path("", officer.index, name="index"),
    path("terms/", officer.terms, name="terms"),
    path("bodies/<int:body_id>/", officer.body, name="body"),
    path("bodies/<int:body_id>/open/<slug:process_kind>/", officer.open_process, name="open"),
    path("seats/<int:seat_id>/leave/", leaving.leave, name="leave_seat"),
    path("seats/<int:seat_id>/recall/", leaving.recall, name="recall"),
    path("mine/", worker.mine, name="mine"),
    path("found/", worker.found, name="found"),
    path("<uuid:public_id>/", process.page, name="process"),
    path("<uuid:public_id>/steps/<slug:step>/", process.step, name="step"),
    path("<uuid:public_id>/figures/", process.figures, name="figures"),
    path("<uuid:public_id>/election/", electing.election, name="election"),
    path("votes/<int:vote_id>/", electing.vote, name="vote"),
    path("votes/<int:vote_id>/remove/", electing.remove_vote, name="remove_vote"),
    path("candidates/<int:candidate_id>/remove/", electing.remove_candidate, name="remove_candidate"),
    path("<uuid:public_id>/papers/<slug:paper>/", papers.page, name="paper"),
    path("<uuid:public_id>/papers/<slug:paper>/pdf/", papers.as_pdf, name="paper_pdf"),
]
