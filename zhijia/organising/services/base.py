"""How every step of a process begins and ends: lock, who, which state; write, note, audit, tell."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from zhijia.audit.services import record
from zhijia.core.actors import Actor, System
from zhijia.core.clock import local_date
from zhijia.core.errors import NotAllowed
from zhijia.core.services import check_state, load_locked, require
from zhijia.core.text import tidy
from zhijia.notifications.services import notify
from zhijia.organising.enums import ProcessKind
from zhijia.organising.errors import SamePerson
from zhijia.organising.models import APPROVERS, LEADERS, Process, Step
from zhijia.organising.permissions import Ask, took_part
from zhijia.organising.workflow import table_of
from zhijia.regulations import calendar
from zhijia.regulations.selectors import period
from zhijia.unions.conflict import is_barred
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import ancestors, holders, without_ties

REPLY = "union_body.reply"


def load(*, process_id: int, by: Actor, now: dt.datetime) -> Process:
    """Return the process, locked; one that the actor may not see is ``NotFound``."""
    rows = Process.objects.all()
    if not isinstance(by, System):
        rows = rows.visible_to(by, local_date(now))
    return load_locked(
        rows.select_related("body", "upper", "answering", "employer", "partner", "seat"), pk=process_id
    )


def begin(step: str, *, process_id: int, by: Actor, now: dt.datetime) -> Process:
    """Lock the process and check who asks, then in which state it is.

    Raises ``NotFound``, ``SamePerson``, ``NotAllowed`` or ``WrongState``, in this order.
    """
    process = load(process_id=process_id, by=by, now=now)
    found = table_of(process.kind).transition(step)
    if found.permission == "organising.answer" and took_part(by, process):
        raise SamePerson
    require(by, found.permission, Ask(local_date(now), process))
    check_state(table_of(process.kind), step, process.state)
    return process


def finish(
    step: str, process: Process, *, by: Actor, now: dt.datetime, to: str | None = None, reason: str = "",
    **changes: Any,
) -> Process:  # fmt: skip
    """Write the new state with the other ``changes``, note and record it; the only place a state is set."""
    table = table_of(process.kind)
    found, before = table.transition(step), process.state
    process.state = table.target(step, before, to)
    changes["changed_at"] = now
    if found.deadline:
        changes["due_on"] = reply_due(process, now)
    elif process.state != before:
        changes.setdefault("due_on", None)
    for name, value in changes.items():
        setattr(process, name, value)
    process.save(update_fields=["state", *changes])
    note(step, process, by=by, now=now, reason=reason)
    facts = {"step": step, "from": before, "to": process.state, "kind": process.kind}
    record(found.audit, obj=process, by=by, now=now, tenant=process.tenant, data=facts)
    tell(found.message, process, by=by, now=now)
    return process


def note(step: str, process: Process, *, by: Actor, now: dt.datetime, reason: str = "") -> Step:
    """Add a line to the history that both sides read."""
    answers = table_of(process.kind).transition(step).permission == "organising.answer"
    return Step.objects.create(
        tenant=process.tenant, process=process, name=step, at=now, reason=tidy(reason),
        actor_id=getattr(by, "pk", None), office=process.answering if answers else None,
    )  # fmt: skip


def reply_due(process: Process, now: dt.datetime) -> dt.date:
    """Return by which day the union above answers (15 days, moved past rest days)."""
    place = process.answering.place
    asked = period(REPLY, place, local_date(now))
    return calendar.deadline(local_date(now), asked, place=place).on


def sent(by: Actor, now: dt.datetime) -> dict[str, Any]:
    """Return what changes when something is put to the union above."""
    return {"applied_at": now, "last_applicant_id": getattr(by, "pk", None), "refuser_id": None}


def tell(kind: str, process: Process, *, by: Actor, now: dt.datetime) -> None:
    """Tell the side that has to know; nobody of his own deed, and never who is tied to the employer."""
    if not kind:
        return
    url = f"/organising/{process.public_id}/"
    people = _applicants(process, now) if kind == "organising.answered" else approvers(process, now)
    if kind == "organising.escalated":
        people = [*people, *_applicants(process, now)]
    for person in {person.pk: person for person in people}.values():
        if person.pk != getattr(by, "pk", None):
            data = {"due": process.due_on.isoformat() if process.due_on else ""}
            own = person.pk == process.applicant_id
            notify(kind=kind, to=person, now=now, data=data, url=url, tenant=process.tenant, is_own=own)


def approvers(process: Process, now: dt.datetime) -> list[Any]:
    """Return who answers in the body that is asked: nobody who is tied to the employer, or took part."""
    on = local_date(now)
    people = holders(process.answering, APPROVERS, on)
    free = [p for p in people if not is_barred(p, process.employer_id, on)]
    return [p for p in free if not took_part(p, process)]


def _applicants(process: Process, now: dt.datetime) -> Iterable[Any]:
    own = [process.applicant] if process.applicant else []
    if process.body is None or process.kind == ProcessKind.FOUNDING:
        return own
    people = holders(process.body, LEADERS, local_date(now))
    return [*people, *own] if process.kind == ProcessKind.RECALL else people


def body_above(body: UnionBody, employer_id: int | None) -> UnionBody | None:
    """Return the next body above that is not tied to the employer, or None at the top."""
    line = [above for above in ancestors(body) if above.is_active]
    return next(iter(without_ties(line, employer_id)), None)


def must_lead(by: Actor, body: UnionBody, now: dt.datetime) -> None:
    """Raise ``NotAllowed`` unless the actor leads the body, or is the platform."""
    require(by, "organising.open", Ask(local_date(now), body=body))
    if not body.is_active:
        raise NotAllowed
