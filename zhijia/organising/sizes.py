"""What the regulations say about a body's size: seats, delegates, surplus, and who votes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from zhijia.organising.ballots import Rules
from zhijia.organising.enums import Office
from zhijia.regulations.errors import UnknownRule
from zhijia.regulations.selectors import RuleValue, value
from zhijia.unions.enums import BodyKind

ONE_PLACE = (Office.CHAIR,)
BY_HAND = (Office.CHAIR, Office.VICE_CHAIR)
"""Offices for which as many may stand as there are seats."""


@dataclass(frozen=True)
class Span:
    """From how many to how many, and where that stands."""

    least: int
    most: int
    rule: RuleValue

    def holds(self, number: int) -> bool:
        """Say whether a number lies in it."""
        return self.least <= number <= self.most


def _span(table: str, members: int, place: str, on: dt.date) -> Span:
    """Return the first step of a table whose number of members is not exceeded."""
    step = 1
    while _exceeds(members, f"union_body.{table}.{step}.members", place, on):
        step += 1
    least = value(f"union_body.{table}.{step}.least", place, on)
    most = value(f"union_body.{table}.{step}.most", place, on)
    return Span(int(least.value), int(most.value), least)


def _exceeds(members: int, key: str, place: str, on: dt.date) -> bool:
    """Say whether more members are there than a step holds; the last step holds any number."""
    try:
        return members > int(value(key, place, on).value)
    except UnknownRule:
        return False


def committee_span(members: int, place: str, on: dt.date) -> Span:
    """Return how many seats the committee of a union with so many members has."""
    return _span("committee", members, place, on)


def delegates_span(members: int, place: str, on: dt.date) -> Span:
    """Return how many delegates so many members send."""
    return _span("delegates", members, place, on)


def surplus_rule(office: str, place: str, on: dt.date) -> RuleValue | None:
    """Return the surplus of candidates that a vote needs; None where as many as seats may stand."""
    if office in BY_HAND:
        return None
    return value(f"union_body.{'surplus_standing' if office == Office.STANDING else 'surplus'}", place, on)


def ballot_rules(place: str, on: dt.date) -> Rules:
    """Return quorum and passage of an election."""
    thirds = int(value("union_body.quorum_parts", place, on).value)
    return Rules(quorum=(thirds, 3), passage=int(value("union_body.passage_parts", place, on).value))


def closing_passage(place: str, on: dt.date) -> int:
    """Return of how many parts of all members more than one must agree to merge or dissolve."""
    return int(value("union_body.closing_parts", place, on).value)


def years_allowed(body_kind: str, place: str, on: dt.date) -> tuple[int, ...]:
    """Return how long a term may last: at the grassroots three or five years, five above (art. 16)."""
    long = int(value("union_body.term_long", place, on).value)
    if body_kind in (BodyKind.GRASSROOTS, BodyKind.JOINT, BodyKind.BRANCH, BodyKind.GROUP):
        return int(value("union_body.term_short", place, on).value), long
    return (long,)


@dataclass(frozen=True)
class Hint:
    """What the size of the unit asks for, in one line with its source."""

    key: str
    rule: RuleValue


def hints(*, workers: int, members: int, women: int, place: str, on: dt.date) -> Iterable[Hint]:
    """Yield the thresholds that this unit has reached."""
    reached = (
        ("own_committee", members, True), ("assembly", members, False),
        ("women_committee", women, True), ("full_time_chair", workers, True),
    )  # fmt: skip
    for key, number, from_there in reached:
        rule = value(f"union_body.{key}", place, on)
        if (number >= rule.value) is from_there:
            yield Hint(key, rule)
