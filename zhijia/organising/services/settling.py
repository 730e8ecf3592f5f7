"""What follows when the union above agrees: the facts of the body are written, in one piece.

The platform writes them, after ``organising`` has checked who decides; the audit names that person
with the decision.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from zhijia.accounts.models import User
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import local_date
from zhijia.membership.enums import Ending
from zhijia.membership.services import begin_succession
from zhijia.organising.enums import Office, ProcessKind
from zhijia.organising.errors import BadPartner
from zhijia.organising.models import Candidate, Process, Vote
from zhijia.unions import offices
from zhijia.unions import services as unions
from zhijia.unions.enums import CommitteeKind, CommitteeSystem, Leaving, Level, Position, Role
from zhijia.unions.models import Committee, Seat, Term, UnionBody
from zhijia.unions.selectors import ancestors, children
from zhijia.unions.services import Sitting

COMMITTEES = {
    Office.FULL: CommitteeKind.FULL,
    Office.STANDING: CommitteeKind.STANDING,
    Office.WOMEN: CommitteeKind.WOMEN,
    Office.AUDIT: CommitteeKind.AUDIT,
}
HEADS = {Office.CHAIR: Position.CHAIR, Office.VICE_CHAIR: Position.VICE_CHAIR}


def settle_founding(process: Process, *, chair: User | None, now: dt.datetime) -> UnionBody:
    """Found the body with its first term, committees, figures and, if its chair has an account, his post."""
    body = unions.found_body(
        name=process.union_name, level=Level.GRASSROOTS, kind=process.body_kind, parent=process.upper,
        place=process.place, employer=process.employer, founded_on=local_date(now), accepts_appeals=False,
        by=SYSTEM, now=now,
    )  # fmt: skip
    term = _new_term(process, body, now, chair=chair)
    if chair is not None:
        unions.grant_post(
            body=body, user=chair, role=Role.CHAIR, from_on=local_date(now), until_on=term.until_on,
            by=SYSTEM, now=now,
        )  # fmt: skip
    return body


def settle_term(process: Process, *, now: dt.datetime) -> UnionBody:
    """Begin the new term of a body, or put the elected into the vacant seats of the open one."""
    body = _body_of(process)
    if process.kind == ProcessKind.TERM:
        _new_term(process, body, now)
        return body
    term = offices.open_term(body)
    if term is not None:
        _fill(process, term, local_date(now), now)
    return body


def _body_of(process: Process) -> UnionBody:
    if process.body is None:
        raise TypeError("a process that is no founding has a body")
    return process.body


def _new_term(process: Process, body: UnionBody, now: dt.datetime, *, chair: User | None = None) -> Term:
    """Begin a term with the day of the election; form every committee that was voted on.

    ``chair``: the account of who was elected chair, where it is known.
    """
    today = local_date(now)
    first = elected_on(process) or today
    term = unions.begin_term(body_id=body.pk, years=process.years, from_on=first, by=SYSTEM, now=now)
    for office, kind in COMMITTEES.items():
        votes = [vote for vote in _votes(process) if vote.office == office]
        if votes:
            _form(process, term, office, kind, votes, chair, now)
    unions.report_headcount(
        body_id=body.pk, reported_on=today, workers=process.workers, members=process.members,
        women=process.women, by=SYSTEM, now=now,
    )  # fmt: skip
    return term


def elected_on(process: Process) -> dt.date | None:
    """Return the day on which the last ballot was held."""
    return max((vote.held_on for vote in process.votes.all() if vote.held_on), default=None)


def _votes(process: Process) -> list[Vote]:
    return list(process.votes.prefetch_related("candidates").order_by("round", "id"))


def _form(
    process: Process, term: Term, office: str, kind: str, votes: list[Vote], chair: User | None,
    now: dt.datetime,
) -> Committee:  # fmt: skip
    joint = votes[0].system == CommitteeSystem.JOINT
    member = Position.DELEGATE if joint else Position.MEMBER
    people = {person.name: sitting(person, member) for person in elected(votes)}
    if office == Office.FULL:
        people |= heads(process, chair)
    return unions.form_committee(
        term_id=term.pk, kind=kind, system=votes[0].system, places=votes[0].seats, people=people.values(),
        from_on=term.from_on, by=SYSTEM, now=now,
    )  # fmt: skip


def heads(process: Process, chair: User | None = None) -> dict[str, Sitting]:
    """Return who was elected chair and vice chair, by name; the chair wins where both were won."""
    accounts = {Office.CHAIR: chair}
    found: dict[str, Sitting] = {}
    for office in (Office.VICE_CHAIR, Office.CHAIR):
        votes = [vote for vote in _votes(process) if vote.office == office]
        for person in elected(votes):
            found[person.name] = replace(sitting(person, HEADS[office]), account=accounts.get(office))
    return found


def elected(votes: Iterable[Vote]) -> list[Candidate]:
    """Return everybody elected in these votes, whichever ballot it was."""
    return [person for vote in votes for person in vote.candidates.all() if person.is_elected]


def sitting(person: Candidate, position: str) -> Sitting:
    """Return a candidate as somebody who takes a seat."""
    position = position if position != Position.DELEGATE or person.represents else Position.MEMBER
    return Sitting(
        name=person.name, position=position, is_full_time=person.is_full_time, sex=person.sex,
        represents=person.represents, contract_until_on=person.contract_until_on,
    )  # fmt: skip


def _fill(process: Process, term: Term, today: dt.date, now: dt.datetime) -> None:
    """Put the elected of a by-election into the committees of the term that runs."""
    votes = _votes(process)
    for office, kind in COMMITTEES.items():
        won = elected(vote for vote in votes if vote.office == office)
        people = {person.name: sitting(person, Position.MEMBER) for person in won}
        if office == Office.FULL:
            people |= heads(process)
        committee = term.committees.filter(kind=kind).first()
        if committee is not None:
            for person in people.values():
                _seat_anew(committee, person, today, now)


def _seat_anew(committee: Committee, person: Sitting, today: dt.date, now: dt.datetime) -> None:
    """Give a seat; who sat there as a member and becomes chair leaves the old one."""
    for seat in committee.seats.filter(ended_on=None):
        if seat.name == person.name:
            unions.leave_seat(seat_id=seat.pk, on=today, by=SYSTEM, now=now)
    unions.take_seat(committee_id=committee.pk, person=person, from_on=today, by=SYSTEM, now=now)


def settle_recall(process: Process, *, now: dt.datetime) -> None:
    """End the seat of who was recalled."""
    if process.seat is None:
        raise TypeError("a recall is about a seat")
    end_seat(process.seat, on=local_date(now), why=Leaving.RECALLED, now=now)


def end_seat(seat: Seat, *, on: dt.date, why: str, now: dt.datetime) -> Seat:
    """Write down that somebody left a seat; the post of chair ends with the seat of the chair.

    It does so whether or not the seat names an account: nobody goes on acting for a body that has
    taken its chair's office away.
    """
    ended = unions.leave_seat(seat_id=seat.pk, on=on, why=why, by=SYSTEM, now=now)
    for post in list(offices.posts_of_seat(ended)):
        unions.end_post(post_id=post.pk, by=SYSTEM, now=now)
    return ended


def settle_closing(process: Process, *, by: Actor, now: dt.datetime) -> UnionBody:
    """Move what stands below and the members to where it was decided, and dissolve the body.

    Where nobody was named, the union above keeps the memberships until there is a union again.
    """
    body = _body_of(process)
    if process.partner is not None:
        for child in children(body):
            unions.move_body(body_id=child.pk, parent=process.partner, by=SYSTEM, now=now)
    for post in list(body.posts.filter(ended_at=None)):
        unions.end_post(post_id=post.pk, by=SYSTEM, now=now)
    begin_succession(
        body=body, successor=_successor(process, body), is_held=process.partner is None,
        ending=Ending.MERGED if process.kind == ProcessKind.MERGER else Ending.DISSOLVED,
        on=local_date(now), by=SYSTEM, now=now,
    )  # fmt: skip
    return unions.dissolve_body(body_id=body.pk, on=local_date(now), by=SYSTEM, now=now)


def _successor(process: Process, body: UnionBody) -> UnionBody:
    """Return who takes over the members; raise ``BadPartner`` where that union has ended meanwhile."""
    if process.partner is not None:
        if not process.partner.is_active:
            raise BadPartner
        return process.partner
    return next(above for above in ancestors(body) if above.is_active)
