"""The two clocks of an appeal: when a first response and when the answer are due.

A body's promise, or the house's, and never later than the law.
"""

import datetime as dt
from dataclasses import dataclass

from zhijia.appeals.enums import Clock, Urgency
from zhijia.appeals.models import Appeal, BodyPromise
from zhijia.core.clock import local_date
from zhijia.regulations.calendar import DueAt, Period, due_at
from zhijia.regulations.selectors import period

LAWFUL = {Clock.FIRST: "appeal.tell_worker", Clock.FINAL: "appeal.finish"}
"""Petition Work Regulations art. 23 (15 days) and 34 (60 days)."""


@dataclass(frozen=True)
class Dues:
    """Both due instants of a round."""

    first: DueAt
    final: DueAt

    @property
    def is_provisional(self) -> bool:
        """Say whether a year involved has no announced calendar yet."""
        return self.first.provisional or self.final.provisional


def promised(*, body_id: int, tenant: int, urgency: str, place: str, on: dt.date) -> dict[Clock, Period]:
    """Return the promise of each clock: the body's own, else the house's."""
    rows = BodyPromise.objects.filter(tenant=tenant, body=body_id, urgency=urgency)
    own = {Clock(row.clock): Period(row.amount, row.unit) for row in rows}
    return {c: own.get(c) or period(f"appeal.promise.{urgency}.{c}", place, on) for c in Clock}


def lawful_limit(clock: Clock, start: dt.datetime, place: str, held: dt.timedelta = dt.timedelta(0)) -> DueAt:
    """Return the last lawful instant of a clock that began at ``start``."""
    return due_at(start, period(LAWFUL[clock], place, local_date(start)), place=place, held=held)


def _earlier(one: DueAt, other: DueAt) -> DueAt:
    return one if one.at <= other.at else other


def dues(
    *,
    body_id: int,
    tenant: int,
    urgency: str,
    place: str,
    start: dt.datetime,
    accepted_at: dt.datetime | None = None,
    held: dt.timedelta = dt.timedelta(0),
    extended_by: int = 0,
) -> Dues:
    """Return when both clocks run out.

    The promise counts from ``start`` (hand-in or reopening); the law's 60 days from acceptance.
    ``held`` is the time the clock stood; ``extended_by`` are the days of an approved extension.
    """
    on = local_date(start)
    promise = promised(body_id=body_id, tenant=tenant, urgency=urgency, place=place, on=on)
    first = due_at(start, promise[Clock.FIRST], place=place)
    final = due_at(start, promise[Clock.FINAL], place=place, held=held)
    final = _earlier(final, lawful_limit(Clock.FINAL, accepted_at or start, place, held))
    if extended_by:
        final = due_at(final.at, Period(extended_by, "day"), place=place)
    return Dues(_earlier(first, lawful_limit(Clock.FIRST, start, place)), final)


def held_time(appeal: Appeal, now: dt.datetime) -> dt.timedelta:
    """Return how long the clock of this round has stood."""
    total = dt.timedelta(0)
    for hold in appeal.holds.filter(tenant=appeal.tenant, started_at__gte=appeal.round_started_at):
        total += max((hold.ended_at or now) - hold.started_at, dt.timedelta(0))  # the clock may go back
    return total


def current_dues(appeal: Appeal, now: dt.datetime) -> Dues:
    """Return both due instants as the appeal stands now."""
    return dues(
        body_id=appeal.handling_body_id,
        tenant=appeal.tenant,
        urgency=Urgency(appeal.urgency),
        place=appeal.place,
        start=appeal.round_started_at,
        accepted_at=appeal.accepted_at,
        held=held_time(appeal, now),
        extended_by=appeal.extended_by_days,
    )
