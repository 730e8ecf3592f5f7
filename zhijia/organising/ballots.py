"""Counting an election: pure arithmetic on totals, provable by hand.

Source: rules for elections of grassroots unions (工会基层组织选举工作条例, 总工发〔2016〕27号), Charter
art. 10. The denominators differ: the quorum counts those present of all entitled, passage counts yes
votes of all entitled, not of those present ("过半数" excludes the half, "以上" includes the number,
Civil Code art. 1259). Retained members are not among the entitled. Nothing here knows a single ballot.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil


class Fault(StrEnum):
    """Why a vote is not valid as a whole."""

    NO_QUORUM = "no_quorum"
    PRESENT_EXCEED_ENTITLED = "present_exceed_entitled"
    ISSUED_EXCEED_PRESENT = "issued_exceed_present"
    RETURNED_EXCEED_ISSUED = "returned_exceed_issued"
    VOTES_EXCEED_RETURNED = "votes_exceed_returned"


@dataclass(frozen=True)
class Candidate:
    """A candidate and how many ballots say yes to him; ``key`` names him for the caller."""

    key: int
    yes: int


@dataclass(frozen=True)
class Count:
    """The totals of one vote."""

    entitled: int
    present: int
    issued: int
    returned: int
    seats: int
    candidates: tuple[Candidate, ...]
    invalid: int = 0


@dataclass(frozen=True)
class Rules:
    """The thresholds, as the regulations give them."""

    quorum: tuple[int, int] = (2, 3)
    """Present of entitled, at least."""
    passage: int = 2
    """Yes votes must be more than one of so many parts of the entitled."""


@dataclass(frozen=True)
class Outcome:
    """What follows from the totals."""

    fault: Fault | None = None
    elected: tuple[int, ...] = ()
    """Keys of the elected, most votes first."""
    tied: tuple[int, ...] = ()
    """Keys of those who passed with equal votes at the last seat: they stand again, alone."""
    open_seats: int = 0
    """Seats that nobody has taken yet."""
    needed: int = 0
    """How many yes votes it took."""

    @property
    def is_decided(self) -> bool:
        """Whether every seat is taken."""
        return self.fault is None and not self.open_seats


def needed_present(entitled: int, quorum: tuple[int, int] = (2, 3)) -> int:
    """Return how many must be there at least; two thirds of 100 are 67."""
    part, whole = quorum
    return -(-entitled * part // whole)


def needed_votes(entitled: int, passage: int = 2) -> int:
    """Return the fewest yes votes that are more than one part of the entitled; of 100, 51."""
    return entitled // passage + 1


def fewest_candidates(seats: int, percent: int) -> int:
    """Return how many must stand for so many seats: at least one more, and at least the surplus rate."""
    return seats + max(1, ceil(seats * percent / 100))


def is_passed(*, entitled: int, yes: int, passage: int = 2) -> bool:
    """Say whether a question passed: more than one part of all entitled said yes."""
    return yes >= needed_votes(entitled, passage)


def fault_of(count: Count, rules: Rules) -> Fault | None:
    """Return why a vote is not valid at all, or None."""
    if count.present > count.entitled:
        return Fault.PRESENT_EXCEED_ENTITLED
    if count.present < needed_present(count.entitled, rules.quorum):
        return Fault.NO_QUORUM
    if count.issued > count.present:
        return Fault.ISSUED_EXCEED_PRESENT
    if count.returned > count.issued:
        return Fault.RETURNED_EXCEED_ISSUED
    if _claims_too_much(count):
        return Fault.VOTES_EXCEED_RETURNED
    return None


def _claims_too_much(count: Count) -> bool:
    """A ballot says yes at most once to each, and to no more people than there are seats."""
    valid = count.returned - count.invalid
    votes = [candidate.yes for candidate in count.candidates]
    return valid < 0 or any(yes > valid for yes in votes) or sum(votes) > valid * count.seats


def decide(count: Count, rules: Rules = Rules()) -> Outcome:
    """Return who is elected.

    Whoever has more yes votes than half of the entitled has passed. If more pass than there are seats,
    the highest take them; equal votes at the last seat take none of what is left and stand again.
    """
    needed = needed_votes(count.entitled, rules.passage)
    fault = fault_of(count, rules)
    if fault is not None:
        return Outcome(fault=fault, open_seats=count.seats, needed=needed)
    passed = sorted((c for c in count.candidates if c.yes >= needed), key=lambda c: (-c.yes, c.key))
    elected, tied = _share(passed, count.seats)
    return Outcome(
        elected=tuple(c.key for c in elected), tied=tuple(c.key for c in tied),
        open_seats=count.seats - len(elected), needed=needed,
    )  # fmt: skip


def _share(passed: Sequence[Candidate], seats: int) -> tuple[list[Candidate], list[Candidate]]:
    """Return who takes a seat and who is tied for those that are left."""
    if len(passed) <= seats:
        return list(passed), []
    last = passed[seats - 1].yes
    if passed[seats].yes < last:
        return list(passed[:seats]), []
    return [c for c in passed if c.yes > last], [c for c in passed if c.yes == last]


def again(outcome: Outcome, everybody: Iterable[int]) -> tuple[int, ...]:
    """Return who stands in the next vote: the tied alone, else everybody who was not elected."""
    return outcome.tied or tuple(key for key in everybody if key not in outcome.elected)
