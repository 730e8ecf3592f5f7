"""What waits for those who keep a roll: applications, transfers, corrections, doors."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from zhijia.core.errors import NotFound
from zhijia.core.workflow import State
from zhijia.membership.models import Application, Correction, JoinDoor, Membership, Transfer
from zhijia.membership.models.person import Identity
from zhijia.membership.permissions import Ask
from zhijia.membership.workflow import APPLICATION
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL as KEEPERS
from zhijia.unions.selectors import scope


def applications_for(user: Any, on: dt.date, *, closed: bool = False) -> QuerySet[Application]:
    """Return the applications that the officer may see, the most urgent first."""
    rows = Application.objects.visible_to(user, on).select_related("body")
    if closed:
        return rows.exclude(state__in=("submitted", "question", "review")).order_by("-changed_at")
    return rows.open().order_by("due_on", "id")


@dataclass(frozen=True)
class ApplicationPage:
    """One application, whole, with what the officer may do now."""

    row: Application
    state: State
    details: dict[str, str]
    actions: frozenset[str]
    is_known: bool
    """Somebody with this identity number is on a roll."""
    member_elsewhere: Membership | None


def application_page(user: Any, public_id: Any, on: dt.date) -> ApplicationPage:
    """Return an application that the officer may see; raise ``NotFound``."""
    rows = Application.objects.visible_to(user, on).select_related("body", "employer", "membership")
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    known = Identity.objects.filter(pk=row.id_index).first() if row.id_index else None
    elsewhere = (
        Membership.objects.open().filter(worker=known.worker_id, kind="full").select_related("body").first()
        if known
        else None
    )
    return ApplicationPage(
        row,
        APPLICATION.state(row.state),
        row.details(),
        _actions(user, row, on),
        known is not None,
        elsewhere,
    )


def _actions(user: Any, row: Application, on: dt.date) -> frozenset[str]:
    from rules import permissions

    ask = Ask(on, row.body, row.account_id)
    return frozenset(
        step.name for step in APPLICATION.from_state(row.state)
        if step.label and step.permission == "membership.decide_application"
        and permissions.permissions[step.permission].test(user, ask)
    )  # fmt: skip


def transfers_for(user: Any, on: dt.date) -> QuerySet[Transfer]:
    """Return the running transfers from or to bodies whose roll the officer keeps."""
    inside = scope(user, KEEPERS, on)
    rows = Transfer.objects.filter(state__in=("asked", "objected"))
    rows = rows.filter(inside.q("from_body__") | inside.q("to_body__"))
    hidden = Q(membership__is_discreet=True) & ~inside.q("to_body__")
    return rows.exclude(hidden).select_related("from_body", "to_body", "worker").order_by("release_due_on")


def corrections_for(user: Any, on: dt.date) -> QuerySet[Correction]:
    """Return the corrections that wait for the officer."""
    rows = Correction.objects.filter(scope(user, KEEPERS, on).q("body__"), state="asked")
    return rows.exclude(worker__account=user).select_related("worker", "body").order_by("due_on", "id")


def doors_for(user: Any, on: dt.date) -> QuerySet[JoinDoor]:
    """Return the doors of the bodies whose roll the officer keeps, newest first."""
    rows = JoinDoor.objects.filter(scope(user, KEEPERS, on).q("body__"))
    return rows.select_related("body").order_by("-made_at")
