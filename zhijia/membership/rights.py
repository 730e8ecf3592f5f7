"""What the roll holds about its person, for how long, and how it lets go."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from zhijia.core.rights import Eraser, Held
from zhijia.membership.models import Application, Identity, Membership, Worker
from zhijia.membership.selectors import worker_of
from zhijia.membership.services.base import count_change
from zhijia.membership.services.importing import forget_rosters
from zhijia.regulations.selectors import let_go_before

OPEN = ("submitted", "question", "review")


def held(user: Any, now: dt.datetime, proven: bool) -> Iterator[Held]:
    """Yield the entry on the roll, each membership, and each application of an account."""
    worker = worker_of(user)
    if worker is not None:
        details = worker.details()
        told = ", ".join(value for value in details.values()) if proven else details.get("name", "")
        yield Held(
            "membership.Worker", _("Entry on the roll of members"), told, worker.created_at,
            url="/membership/data/", is_sealed=not proven,
        )  # fmt: skip
        for row in worker.memberships.select_related("body").order_by("-joined_on"):
            value = f"{row.body.name} · {row.get_state_display()} · {row.joined_on} – {row.ended_on or ''}"
            yield Held("membership.Membership", _("Membership"), value, row.written_at, url="/membership/")
    for application in Application.objects.filter(account=user).select_related("body"):
        value = f"{application.body.name} · {application.get_state_display()}"
        yield Held(
            "membership.Application", _("Application to join"), value, application.submitted_at,
            url=f"/membership/applications/{application.public_id}/",
        )  # fmt: skip


@transaction.atomic
def erase(reference: str, *, now: dt.datetime) -> dict[str, int]:
    """Erase the entry of an account with its memberships, and its applications; mend the totals."""
    account = int(reference.partition(":")[2])
    counts = {"applications": Application.objects.filter(account=account).delete()[0]}
    for worker in Worker.objects.select_for_update().filter(account=account):
        counts["roll"] = counts.get("roll", 0) + _let_go(worker, now)
    return counts


ERASER = Eraser(kind="user", erase=erase, order=40)


def _let_go(worker: Worker, now: dt.datetime) -> int:
    for row in worker.memberships.filter(ended_on=None).select_related("body"):
        count_change(row, worker, row.state, "ended", now)
    if worker.id_index:
        Identity.objects.filter(worker_id=worker.pk, pk=worker.id_index).delete()
    return worker.delete()[0]


def forget(now: dt.datetime) -> int:
    """Timer: let go of rolls, applications and rosters whose period is over; return how many rows."""
    rosters = forget_rosters(before=let_go_before("retention.roster", now))
    return _forget_workers(now) + _forget_applications(now) + rosters


def _forget_workers(now: dt.datetime) -> int:
    before = let_go_before("retention.roll", now).date()
    running = Membership.objects.filter(worker=OuterRef("pk"), ended_on=None)
    recent = Membership.objects.filter(worker=OuterRef("pk"), ended_on__gte=before)
    old = Membership.objects.filter(worker=OuterRef("pk"), ended_on__lt=before)
    rows = Worker.objects.filter(Exists(old), ~Exists(running), ~Exists(recent))[:500]
    return sum(_let_go(worker, now) for worker in rows)


def _forget_applications(now: dt.datetime) -> int:
    before = let_go_before("retention.application", now)
    rows = Application.objects.filter(changed_at__lt=before).exclude(state__in=OPEN)
    return rows.delete()[0]
