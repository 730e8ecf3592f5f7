"""Addresses of membership, mounted at ``/membership/``."""

from django.urls import path

from zhijia.membership.urls_rosters import urlpatterns as rosters
from zhijia.membership.urls_segments import urlpatterns as segments
from zhijia.membership.views import coverage, officer, papers, roll, worker

app_name = "membership"

urlpatterns = [
    path("", worker.mine, name="mine"),
    path("join/", worker.join, name="join"),
    path("join/<str:code>/", worker.door, name="door"),
    path("applications/<uuid:public_id>/", worker.application, name="application"),
    path("card/", worker.card, name="card"),
    path("card/<str:token>/", worker.verify, name="verify"),
    path("papers/check/<str:token>/", papers.check, name="paper_check"),
    path("papers/<str:paper>/", papers.own, name="own_paper"),
    path("papers/<str:paper>.pdf", papers.own_pdf, name="own_paper_pdf"),
    path("data/", worker.data, name="data"),
    path("data/correction/", worker.correction, name="correction"),
    path("leave/<int:membership_id>/", worker.leave, name="leave"),
    path("reminder/<int:reminder_id>/", worker.reminder, name="reminder"),
    path("work/applications/", officer.applications, name="applications"),
    path("work/applications/<uuid:public_id>/", officer.application, name="work_application"),
    path("work/transfers/", officer.transfers, name="transfers"),
    path("work/transfers/<int:transfer_id>/", officer.transfer, name="transfer"),
    path("work/corrections/", officer.corrections, name="corrections"),
    path("work/corrections/<int:correction_id>/", officer.correction, name="work_correction"),
    path("work/doors/", officer.doors, name="doors"),
    path("work/doors/<int:door_id>/", officer.door, name="work_door"),
    path("work/roll/", roll.roll, name="roll"),
    path("work/roll/<int:membership_id>/", roll.entry, name="entry"),
    path("work/roll/<int:membership_id>/correct/", roll.correct, name="correct_entry"),
    path("work/roll/<int:membership_id>/<str:paper>/", papers.of_entry, name="paper"),
    path("work/roll/<int:membership_id>/<str:paper>.pdf", papers.of_entry_pdf, name="paper_pdf"),
    path("work/enrol/", roll.enrol, name="enrol"),
    path("work/coverage/", coverage.coverage, name="coverage"),
    path("work/coverage/export/", coverage.export, name="coverage_export"),
    *rosters,
    *segments,
]
