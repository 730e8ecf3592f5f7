"""Terms, committees, seats, legal persons, figures: the facts of a body, each written in one piece.

Written by the steward of the body, or by the platform when a process of ``organising`` ends.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.identifiers import clean_credit_code, is_union_credit_code
from zhijia.core.services import load_locked
from zhijia.core.text import tidy
from zhijia.regulations.periods import add_months
from zhijia.unions.enums import CommitteeSystem, Position, Sex
from zhijia.unions.errors import (
    BadTerm,
    CodeOfAnEmployer,
    CodeTaken,
    MembersExceedWorkers,
    NameMissing,
    NotSeatedThen,
    PartsExceedMembers,
    ReportOfTheFuture,
    TermRuns,
)
from zhijia.unions.models import Committee, Headcount, LegalPerson, Seat, Term, UnionBody
from zhijia.unions.permissions import require_manage, require_report


@dataclass(frozen=True)
class Sitting:
    """A person who takes a seat."""

    name: str
    position: str = Position.MEMBER
    is_full_time: bool = False
    sex: str = Sex.UNKNOWN
    represents: str = ""
    is_kin_of_head: bool = False
    contract_until_on: dt.date | None = None
    account: User | None = None


def _body(body_id: int, by: Actor, now: dt.datetime) -> UnionBody:
    body = load_locked(UnionBody.objects.all(), pk=body_id)
    require_manage(by, body, local_date(now))
    return body


def _record(label: str, obj: Any, by: Actor, now: dt.datetime, **data: Any) -> None:
    audit.record(label, obj=obj, by=by, now=now, tenant=obj.tenant, data=data)


@transaction.atomic
def begin_term(*, body_id: int, years: int, from_on: dt.date, by: Actor, now: dt.datetime) -> Term:
    """Begin the next term of a body; the one before ends the day before, with its seats.

    Raise ``TermRuns`` for a first day inside or before a term that was there already.
    """
    body = _body(body_id, by, now)
    last = body.terms.select_for_update().order_by("-number").first()
    if last is not None:
        _close(last, from_on)
    term = Term.objects.create(
        tenant=body.tenant, body=body, number=last.number + 1 if last else 1, years=years, from_on=from_on,
        until_on=add_months(from_on, 12 * years) - dt.timedelta(days=1),
    )  # fmt: skip
    _record("term.begun", term, by, now, body=body.pk, number=term.number, years=years)
    return term


def _close(last: Term, next_on: dt.date) -> None:
    if next_on <= last.from_on or (last.ended_on is not None and next_on <= last.ended_on):
        raise TermRuns
    if last.ended_on is None:
        end_of(last, next_on - dt.timedelta(days=1))


def end_of(term: Term, on: dt.date) -> None:
    """Write the last day of a term and of the seats that are still taken."""
    term.ended_on = max(on, term.from_on)
    term.save(update_fields=["ended_on"])
    for seat in Seat.objects.taken().select_for_update().filter(committee__term=term):
        seat.ended_on = max(term.ended_on, seat.from_on)
        seat.save(update_fields=["ended_on"])


@transaction.atomic
def form_committee(
    *,
    term_id: int,
    kind: str,
    places: int,
    people: Iterable[Sitting],
    system: str = CommitteeSystem.ELECTED,
    from_on: dt.date,
    by: Actor,
    now: dt.datetime,
) -> Committee:
    """Form a committee of a term with the people who sit in it; more people make it as large."""
    term = load_locked(Term.objects.select_related("body"), pk=term_id)
    require_manage(by, term.body, local_date(now))
    sitting = tuple(people)
    committee = Committee.objects.create(
        tenant=term.tenant, term=term, kind=kind, system=system, places=max(places, len(sitting), 1)
    )
    for person in sitting:
        _seat(committee, person, from_on)
    _record("committee.formed", committee, by, now, body=term.body_id, kind=kind, seats=len(sitting))
    return committee


@transaction.atomic
def take_seat(*, committee_id: int, person: Sitting, from_on: dt.date, by: Actor, now: dt.datetime) -> Seat:
    """Fill a seat that became free within the term."""
    rows = Committee.objects.select_related("term__body")
    committee = load_locked(rows, pk=committee_id)
    require_manage(by, committee.term.body, local_date(now))
    seat = _seat(committee, person, from_on)
    _record("seat.taken", seat, by, now, body=committee.term.body_id, position=person.position)
    return seat


def _seat(committee: Committee, person: Sitting, from_on: dt.date) -> Seat:
    told = {**person.__dict__, "name": tidy(person.name), "represents": tidy(person.represents)}
    if not told["name"]:
        raise NameMissing
    return Seat.objects.create(tenant=committee.tenant, committee=committee, from_on=from_on, **told)


@transaction.atomic
def leave_seat(*, seat_id: int, on: dt.date, why: str = "", by: Actor, now: dt.datetime) -> Seat:
    """Note that a person left a seat within the term, and why; leaving it twice changes nothing."""
    seat = load_locked(Seat.objects.select_related("committee__term__body"), pk=seat_id)
    body = seat.committee.term.body
    require_manage(by, body, local_date(now))
    if on < seat.from_on or on > local_date(now):
        raise NotSeatedThen(first=seat.from_on.isoformat())
    if seat.ended_on is None:
        seat.ended_on, seat.ended_why = on, why
        seat.save(update_fields=["ended_on", "ended_why"])
        _record("seat.left", seat, by, now, body=body.pk, position=seat.position, why=str(why))
    return seat


def check_union_code(text: str) -> str:
    """Return a union's own unified social credit code; raise ``BadCreditCode``, ``CodeOfAnEmployer``."""
    code = clean_credit_code(text)
    if not is_union_credit_code(code):
        raise CodeOfAnEmployer
    return code


@transaction.atomic
def register_legal_person(
    *,
    body_id: int,
    credit_code: str,
    representative: str,
    certified_on: dt.date,
    valid_until_on: dt.date | None = None,
    registrar: UnionBody,
    by: Actor,
    now: dt.datetime,
) -> LegalPerson:
    """Write down that a body is a legal person; an older certificate of it ends.

    Raise ``CodeOfAnEmployer``, ``CodeTaken``, ``BadTerm``, ``NameMissing``.
    """
    body = _body(body_id, by, now)
    if valid_until_on is not None and valid_until_on <= certified_on:
        raise BadTerm
    name = tidy(representative)
    if not name:
        raise NameMissing
    body.legal_persons.filter(ended_on=None, certified_on__lte=certified_on).update(ended_on=certified_on)
    try:
        with transaction.atomic():
            found = LegalPerson.objects.create(
                tenant=body.tenant, body=body, credit_code=check_union_code(credit_code),
                representative=name, certified_on=certified_on, valid_until_on=valid_until_on,
                registrar=registrar,
            )  # fmt: skip
    except IntegrityError:
        raise CodeTaken from None
    _record("legal_person.registered", found, by, now, body=body.pk, registrar=registrar.pk)
    return found


@transaction.atomic
def report_headcount(
    *,
    body_id: int,
    reported_on: dt.date,
    workers: int,
    members: int,
    women: int = 0,
    migrants: int = 0,
    new_form: int = 0,
    by: Actor,
    now: dt.datetime,
) -> Headcount:
    """Keep the figures that a body reports for a day; reported again for the same day, the later ones count.

    By who keeps the roll of the body or of one above it. Nothing is overwritten. Raise ``NotAllowed``,
    ``ReportOfTheFuture``, ``MembersExceedWorkers``, ``PartsExceedMembers``.
    """
    body = load_locked(UnionBody.objects.all(), pk=body_id)
    require_report(by, body, local_date(now))
    if reported_on > local_date(now):
        raise ReportOfTheFuture
    parts = {"women": women, "migrants": migrants, "new_form": new_form}
    check_headcount(workers=workers, members=members, parts=parts.values())
    figures = {"workers": workers, "members": members, **parts}
    found = Headcount.objects.create(
        tenant=body.tenant, body=body, reported_on=reported_on, written_at=now, **figures
    )
    _record("headcount.reported", found, by, now, body=body.pk, **figures)
    return found


def check_headcount(*, workers: int, members: int, parts: Iterable[int] = ()) -> None:
    """Raise what is wrong with reported figures; a member is a worker of the unit."""
    if members > workers:
        raise MembersExceedWorkers(workers=workers, members=members)
    if any(part > members for part in parts):
        raise PartsExceedMembers


@transaction.atomic
def dissolve_body(*, body_id: int, on: dt.date, by: Actor, now: dt.datetime) -> UnionBody:
    """End a body: its term, seats and registration end with it. What stood below it was moved before."""
    body = _body(body_id, by, now)
    if body.founded_on and on < body.founded_on:
        raise BadTerm
    for term in body.terms.select_for_update().filter(ended_on=None):
        end_of(term, on)
    for person in body.legal_persons.select_for_update().filter(ended_on=None):
        person.ended_on = max(on, person.certified_on)
        person.save(update_fields=["ended_on"])
    body.is_active, body.accepts_appeals, body.dissolved_on = False, False, on
    body.save(update_fields=["is_active", "accepts_appeals", "dissolved_on"])
    _record("union_body.dissolved", body, by, now)
    return body
