"""Bodies, their terms that run out, and who sits in them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.organising.enums import ProcessKind
from zhijia.organising.models import APPROVERS, Process
from zhijia.organising.permissions import Ask, leads, may
from zhijia.organising.selectors.lists import processes
from zhijia.organising.workflow import OPENING
from zhijia.regulations.periods import add_months
from zhijia.regulations.selectors import value
from zhijia.unions import offices
from zhijia.unions.models import Headcount, LegalPerson, Seat, Term, UnionBody
from zhijia.unions.selectors import body_page, holds, scope

NEAR_MONTHS = 12
"""How far ahead the list of terms looks."""


@dataclass(frozen=True)
class Vacancy:
    """A body without a chair: since when, and by when the law wants one."""

    term: Term
    since: dt.date
    fill_by: dt.date


def terms_running_out(user: Any, on: dt.date) -> QuerySet[Term]:
    """Return open terms of the officer's bodies that are over or end within a year."""
    mine = scope(user, None, on).q("body__")
    rows = Term.objects.open().filter(mine, body__is_active=True, until_on__lte=add_months(on, NEAR_MONTHS))
    return rows.select_related("body").order_by("until_on", "id")


def chairs_vacant(user: Any, on: dt.date) -> QuerySet[Term]:
    """Return open terms of the officer's bodies whose committee has no chair."""
    mine = scope(user, None, on).q("body__")
    chairs = Seat.objects.filter(
        tenant=OuterRef("tenant"), committee__term=OuterRef("pk"), committee__kind="full", position="chair"
    )
    last = chairs.exclude(ended_on=None).order_by("-ended_on").values("ended_on")[:1]
    rows = Term.objects.open().filter(mine, body__is_active=True, committees__kind="full")
    rows = rows.filter(~Exists(chairs.filter(ended_on=None))).annotate(last_chair_on=Subquery(last))
    return rows.select_related("body").order_by("until_on", "id")


def vacancy(term: Term, on: dt.date) -> Vacancy:
    """Return how a row of ``chairs_vacant`` is shown."""
    since = term.last_chair_on or term.from_on  # type: ignore[attr-defined]
    months = int(value("union_body.chair_vacancy", term.body.place, on).value)
    return Vacancy(term, since, add_months(since, months))


@dataclass(frozen=True)
class BodyOffice:
    """What leads a body, for who leads it or a body above it."""

    body: UnionBody
    term: Term | None
    committees: tuple[offices.CommitteePage, ...]
    legal_person: LegalPerson | None
    headcount: Headcount | None
    processes: tuple[Process, ...]
    openable: tuple[ProcessKind, ...]
    ends_seats: bool


def body_office(body_id: int, user: Any, now: dt.datetime) -> BodyOffice:
    """Return the inner page of a body; raise ``NotFound`` for whoever neither leads it nor stands above."""
    on, body = local_date(now), body_page(body_id)
    ours = leads(user, body, on)
    if not ours and not holds(user, APPROVERS, body, on):
        raise NotFound
    term = offices.open_term(body)
    rows = tuple(processes(user, on).filter(body=body)[:20])
    return BodyOffice(
        body=body, term=term, committees=offices.committee_pages(term, on) if term else (),
        legal_person=offices.legal_person_of(body), headcount=offices.latest_headcount(body), processes=rows,
        openable=openable(body, rows, term) if ours else (),
        ends_seats=may(user, "organising.end_seat", Ask(on, body=body)),
    )  # fmt: skip


def openable(body: UnionBody, rows: tuple[Process, ...], term: Term | None) -> tuple[ProcessKind, ...]:
    """Return what can be begun for a body: one process of a kind at a time."""
    running = {process.kind for process in rows if not process.is_final}
    if not body.is_active or body.depth == 0:
        return ()
    return tuple(
        kind for kind in OPENING
        if kind not in running and (kind != ProcessKind.BY_ELECTION or term is not None)
    )  # fmt: skip


def seat_to_end(seat_id: int, user: Any, on: dt.date) -> Seat:
    """Return a taken seat that the person may end or recall from; raise ``NotFound``."""
    rows = Seat.objects.taken().select_related("committee__term__body")
    found = rows.filter(pk=seat_id).first()
    if found is None or not may(user, "organising.end_seat", Ask(on, body=found.committee.term.body)):
        raise NotFound
    return found


def led_body(body_id: int, user: Any, on: dt.date) -> UnionBody:
    """Return a body that the person leads; raise ``NotFound``."""
    body = body_page(body_id)
    if not leads(user, body, on):
        raise NotFound
    return body


def partners_of(body: UnionBody, limit: int = 60) -> list[UnionBody]:
    """Return the bodies into which a body can merge: its neighbours under the same union above."""
    rows = UnionBody.objects.active().filter(tenant=body.tenant, depth=body.depth).exclude(pk=body.pk)
    above = UnionBody.objects.filter(pk=body.parent_id or 0).first()
    if above is None:
        return []
    found = list(rows.filter(path__under=above.path).order_by("name", "id")[:limit])
    return [*found, above]
