"""Naming votes and candidates, and entering the totals. Nobody's ballot is ever written down."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound, WrongState
from zhijia.core.services import load_locked, require
from zhijia.core.text import tidy
from zhijia.core.words import _
from zhijia.organising import sizes
from zhijia.organising.ballots import Candidate as Counted
from zhijia.organising.ballots import Count, Fault, Outcome, again, decide, fewest_candidates
from zhijia.organising.enums import Office, ProcessKind, State, Voters
from zhijia.organising.errors import (
    AssemblyNeeded,
    CountImpossible,
    DelegatesOutsideTable,
    KinOfHead,
    MoreEntitledThanMembers,
    NamedTwice,
    NoElection,
    NotAllDecided,
    OnBothCommittees,
    SizeOutsideTable,
    TooFewCandidates,
    TooFewMembers,
    VoteExists,
    WomenOnly,
)
from zhijia.organising.models import Candidate, Process, Vote
from zhijia.organising.permissions import Ask
from zhijia.organising.services.base import begin, finish, load, sent
from zhijia.organising.services.opening import check_past
from zhijia.organising.workflow import NAMING
from zhijia.regulations.selectors import RuleValue, value
from zhijia.unions.enums import CommitteeSystem, Sex

FAULTS = {
    Fault.NO_QUORUM: _("fewer than two thirds of those entitled were present."),
    Fault.PRESENT_EXCEED_ENTITLED: _("more people were present than are entitled."),
    Fault.ISSUED_EXCEED_PRESENT: _("more ballots were issued than people were present."),
    Fault.RETURNED_EXCEED_ISSUED: _("more ballots came back than were issued."),
    Fault.VOTES_EXCEED_RETURNED: _("more votes than the valid ballots can hold."),
}
APART = {Office.FULL: Office.AUDIT, Office.AUDIT: Office.FULL}
SMALLEST = 3
"""Members below which there is nobody to elect a committee from (it has at least three seats)."""


def _source(rule: RuleValue) -> dict[str, str]:
    return {"source": rule.source, "article": rule.article}


def _to_name(process_id: int, by: Actor, now: dt.datetime) -> Process:
    """Return the process, locked, whose votes and candidates may still change."""
    process = load(process_id=process_id, by=by, now=now)
    require(by, "organising.prepare", Ask(local_date(now), process))
    if process.state not in NAMING.get(ProcessKind(process.kind), ()):
        raise WrongState
    return process


def _note(label: str, process: Process, by: Actor, now: dt.datetime, **data: Any) -> None:
    process.changed_at = now
    process.save(update_fields=["changed_at"])
    record(label, obj=process, by=by, now=now, tenant=process.tenant, data=data)


@transaction.atomic
def add_vote(
    *,
    process_id: int,
    office: str,
    seats: int,
    voters: str = Voters.ASSEMBLY,
    system: str = CommitteeSystem.ELECTED,
    by: Actor,
    now: dt.datetime,
) -> Vote:
    """Prepare a vote on one office; raise ``SizeOutsideTable``, ``AssemblyNeeded``, ``VoteExists``."""
    process = _to_name(process_id, by, now)
    _check_size(process, office, seats, now)
    if voters == Voters.DELEGATES:
        check_delegates_allowed(process, now)
    try:
        with transaction.atomic():
            vote = Vote.objects.create(
                tenant=process.tenant,
                process=process,
                office=office,
                seats=seats,
                voters=voters,
                system=system,
            )
    except IntegrityError:
        raise VoteExists from None
    _note("organising.vote_prepared", process, by, now, office=str(office), seats=seats)
    return vote


def _check_size(process: Process, office: str, seats: int, now: dt.datetime) -> None:
    """Refuse a committee outside the table; a by-election fills what is vacant, whatever that is."""
    if office != Office.FULL or process.kind == ProcessKind.BY_ELECTION:
        return
    span = sizes.committee_span(process.members, process.place, local_date(now))
    if process.members < SMALLEST:
        raise TooFewMembers(limit=SMALLEST, **_source(span.rule))
    if not span.holds(seats):
        raise SizeOutsideTable(
            members=process.members, least=span.least, most=span.most, seats=seats, **_source(span.rule)
        )


def check_delegates_allowed(process: Process, now: dt.datetime) -> None:
    rule = value("union_body.assembly", process.place, local_date(now))
    if process.members < int(rule.value):
        raise AssemblyNeeded(limit=rule.value, **_source(rule))


@transaction.atomic
def remove_vote(*, vote_id: int, by: Actor, now: dt.datetime) -> None:
    """Take a vote and its candidates out again while votes are being named."""
    vote = _vote(vote_id)
    process = _to_name(vote.process_id, by, now)
    vote.delete()
    _note("organising.vote_removed", process, by, now, office=vote.office)


def _vote(vote_id: int) -> Vote:
    return load_locked(Vote.objects.all(), pk=vote_id)


@transaction.atomic
def add_candidate(
    *,
    vote_id: int,
    name: str,
    sex: str = Sex.UNKNOWN,
    is_full_time: bool = False,
    is_kin_of_head: bool = False,
    represents: str = "",
    contract_until_on: dt.date | None = None,
    by: Actor,
    now: dt.datetime,
) -> Candidate:
    """Name a candidate; raise ``KinOfHead``, ``OnBothCommittees``, ``NamedTwice``, ``WomenOnly``."""
    vote = _vote(vote_id)
    process = _to_name(vote.process_id, by, now)
    name = tidy(name)
    _check_person(process, vote, name, sex, is_kin_of_head, now)
    candidate = Candidate.objects.create(
        tenant=process.tenant, vote=vote, name=name, sex=sex, is_full_time=is_full_time,
        represents=tidy(represents), contract_until_on=contract_until_on,
    )  # fmt: skip
    _note("organising.candidate_named", process, by, now, office=vote.office)
    return candidate


def _check_person(process: Process, vote: Vote, name: str, sex: str, is_kin: bool, now: dt.datetime) -> None:
    if is_kin:
        raise KinOfHead(**_source(value("union_body.kin_barred", process.place, local_date(now))))
    if vote.office == Office.WOMEN and sex == Sex.MALE:
        raise WomenOnly
    standing = _standing(process)
    if name in standing.get(vote.office, ()):
        raise NamedTwice
    if name in standing.get(APART.get(Office(vote.office), ""), ()):
        raise OnBothCommittees(**_source(value("union_body.audit_apart", process.place, local_date(now))))


def _standing(process: Process) -> dict[str, set[str]]:
    """Return who stands for what, and, for a by-election, who sits where already."""
    found: dict[str, set[str]] = {}
    for candidate in Candidate.objects.filter(vote__process=process).select_related("vote"):
        found.setdefault(candidate.vote.office, set()).add(candidate.name)
    if process.kind == ProcessKind.BY_ELECTION and process.body is not None:
        for term in process.body.terms.filter(ended_on=None):
            for committee in term.committees.filter(kind__in=("full", "audit")):
                names = [seat.name for seat in committee.seats.filter(ended_on=None)]
                found.setdefault(committee.kind, set()).update(names)
    return found


@transaction.atomic
def remove_candidate(*, candidate_id: int, by: Actor, now: dt.datetime) -> Vote:
    """Take a candidate out again while votes are being named; return the vote."""
    candidate = load_locked(Candidate.objects.select_related("vote"), pk=candidate_id)
    vote = candidate.vote
    process = _to_name(vote.process_id, by, now)
    candidate.delete()
    _note("organising.candidate_removed", process, by, now, office=vote.office)
    return vote


# Before and after the ballot ----------------------------------------------------------------------


@transaction.atomic
def prepare_election(*, process_id: int, by: Actor, now: dt.datetime) -> Process:
    """Close the list of votes and candidates of a founding."""
    process = begin("prepare_election", process_id=process_id, by=by, now=now)
    check_lists(process, now)
    return finish("prepare_election", process, by=by, now=now)


@transaction.atomic
def ask_candidates(*, process_id: int, by: Actor, now: dt.datetime) -> Process:
    """Put the candidates of a change of term to the union above."""
    process = begin("ask_candidates", process_id=process_id, by=by, now=now)
    check_lists(process, now)
    return finish("ask_candidates", process, by=by, now=now, **sent(by, now))


def check_lists(process: Process, now: dt.datetime) -> None:
    """Raise ``NoElection``, ``SizeOutsideTable``, ``TooFewCandidates`` for lists that cannot stand."""
    votes = list(process.votes.all())
    offices = {vote.office for vote in votes}
    if not offices or (
        process.kind != ProcessKind.BY_ELECTION and not {Office.FULL, Office.CHAIR} <= offices
    ):
        raise NoElection
    for vote in votes:
        _check_size(process, vote.office, vote.seats, now)
        _check_surplus(process, vote, now)


def _check_surplus(process: Process, vote: Vote, now: dt.datetime) -> None:
    rule = sizes.surplus_rule(vote.office, process.place, local_date(now))
    elected = vote.system == CommitteeSystem.ELECTED
    needed = fewest_candidates(vote.seats, int(rule.value)) if rule and elected else vote.seats
    standing = vote.candidates.count()
    if standing < needed:
        raise TooFewCandidates(seats=vote.seats, needed=needed, standing=standing)


@transaction.atomic
def record_vote(
    *,
    vote_id: int,
    entitled: int,
    present: int,
    issued: int,
    returned: int,
    invalid: int = 0,
    yes: dict[int, int],
    held_on: dt.date,
    leave_vacant: bool = False,
    by: Actor,
    now: dt.datetime,
) -> Outcome:
    """Enter the totals of one vote and return what follows from them.

    ``yes`` holds the yes votes by candidate. Equal votes at the last seat, or seats that nobody took,
    are voted on again in a further ballot, unless they are to stay vacant. Raise ``CountImpossible``,
    ``DelegatesOutsideTable``, ``DayAhead``, ``WrongState``.
    """
    vote, process = _to_count(vote_id, by, now)
    check_past(held_on, now)
    check_voters(process, vote.voters, entitled, now)
    people = list(vote.candidates.select_for_update())
    if set(yes) - {person.pk for person in people}:
        raise NotFound
    counted = tuple(Counted(person.pk, yes.get(person.pk, 0)) for person in people)
    count = Count(entitled, present, issued, returned, vote.seats, counted, invalid)
    outcome = decide(count, sizes.ballot_rules(process.place, local_date(now)))
    if outcome.fault is not None:
        raise CountImpossible(reason=FAULTS[outcome.fault])
    totals = {
        "entitled": entitled, "present": present, "issued": issued, "returned": returned,
        "invalid": invalid, "held_on": held_on, "counted_at": now,
    }  # fmt: skip
    _write(vote, totals, people, count, outcome)
    if outcome.open_seats and not leave_vacant:
        _vote_again(vote, people, outcome)
    data = {"office": vote.office, "round": vote.round, "elected": len(outcome.elected)}
    _note("organising.vote_counted", process, by, now, **data)
    return outcome


def _to_count(vote_id: int, by: Actor, now: dt.datetime) -> tuple[Vote, Process]:
    vote = _vote(vote_id)
    process = load(process_id=vote.process_id, by=by, now=now)
    require(by, "organising.prepare", Ask(local_date(now), process))
    if process.state != State.ELECTION_PREPARED or vote.is_counted:
        raise WrongState
    return vote, process


def check_voters(process: Process, voters: str, entitled: int, now: dt.datetime) -> None:
    """Refuse more entitled than members, and a number of delegates outside the table."""
    if voters == Voters.ASSEMBLY and entitled > process.members:
        raise MoreEntitledThanMembers(entitled=entitled, members=process.members)
    if voters == Voters.DELEGATES:
        span = sizes.delegates_span(process.members, process.place, local_date(now))
        if not span.holds(entitled):
            raise DelegatesOutsideTable(
                members=process.members, least=span.least, most=span.most, delegates=entitled,
                **_source(span.rule),
            )  # fmt: skip


def _write(
    vote: Vote, totals: dict[str, Any], people: list[Candidate], count: Count, outcome: Outcome
) -> None:
    for name, total in totals.items():
        setattr(vote, name, total)
    vote.save(update_fields=list(totals))
    yes = {counted.key: counted.yes for counted in count.candidates}
    for person in people:
        person.yes, person.is_elected = yes[person.pk], person.pk in outcome.elected
        person.save(update_fields=["yes", "is_elected"])


def _vote_again(vote: Vote, people: list[Candidate], outcome: Outcome) -> None:
    """Prepare the next ballot for the seats that are open; the tied stand alone."""
    standing = again(outcome, [person.pk for person in people])
    if not standing:
        return
    following = Vote.objects.create(
        tenant=vote.tenant, process_id=vote.process_id, office=vote.office, voters=vote.voters,
        system=vote.system, seats=outcome.open_seats, round=vote.round + 1,
    )  # fmt: skip
    kept = ("name", "sex", "is_full_time", "represents", "contract_until_on")
    Candidate.objects.bulk_create(
        Candidate(tenant=vote.tenant, vote=following, **{field: getattr(person, field) for field in kept})
        for person in people
        if person.pk in standing
    )


@transaction.atomic
def confirm_delegates(*, vote_id: int, held_on: dt.date, by: Actor, now: dt.datetime) -> Vote:
    """Note that the units of a joint committee have sent their delegates; there is no ballot."""
    vote, process = _to_count(vote_id, by, now)
    check_past(held_on, now)
    if vote.system != CommitteeSystem.JOINT:
        raise WrongState
    vote.held_on, vote.counted_at = held_on, now
    vote.save(update_fields=["held_on", "counted_at"])
    vote.candidates.update(is_elected=True)
    _note("organising.vote_counted", process, by, now, office=vote.office, round=vote.round)
    return vote


@transaction.atomic
def mend_result(*, process_id: int, by: Actor, now: dt.datetime) -> Process:
    """Hold the election again after its result was refused: everybody stands once more, in a new ballot."""
    process = begin("mend_result", process_id=process_id, by=by, now=now)
    votes = list(process.votes.select_for_update().order_by("round"))
    last = {vote.office: vote for vote in votes}
    Candidate.objects.filter(vote__in=votes).update(is_elected=False)
    for first in (vote for vote in votes if vote.round == 1):
        people = list(first.candidates.all())
        everybody = Outcome(open_seats=first.seats)
        first.round = last[first.office].round
        _vote_again(first, people, everybody)
    return finish("mend_result", process, by=by, now=now)


@transaction.atomic
def finish_election(*, process_id: int, by: Actor, now: dt.datetime) -> Process:
    """Close the election once every vote is counted; raise ``NotAllDecided``."""
    process = begin("finish_election", process_id=process_id, by=by, now=now)
    if process.votes.filter(counted_at=None).exists():
        raise NotAllDecided
    return finish("finish_election", process, by=by, now=now)
