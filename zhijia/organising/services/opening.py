"""Beginning a process, sending it to the union above, mending it, taking it back."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.audit.services import record
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotAllowed, NotFound
from zhijia.core.services import load_locked, require
from zhijia.core.text import tidy
from zhijia.organising import sizes
from zhijia.organising.ballots import is_passed, needed_votes
from zhijia.organising.enums import ProcessKind, State
from zhijia.organising.errors import (
    AlreadyRunning,
    BadPartner,
    BodiesBelow,
    DayAhead,
    MoreYesThanEntitled,
    NoRegistrar,
    UnionThere,
    WrongYears,
)
from zhijia.organising.models import Process
from zhijia.organising.permissions import Ask
from zhijia.organising.services.base import begin, body_above, finish, must_lead, note, sent
from zhijia.organising.workflow import OPENING
from zhijia.regulations.selectors import value
from zhijia.unions import offices
from zhijia.unions.conflict import family_of
from zhijia.unions.enums import BodyKind, Level
from zhijia.unions.errors import NameMissing
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.selectors import ancestors, children, territorial_body
from zhijia.unions.services import check_headcount, name_employer

FOUNDABLE = (BodyKind.GRASSROOTS, BodyKind.JOINT)


@transaction.atomic
def open_founding(
    *,
    employer: Employer | None = None,
    employer_name: str = "",
    place: str,
    union_name: str = "",
    body_kind: str = BodyKind.GRASSROOTS,
    workers: int = 0,
    members: int = 0,
    women: int = 0,
    years: int = 3,
    by: Actor,
    now: dt.datetime,
) -> Process:
    """Begin an application to found a union; nobody is told before it is sent.

    It goes to the federation of the place, past every body tied to the employer. An employer that the
    register does not know is named, to be checked later. Raise ``UnionThere``, ``WrongYears``.
    """
    require(by, "organising.open", Ask(local_date(now)))
    if employer is None and employer_name:
        employer = name_employer(name=employer_name, place=place, by=by, now=now)
    _refuse_second_union(employer, body_kind)
    check_headcount(workers=workers, members=members, parts=[women])
    name = tidy(union_name) or (f"{employer.name}工会" if employer else "")
    if not name:
        raise NameMissing
    upper = territorial_body(place, Level.COUNTY, employer_id=employer.pk if employer else None)
    _check_years(years, body_kind, place, now)
    details: dict[str, Any] = {
        "employer": employer, "union_name": name, "body_kind": body_kind, "place": place, "workers": workers,
        "members": members, "women": women, "years": years,
    }  # fmt: skip
    return _open(ProcessKind.FOUNDING, "open_founding", upper, by, now, tenant=upper.tenant, **details)


def _refuse_second_union(employer: Employer | None, body_kind: str) -> None:
    """Refuse a second union of one employer; the directory of bodies, which is public, says the same."""
    if body_kind not in FOUNDABLE:
        raise NotAllowed
    if employer is None or body_kind == BodyKind.JOINT:
        return
    if UnionBody.objects.active().filter(employer__in=family_of([employer.pk])).exists():
        raise UnionThere


def _check_years(years: int, kind: str, place: str, now: dt.datetime) -> None:
    if years not in sizes.years_allowed(kind, place, local_date(now)):
        raise WrongYears


def _open(
    kind: ProcessKind,
    step: str,
    upper: UnionBody,
    by: Actor,
    now: dt.datetime,
    *,
    tenant: int,
    reason: str = "",
    **details: Any,
) -> Process:
    process = Process(
        tenant=tenant, kind=kind, state=State.DRAFT, upper=upper, answering=upper, opened_at=now,
        changed_at=now, applicant_id=getattr(by, "pk", None), **details,
    )  # fmt: skip
    try:
        with transaction.atomic():
            process.save(force_insert=True)
    except IntegrityError:
        raise AlreadyRunning from None
    note(step, process, by=by, now=now, reason=reason)
    record("organising.opened", obj=process, by=by, now=now, tenant=tenant, data={"kind": str(kind)})
    return process


@transaction.atomic
def change_founding(*, process_id: int, by: Actor, now: dt.datetime, **changes: Any) -> Process:
    """Correct numbers, name or years of a founding while they can still change."""
    process = begin("withdraw", process_id=process_id, by=by, now=now)
    if process.kind != ProcessKind.FOUNDING or process.state not in (State.DRAFT, State.RECRUITING):
        raise NotAllowed
    if unknown := set(changes) - {"union_name", "workers", "members", "women", "years"}:
        raise TypeError(f"not a detail of a founding: {sorted(unknown)}")
    for name, told in changes.items():
        setattr(process, name, told)
    check_headcount(workers=process.workers, members=process.members, parts=[process.women])
    _check_years(process.years, process.body_kind, process.place, now)
    process.changed_at = now
    process.save(update_fields=[*changes, "changed_at"])
    data = {"fields": sorted(changes)}
    record("organising.changed", obj=process, by=by, now=now, tenant=process.tenant, data=data)
    return process


@transaction.atomic
def open_term(
    *,
    body_id: int,
    kind: str = ProcessKind.TERM,
    years: int | None = None,
    workers: int | None = None,
    members: int | None = None,
    women: int | None = None,
    by: Actor,
    now: dt.datetime,
) -> Process:
    """Begin a change of term, or the filling of vacant seats, of a body; figures as last reported."""
    body, upper = _own_body(body_id, by, now)
    known, term = offices.latest_headcount(body), offices.open_term(body)
    told = {"workers": workers, "members": members, "women": women}
    for name, figure in told.items():
        told[name] = figure if figure is not None else (getattr(known, name) if known else 0)
    check_headcount(workers=told["workers"] or 0, members=told["members"] or 0, parts=[told["women"] or 0])
    length = years or (term.years if term else 5)
    _check_years(length, body.kind, body.place, now)
    if kind not in (ProcessKind.TERM, ProcessKind.BY_ELECTION) or (
        kind == ProcessKind.BY_ELECTION and term is None
    ):
        raise NotAllowed
    return open_for(body, ProcessKind(kind), upper, by, now, years=length, **told)


@transaction.atomic
def open_registration(
    *, body_id: int, representative: str, materials: list[str], by: Actor, now: dt.datetime
) -> Process:
    """Begin the registration as legal person; it goes to the nearest federation of a county or above."""
    body, _upper = _own_body(body_id, by, now)
    registrar = next((above for above in ancestors(body) if is_registrar(above, now)), None)
    if registrar is None:
        raise NoRegistrar
    details = {"representative": tidy(representative), "materials": list(materials)}
    return open_for(body, ProcessKind.REGISTRATION, registrar, by, now, **details)


def is_registrar(body: UnionBody, now: dt.datetime) -> bool:
    """Say whether a body registers legal persons: a federation of a county or above (art. 5)."""
    lowest = value("union_body.registrar_level", body.place, local_date(now)).value
    return body.is_active and body.kind == BodyKind.FEDERATION and body.level <= int(lowest)


@transaction.atomic
def open_closing(
    *, body_id: int, kind: str, partner: UnionBody | None = None, by: Actor, now: dt.datetime
) -> Process:
    """Begin to merge a body into another, or to dissolve it; raise ``BadPartner``, ``BodiesBelow``.

    ``partner`` takes over what stands below; a merger has one, a dissolution needs one while anything does.
    """
    body, upper = _own_body(body_id, by, now)
    if kind not in (ProcessKind.MERGER, ProcessKind.DISSOLUTION):
        raise NotAllowed
    if kind == ProcessKind.MERGER and partner is None:
        raise BadPartner
    if partner is not None and (
        not partner.is_active or partner.is_under(body) or partner.tenant != body.tenant
    ):
        raise BadPartner
    below = children(body).count()
    if below and partner is None:
        raise BodiesBelow(count=below)
    known = offices.latest_headcount(body)
    figures = {"workers": known.workers, "members": known.members} if known else {}
    return open_for(body, ProcessKind(kind), upper, by, now, partner=partner, **figures)


def _own_body(body_id: int, by: Actor, now: dt.datetime) -> tuple[UnionBody, UnionBody]:
    """Return a body, locked, that the actor leads, and the union above it."""
    body = load_locked(UnionBody.objects.select_related("employer"), pk=body_id)
    must_lead(by, body, now)
    upper = body_above(body, None)
    if upper is None:
        raise NotFound
    return body, upper


def open_for(
    body: UnionBody, kind: ProcessKind, upper: UnionBody, by: Actor, now: dt.datetime, **details: Any
) -> Process:
    """Open a process of a body at the union above; raise ``AlreadyRunning``."""
    details |= {"union_name": body.name, "body_kind": body.kind, "place": body.place}
    return _open(
        kind, OPENING.get(kind, f"open_{kind}"), upper, by, now, tenant=body.tenant, body=body, **details
    )


@transaction.atomic
def record_assembly(
    *, process_id: int, entitled: int, yes: int, held_on: dt.date, by: Actor, now: dt.datetime
) -> Process:
    """Enter how the assembly of all members voted on merging or dissolving; more than half must agree."""
    process = begin("record_assembly", process_id=process_id, by=by, now=now)
    check_past(held_on, now)
    if yes > entitled:
        raise MoreYesThanEntitled(yes=yes, entitled=entitled)
    passage = sizes.closing_passage(process.place, local_date(now))
    passed = is_passed(entitled=entitled, yes=yes, passage=passage)
    words = f"{yes}/{entitled} (≥ {needed_votes(entitled, passage)})"
    to = State.VOTED if passed else State.VOTED_DOWN
    return finish(
        "record_assembly", process, by=by, now=now, to=to, reason=words, entitled=entitled, yes=yes,
        held_on=held_on,
    )  # fmt: skip


def check_past(held_on: dt.date, now: dt.datetime) -> None:
    """Raise ``DayAhead`` for a vote that is still to come."""
    if held_on > local_date(now):
        raise DayAhead


# Plain steps --------------------------------------------------------------------------------------


def _moves(step: str, doc: str, *, sends: bool = False) -> Callable[..., Process]:
    """Return a service that makes a step which needs nothing but the click."""

    @transaction.atomic
    def move(*, process_id: int, by: Actor, now: dt.datetime) -> Process:
        process = begin(step, process_id=process_id, by=by, now=now)
        return finish(step, process, by=by, now=now, **(sent(by, now) if sends else {}))

    move.__name__, move.__doc__ = step, doc
    return move


apply_founding = _moves("apply_founding", "Send the application to the union above.", sends=True)
apply_closing = _moves("apply_closing", "Put the assembly's decision to the union above.", sends=True)
report_result = _moves("report_result", "Report the result of the election.", sends=True)
begin_recruiting = _moves("begin_recruiting", "Begin to win members.")
mend_founding = _moves("mend_founding", "Take a refused application back to the desk.")
mend_candidates = _moves("mend_candidates", "Name other candidates after a refusal.")
mend_registration = _moves("mend_registration", "Complete a refused registration.")
mend_closing = _moves("mend_closing", "Prepare to apply again.")
apply_recall = _moves("apply_recall", "Put the recall to the union above.", sends=True)
mend_recall = _moves("mend_recall", "Prepare to apply again.")


@transaction.atomic
def withdraw(*, process_id: int, reason: str = "", by: Actor, now: dt.datetime) -> Process:
    """Take a process back; nothing that it asked for happens."""
    process = begin("withdraw", process_id=process_id, by=by, now=now)
    return finish("withdraw", process, by=by, now=now, reason=reason)


def withdraw_for_erasure(*, process_id: int, now: dt.datetime) -> None:
    """Take back a founding whose applicant lets his account be erased."""
    process = load_locked(Process.objects.select_related("answering"), pk=process_id)
    if not process.is_final:
        finish("withdraw", process, by=SYSTEM, now=now)
