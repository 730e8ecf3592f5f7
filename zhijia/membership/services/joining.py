"""Joining: the application, its questions, the decision, the review. The employer is never told."""

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.core.actors import SYSTEM, Actor, System
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.idempotency import once
from zhijia.core.services import check_state, load_locked, require
from zhijia.membership import messages
from zhijia.membership.enums import ApplicationState as A
from zhijia.membership.enums import Channel
from zhijia.membership.errors import AlreadyApplied, PlaceMissing, ReviewOver
from zhijia.membership.models import Application
from zhijia.membership.models.person import id_index, phone_index
from zhijia.membership.permissions import Ask
from zhijia.membership.services.application_steps import days, move, note
from zhijia.membership.services.base import check_reason
from zhijia.membership.services.doors import open_door, use_door
from zhijia.membership.services.enrolling import Person, check_person
from zhijia.membership.workflow import APPLICATION
from zhijia.unions import selectors as unions
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.services import name_employer

OPEN = (A.SUBMITTED, A.QUESTION, A.REVIEW)


@dataclass(frozen=True)
class Joining:
    """What somebody tells who wants to join. Only the name and the place are needed."""

    person: Person
    place: str
    employer_id: int | None = None
    employer_name: str = ""
    to_own_union: bool = False
    """He chose his workplace's own union himself; otherwise nobody there learns of it."""
    door: str = ""
    """Code of a QR code or an invitation."""
    extra: dict[str, str] = field(default_factory=dict)


def apply(*, joining: Joining, key: str, by: Actor, now: dt.datetime) -> tuple[dict[str, Any], bool]:
    """Hand in an application once per ``key``; return ``(answer, fresh)`` with ``public_id`` and days.

    Raises ``AlreadyApplied``, ``PlaceMissing``, ``DoorClosed`` and what ``check_person`` raises.
    """
    require(by, "membership.apply", Ask(local_date(now)))
    return once(
        scope=f"membership.apply|user:{by.pk}", key=key, body=asdict(joining), now=now,
        effect=lambda: _hand_in(joining, by, now),
    )  # fmt: skip


def _hand_in(joining: Joining, by: Any, now: dt.datetime) -> dict[str, Any]:
    on = local_date(now)
    checked = check_person(joining.person, on=on)
    door = open_door(joining.door, on) if joining.door else None
    place = joining.place or (door.body.place if door else "")
    if not place:
        raise PlaceMissing
    employer = _employer(joining, place, by, now)
    body = door.body if door else _body(employer, place, joining.to_own_union)
    person = joining.person
    application = Application(
        tenant=body.tenant, account=by, place=place, employer=employer, body=body,
        channel=door.channel if door else Channel.SELF, sex=checked.sex, is_migrant=person.is_migrant,
        engagement=person.engagement, trade=person.trade, employer_name=joining.employer_name.strip(),
        is_discreet=body.employer_id is None, is_id_doubted=checked.standing == "doubted",
        submitted_at=now, changed_at=now, **days(body, on),
    )  # fmt: skip
    told = asdict(person) | {"id_number": checked.id_number, "phone": checked.phone or by.phone}
    application.seal_details({key: str(told[key]) for key in told if told[key] not in ("", False, 0)})
    application.id_index = id_index(checked.id_number) if checked.standing == "plausible" else None
    application.phone_index = phone_index(checked.phone or by.phone)
    _save_new(application)
    if door:
        use_door(door, now)
    note("apply", application, by, now)
    messages.tell_applicant("apply", application, now=now, due_on=application.due_on.isoformat())
    messages.tell_body("application.waits", application, now=now)
    return {
        "public_id": str(application.public_id), "body": body.name, "due_on": application.due_on.isoformat(),
        "latest_on": application.latest_on.isoformat(),
    }  # fmt: skip


def _save_new(application: Application) -> None:
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError:
        raise AlreadyApplied from None


def _employer(joining: Joining, place: str, by: Actor, now: dt.datetime) -> Employer | None:
    if joining.employer_id:
        return unions.employer_named(joining.employer_id)
    name = joining.employer_name.strip()
    return name_employer(name=name, place=place, by=SYSTEM, now=now) if name else None


def _body(employer: Employer | None, place: str, to_own_union: bool) -> UnionBody:
    """Return who decides: the union above the enterprise, unless he chose the one of his workplace."""
    own = UnionBody.objects.active().filter(employer=employer).order_by("depth").first() if employer else None
    if to_own_union and own is not None:
        return own
    return unions.responsible_body(employer=employer, place=place)


# The applicant --------------------------------------------------------------------------------


@transaction.atomic
def answer_question(*, public_id: Any, text: str, by: Actor, now: dt.datetime) -> Application:
    """Send what was missing; the time to answer begins anew."""
    application = _own("answer_question", public_id, by, now)
    details = application.details()
    application.seal_details(details | {"answer": check_reason(text)[:500]})
    dates = days(application.body, local_date(now))
    application = move("answer_question", application, by, now, person=application.person, **dates)
    messages.tell_body("application.answered", application, now=now)
    return application


@transaction.atomic
def withdraw_application(*, public_id: Any, by: Actor, now: dt.datetime) -> Application:
    """Take an application back."""
    return move("withdraw_application", _own("withdraw_application", public_id, by, now), by, now)


@transaction.atomic
def ask_review(*, public_id: Any, text: str, by: Actor, now: dt.datetime) -> Application:
    """Let the union above look at a refusal again; raise ``ReviewOver`` after the time."""
    application = _own("ask_review", public_id, by, now)
    if application.review_until_on is None or local_date(now) > application.review_until_on:
        raise ReviewOver
    above = _above(application)
    application = move(
        "ask_review", application, by, now, body=above, review_text=check_reason(text), tenant=above.tenant,
        decided_at=None, decided_by=None, **days(above, local_date(now)),
    )  # fmt: skip
    messages.tell_body("application.waits", application, now=now)
    return application


def _own(step: str, public_id: Any, by: Actor, now: dt.datetime) -> Application:
    application = load_locked(Application.objects.select_related("body", "account"), public_id=public_id)
    ask = Ask(local_date(now), application.body, application.account_id)
    if not isinstance(by, System) and application.account_id != getattr(by, "pk", None):
        raise NotFound
    require(by, APPLICATION.transition(step).permission, ask)
    check_state(APPLICATION, step, application.state)
    return application


def _above(application: Application) -> UnionBody:
    """Return the nearest body above that is not tied to the employer; the body itself at the top."""
    lines = unions.without_ties(unions.ancestors(application.body), application.employer_id)
    return next((body for body in lines if body.is_active), application.body)


# Timers ---------------------------------------------------------------------------------------


def close_refused(*, now: dt.datetime) -> int:
    """Timer: close refusals whose time for a review is over; return how many."""
    rows = Application.objects.filter(state=A.REFUSED, review_until_on__lt=local_date(now))
    ids = list(rows.values_list("public_id", flat=True))
    for public_id in ids:
        with transaction.atomic():
            move("close_application", _own("close_application", public_id, SYSTEM, now), SYSTEM, now)
    return len(ids)


@transaction.atomic
def _escalate(public_id: Any, now: dt.datetime) -> None:
    application = _own("escalate_application", public_id, SYSTEM, now)
    above = _above(application)
    on = local_date(now)
    changes: dict[str, Any] = {
        "escalated_at": now,
        "due_on": max(application.latest_on, on + dt.timedelta(1)),
    }
    if on > application.latest_on and above.pk != application.body_id:
        changes |= {"body": above, "tenant": above.tenant, **days(above, on)}
    move("escalate_application", application, SYSTEM, now, **changes)
    messages.tell_body("application.escalated", application, now=now)


def escalate_overdue(*, now: dt.datetime) -> int:
    """Timer: what nobody answered in time is told anew; past the latest day it goes to the union above."""
    rows = Application.objects.filter(state__in=(A.SUBMITTED, A.REVIEW), due_on__lt=local_date(now))
    ids = list(rows.values_list("public_id", flat=True))
    for public_id in ids:
        _escalate(public_id, now)
    return len(ids)
