"""What an officer opens."""

from django.urls import path

from zhijia.appeals.forms.actions import ACTIONS
from zhijia.appeals.views.officer import case, entry, figures, publishing, queue, settings

CASE = "work/<uuid:public_id>/"
STEPS = [name for name in ACTIONS if name not in ("open_complainant", "renew_receipt")]

urlpatterns = [
    path("work/", queue.queue, name="queue"),
    path("work/assign/", queue.assign_many, name="assign_many"),
    path("work/next/", queue.take_next, name="take_next"),
    path("work/export.xlsx", queue.export, name="export"),
    path("work/figures/", figures.figures, name="figures"),
    path("enter/", entry.enter, name="enter"),
    path("enter/hints/", entry.entry_hints, name="entry_hints"),
    path("texts/", settings.saved_replies, name="saved_replies"),
    path("texts/<int:reply_id>/", settings.saved_reply, name="saved_reply"),
    path("texts/<int:reply_id>/delete/", settings.delete_reply, name="delete_reply"),
    path("promises/", settings.promises, name="promises"),
    path("flags/", settings.flags, name="flags"),
    path("flags/<int:flag_id>/seen/", settings.acknowledge_flag, name="acknowledge_flag"),
    path(CASE, case.work, name="work"),
    path(f"{CASE}next/", case.next_mine, name="next_mine"),
    path(f"{CASE}beside/", case.beside, name="beside"),
    path(f"{CASE}receipt/", entry.entered, name="entered"),
    path(f"{CASE}files/<uuid:file_id>/", case.work_file, name="work_file"),
    path(f"{CASE}unlink/", case.unlink, name="unlink"),
    path(f"{CASE}withdraw_answer/", publishing.withdraw_answer, name="withdraw_answer"),
    path(f"{CASE}look/", case.look, name="look"),
    path(f"{CASE}renew_receipt/", entry.renew_receipt, name="renew_receipt"),
    path(f"{CASE}open_complainant/", case.open_complainant, name="open_complainant"),
    *(path(f"{CASE}{name}/", case.act, {"name": name}, name=name) for name in STEPS),
]
