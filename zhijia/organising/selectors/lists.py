"""Which processes and votes a person may see."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from zhijia.core.errors import NotFound
from zhijia.organising.enums import ProcessKind
from zhijia.organising.models import APPROVERS, LEADERS, Process, Vote
from zhijia.organising.workflow import FINAL, WAITING
from zhijia.unions.row_security import as_system, show_own
from zhijia.unions.selectors import posts_of, scope


def processes(user: Any, on: dt.date) -> QuerySet[Process]:
    """Return what the person may see, newest first."""
    _know_own(user)
    rows = Process.objects.visible_to(user, on)
    return rows.select_related("body", "upper", "answering").order_by("-changed_at", "-id")


def _know_own(user: Any) -> None:
    """Tell the database which foundings are the person's own, before it hides those of his employer."""
    if getattr(user, "pk", None) is None:
        return
    with as_system():
        own = list(Process.objects.filter(applicant=user).values_list("public_id", flat=True))
    show_own(own)


def process_of(public_id: Any, user: Any, on: dt.date) -> Process:
    """Return one process that the person may see; raise ``NotFound``."""
    rows = processes(user, on).select_related(
        "body", "upper", "answering", "employer", "partner", "applicant", "seat"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def own_foundings(user: Any) -> QuerySet[Process]:
    """Return the foundings that a person has opened himself."""
    _know_own(user)
    rows = Process.objects.filter(applicant=user, kind=ProcessKind.FOUNDING)
    return rows.select_related("body", "answering").order_by("-changed_at", "-id")


TABS = ("answer", "ours", "open", "done")


def tab_of(user: Any, tab: str, on: dt.date) -> QuerySet[Process]:
    """Return one queue of the officer's list."""
    rows = processes(user, on)
    if tab == "done":
        return rows.filter(state__in=FINAL)
    if tab == "ours":
        return rows.exclude(state__in=FINAL).filter(body__in=[post.body_id for post in led_posts(user, on)])
    if tab == "answer":
        return waiting(user, on)
    return rows.exclude(state__in=FINAL)


def waiting(user: Any, on: dt.date) -> QuerySet[Process]:
    """Return what waits for the answer of this officer, the most urgent first."""
    mine = scope(user, APPROVERS, on).q("answering__")
    rows = processes(user, on).filter(mine, state__in=WAITING)
    rows = rows.exclude(applicant=user).exclude(last_applicant=user)
    return rows.exclude(body__in=[post.body_id for post in led_posts(user, on)]).order_by("due_on", "id")


def led_posts(user: Any, on: dt.date) -> list[Any]:
    """Return the posts by which the person leads a body."""
    return [post for post in posts_of(user, on) if post.role in LEADERS]


def vote_of(vote_id: int, user: Any, on: dt.date) -> Vote:
    """Return one vote of a process that the person may see; raise ``NotFound``."""
    _know_own(user)
    seen = Process.objects.visible_to(user, on)
    found = Vote.objects.filter(pk=vote_id, process__in=seen).select_related("process__body").first()
    if found is None:
        raise NotFound
    return found


def vote_of_candidate(candidate_id: int, user: Any, on: dt.date) -> Vote:
    """Return the vote in which a candidate stands; raise ``NotFound``."""
    found = Vote.objects.filter(candidates=candidate_id).values_list("pk", flat=True).first()
    return vote_of(found or 0, user, on)
