"""Leaving a seat within the term: by hand, or recalled by the members (Trade Union Law art. 17, 18)."""

import datetime as dt

from django.db import transaction

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound, WrongState
from zhijia.core.services import load_locked, require
from zhijia.core.text import tidy
from zhijia.organising.ballots import is_passed, needed_votes
from zhijia.organising.enums import ProcessKind, Proposer, State, Voters
from zhijia.organising.errors import (
    ConsentNeeded,
    MoreYesThanEntitled,
    NoMembers,
    NotAllCounted,
    ReasonMissing,
    RecallNeedsVote,
    SamePerson,
    TooFewSignatures,
    TooManySignatures,
)
from zhijia.organising.models import Process
from zhijia.organising.permissions import Ask, leads
from zhijia.organising.services.base import begin, body_above, finish
from zhijia.organising.services.electing import check_delegates_allowed, check_voters
from zhijia.organising.services.opening import check_past, open_for
from zhijia.organising.services.settling import end_seat
from zhijia.regulations.selectors import value
from zhijia.unions import offices
from zhijia.unions.enums import Leaving, Position
from zhijia.unions.models import Seat

HEADS = (Position.CHAIR, Position.VICE_CHAIR)


def _seat(seat_id: int, by: Actor, now: dt.datetime) -> Seat:
    """Return a seat that is taken, locked, for whoever may end it; raise ``NotAllowed``, ``WrongState``."""
    seat = load_locked(Seat.objects.select_related("committee__term__body"), pk=seat_id)
    require(by, "organising.end_seat", Ask(local_date(now), body=seat.committee.term.body))
    if seat.ended_on is not None:
        raise WrongState
    return seat


@transaction.atomic
def leave_seat(
    *, seat_id: int, why: str, on: dt.date, committee_agreed: bool = False, by: Actor, now: dt.datetime
) -> Seat:
    """Write down that somebody left a seat: resigned, died, left the unit, was moved or replaced.

    Against his will only the members can take a seat away. A chair or vice chair is moved to other work
    only with the consent of the own committee and of the union above, which is why somebody from above
    enters it (art. 18). Raise ``RecallNeedsVote``, ``ConsentNeeded``, ``BadTerm``, ``WrongState``.
    """
    seat = _seat(seat_id, by, now)
    body = seat.committee.term.body
    if why not in Leaving.values or why == Leaving.RECALLED:
        raise RecallNeedsVote
    if why == Leaving.REPLACED and seat.position != Position.DELEGATE:
        raise RecallNeedsVote
    is_head_moved = why == Leaving.MOVED and seat.position in HEADS
    if is_head_moved and (not committee_agreed or leads(by, body, local_date(now))):
        raise ConsentNeeded
    ended = end_seat(seat, on=on, why=why, now=now)
    data = {"why": str(why), "position": seat.position, "body": body.pk}
    record("organising.seat_ended", obj=seat, by=by, now=now, tenant=seat.tenant, data=data)
    return ended


@transaction.atomic
def open_recall(
    *,
    seat_id: int,
    reason: str,
    proposed_by: str,
    signatures: int | None = None,
    members: int,
    by: Actor,
    now: dt.datetime,
) -> Process:
    """Begin to recall an officer, as the committee or a third of the members ask.

    ``members``: how many are entitled to vote, all of them. Nobody begins or decides his own recall.
    Raise ``SamePerson``, ``ReasonMissing``, ``TooFewSignatures``, ``TooManySignatures``,
    ``NoMembers``, ``AlreadyRunning``.
    """
    seat = _seat(seat_id, by, now)
    body = seat.committee.term.body
    if offices.is_seat_of(seat, by):
        raise SamePerson
    if not tidy(reason):
        raise ReasonMissing
    if members < 1:
        raise NoMembers
    if proposed_by == Proposer.MEMBERS:
        _check_signatures(signatures or 0, members, body.place, now)
    upper = body_above(body, None)
    if upper is None:
        raise NotFound
    known = offices.latest_headcount(body)
    workers = max(known.workers if known else 0, members)
    return open_for(
        body, ProcessKind.RECALL, upper, by, now, reason=reason, seat=seat, proposed_by=Proposer(proposed_by),
        signatures=signatures if proposed_by == Proposer.MEMBERS else None, workers=workers, members=members,
    )  # fmt: skip


def _check_signatures(signatures: int, members: int, place: str, now: dt.datetime) -> None:
    """Refuse a proposal of fewer than one third of the members, a third itself is enough, or of too many."""
    if signatures > members:
        raise TooManySignatures(signatures=signatures, members=members)
    rule = value("union_body.extraordinary", place, local_date(now))
    needed = -(-members // int(rule.value))
    if signatures < needed:
        raise TooFewSignatures(needed=needed, signatures=signatures, source=rule.source, article=rule.article)


@transaction.atomic
def record_recall(
    *, process_id: int, voters: str, entitled: int, yes: int, held_on: dt.date, by: Actor, now: dt.datetime
) -> Process:
    """Enter how all members, or all their delegates, voted on the recall: more than half of all must agree.

    Raise ``CountImpossible``, ``AssemblyNeeded``, ``DelegatesOutsideTable``, ``DayAhead``.
    """
    process = begin("record_recall", process_id=process_id, by=by, now=now)
    check_past(held_on, now)
    if voters == Voters.DELEGATES:
        check_delegates_allowed(process, now)
    check_voters(process, voters, entitled, now)
    if voters not in (Voters.ASSEMBLY, Voters.DELEGATES) or (
        voters == Voters.ASSEMBLY and entitled < process.members
    ):
        raise NotAllCounted(members=process.members)
    if yes > entitled:
        raise MoreYesThanEntitled(yes=yes, entitled=entitled)
    parts = int(value("union_body.dismissal_parts", process.place, local_date(now)).value)
    to = State.VOTED if is_passed(entitled=entitled, yes=yes, passage=parts) else State.VOTED_DOWN
    return finish(
        "record_recall", process, by=by, now=now, to=to, entitled=entitled, yes=yes, held_on=held_on,
        voters=voters, reason=f"{yes}/{entitled} (≥ {needed_votes(entitled, parts)})",
    )  # fmt: skip
