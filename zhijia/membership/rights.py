"""What the roll holds about its person, for how long, and how it lets go."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from zhijia.core.rights import Eraser, Held
from zhijia.membership.enums import Provable
from zhijia.membership.models import (
    Application,
    Correction,
    Employment,
    Identity,
    Membership,
    MembershipStep,
    PastFact,
    Reminder,
    Transfer,
    Worker,
)
from zhijia.membership.selectors import worker_of
from zhijia.membership.services.base import count_change
from zhijia.membership.services.correcting import new_value
from zhijia.membership.services.importing import forget_rosters
from zhijia.regulations import places
from zhijia.regulations.selectors import let_go_before

OPEN = ("submitted", "question", "review")


def held(user: Any, now: dt.datetime, proven: bool) -> Iterator[Held]:
    """Yield the entry on the roll with all that hangs on it, and each application of an account."""
    worker = worker_of(user)
    if worker is not None:
        yield from _of_entry(worker, proven)
        yield from _of_memberships(worker)
    for application in Application.objects.filter(account=user).select_related("body"):
        told = application.details() if proven else {}
        parts = [
            application.body.name, application.get_state_display(), *_sealed(told),
            *_counted(application), application.employer_name, application.question, application.reason,
        ]  # fmt: skip
        yield Held(
            "membership.Application", _("Application to join"), SEPARATOR.join(filter(None, parts)),
            application.submitted_at, url=f"/membership/applications/{application.public_id}/",
            is_sealed=not proven,
        )  # fmt: skip


def _of_entry(worker: Worker, proven: bool) -> Iterator[Held]:
    """Yield what the entry says, what it said before, and what was asked to be put right."""
    details = worker.details()
    told = _sealed(details) if proven else [details.get("name", "")]
    yield Held(
        "membership.Worker", _("Entry on the roll of members"), SEPARATOR.join([*told, *_counted(worker)]),
        worker.created_at, url="/membership/data/", is_sealed=not proven,
    )  # fmt: skip
    for fact in worker.past_facts.order_by("-until_on"):
        was = f": {_said(Worker, fact.field, fact.read())}" if proven else ""
        value = _label(fact.field) + was
        yield Held(
            "membership.PastFact", _title(PastFact), value, fact.written_at, url="/membership/data/",
            is_sealed=not proven,
        )  # fmt: skip
    for row in worker.corrections.order_by("-asked_at"):
        parts = [_label(row.field), row.get_state_display()]
        parts += [_said(Worker, row.field, new_value(row)), row.note, row.reason] if proven else []
        yield Held(
            "membership.Correction", _title(Correction), SEPARATOR.join(filter(None, parts)), row.asked_at,
            url="/membership/data/", is_sealed=not proven,
        )  # fmt: skip
    for job in worker.employments.select_related("employer"):
        name = job.employer_name or (job.employer.name if job.employer else "")
        value = f"{name} · {_day(job.from_on)} – {_day(job.until_on)}"
        yield Held("membership.Employment", _title(Employment), value, job.written_at)


def _of_memberships(worker: Worker) -> Iterator[Held]:
    """Yield each membership, transfer and reminder."""
    for row in worker.memberships.select_related("body").order_by("-joined_on"):
        value = f"{row.body.name} · {row.get_state_display()} · {_day(row.joined_on)} – {_day(row.ended_on)}"
        yield Held("membership.Membership", _("Membership"), value, row.written_at, url="/membership/")
        for step in row.steps.order_by("id"):
            parts = [row.body.name, step.get_after_display(), _day(step.counts_on), step.reason]
            value = SEPARATOR.join(filter(None, parts))
            yield Held(
                "membership.MembershipStep",
                _title(MembershipStep),
                value,
                step.written_at,
                url="/membership/",
            )
    for move in worker.transfers.select_related("from_body", "to_body").order_by("-asked_at"):
        value = f"{move.from_body.name} → {move.to_body.name} · {move.get_state_display()}"
        yield Held("membership.Transfer", _title(Transfer), value, move.asked_at, url="/membership/")
    reminders = Reminder.objects.filter(membership__worker=worker).select_related("membership__body")
    for one in reminders.order_by("-sent_at"):
        value = f"{one.membership.body.name} · {one.get_state_display()}"
        yield Held("membership.Reminder", _title(Reminder), value, one.sent_at, url="/membership/")


SEPARATOR = " · "
COUNTED = (
    "sex", "birth_year", "place", "education", "is_migrant", "work_status", "engagement", "trade", "industry",
)  # fmt: skip
"""What stands on an entry or an application in codes."""


def _counted(row: Worker | Application) -> list[str]:
    """Return what stands in codes, each in words with its heading."""
    names = [name for name in COUNTED if getattr(row, name, None)]
    return [f"{_label(name, type(row))}: {_said(type(row), name, getattr(row, name))}" for name in names]


def _sealed(details: dict[str, str]) -> list[str]:
    """Return what is sealed, without codes, which are told in words."""
    return [value for name, value in details.items() if name not in (*COUNTED, "id_kind")]


def _label(name: str, model: type[Worker | Application] = Worker) -> str:
    """Return the heading of a column, or of something that may be put right."""
    if name in Provable.values:
        return str(Provable(name).label)
    return str(_column(model, name).verbose_name) if name in COUNTED else _("Address")


def _said(model: type[Worker | Application], name: str, value: Any) -> str:
    """Return a code in words."""
    if name == "place":
        return places.name(value) if value else "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    words = dict(_column(model, name).flatchoices) if name in COUNTED else {}
    return str(words.get(value) or words.get(int(value) if str(value).isdecimal() else value) or value or "–")


def _column(model: type[Worker | Application], name: str) -> Any:
    return model._meta.get_field(name)


def _title(model: Any) -> str:
    return str(capfirst(model._meta.verbose_name))


def _day(day: dt.date | None) -> str:
    return date_format(day) if day else ""


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
