"""Periods and elapsed time: pure functions over a calendar.

Civil Code art. 201: the day on which a period starts is not counted; periods by hours start at
once. Art. 202: a period by months or years ends on the same-numbered day, or on the last day of
the month if there is none. Art. 203: an end on a rest day moves to the next working day, and the
last day ends at 24:00.
"""

import calendar as months
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from zhijia.core.clock import end_of_day, local_date
from zhijia.regulations.enums import PERIODS, Unit

ONE_DAY = dt.timedelta(days=1)
Hold = tuple[dt.datetime, dt.datetime | None]
"""From when to when the clock stood still; None: it still stands."""


class WorkingDays(Protocol):
    """What a period needs to know of a calendar."""

    def is_working_day(self, day: dt.date) -> bool:
        """Say whether people work on ``day``."""

    def is_known_year(self, year: int) -> bool:
        """Say whether the arrangement of ``year`` has been announced."""


@dataclass(frozen=True)
class Period:
    """So many units of time."""

    amount: int
    unit: str
    """``hour``, ``day``, ``working_day``, ``month`` or ``year``."""

    def __post_init__(self) -> None:
        if self.unit not in PERIODS:
            raise ValueError(f"{self.unit!r} is not a unit of time")
        if self.amount < 0:
            raise ValueError("a period cannot be negative")


@dataclass(frozen=True)
class Deadline:
    """The last day of a period."""

    on: dt.date
    provisional: bool
    """True when a year without an announced calendar was counted: the date may still move."""
    counted_to: dt.date
    """Where the count ended before the end was moved off a rest day."""


@dataclass(frozen=True)
class DueAt:
    """The last instant of a period."""

    at: dt.datetime
    provisional: bool


def working_days_after(calendar: WorkingDays, start: dt.date) -> Iterator[dt.date]:
    """Yield the working days after ``start``, without end."""
    day = start
    while True:
        day += ONE_DAY
        if calendar.is_working_day(day):
            yield day


def add_working_days_in(calendar: WorkingDays, start: dt.date, amount: int) -> dt.date:
    """Return the ``amount``-th working day after ``start``; ``start`` itself for 0."""
    if amount < 0:
        raise ValueError("cannot add a negative number of working days")
    if amount == 0:
        return start
    return next(islice(working_days_after(calendar, start), amount - 1, None))


def count_working_days_in(calendar: WorkingDays, start: dt.date, end: dt.date) -> int:
    """Return how many working days lie after ``start`` up to and including ``end``; 0 if end is earlier."""
    return sum(calendar.is_working_day(start + ONE_DAY * n) for n in range(1, (end - start).days + 1))


def add_months(start: dt.date, amount: int) -> dt.date:
    """Return the same-numbered day ``amount`` months later, or that month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + amount, 12)
    last = months.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, last))


def next_working_day(calendar: WorkingDays, day: dt.date) -> dt.date:
    """Return ``day`` if people work on it, else the first working day after it."""
    return day if calendar.is_working_day(day) else next(working_days_after(calendar, day))


_COUNT: dict[str, Callable[[WorkingDays, dt.date, int], dt.date]] = {
    Unit.DAY: lambda calendar, start, amount: start + ONE_DAY * amount,
    Unit.WORKING_DAY: add_working_days_in,
    Unit.MONTH: lambda calendar, start, amount: add_months(start, amount),
    Unit.YEAR: lambda calendar, start, amount: add_months(start, 12 * amount),
}


def deadline_in(calendar: WorkingDays, start: dt.date, period: Period) -> Deadline:
    """Return the last day of ``period`` when what starts it happened on ``start``."""
    if period.unit == Unit.HOUR:
        raise ValueError("a period by hours ends at an instant: use due_at")
    counted_to = _COUNT[period.unit](calendar, start, period.amount)
    moves = period.unit != Unit.WORKING_DAY and period.amount > 0
    on = next_working_day(calendar, counted_to) if moves else counted_to
    # Calendar days depend on the calendar only at their end; working days all along the way.
    first = start if period.unit == Unit.WORKING_DAY else counted_to
    return Deadline(on, _provisional(calendar, first, on), counted_to)


def due_at_in(
    calendar: WorkingDays, start: dt.datetime, period: Period, held: dt.timedelta = dt.timedelta()
) -> DueAt:
    """Return the last instant of ``period`` from ``start``, when the clock stood still for ``held``.

    Hours are exact. For the others each full 24 hours of standing still moves the last day by one,
    off rest days; the last day ends at 24:00 in China.
    """
    if period.unit == Unit.HOUR:
        return DueAt(start.astimezone(dt.UTC) + dt.timedelta(hours=period.amount) + held, False)
    plain = deadline_in(calendar, local_date(start), period)
    if held < ONE_DAY:
        return DueAt(end_of_day(plain.on).astimezone(dt.UTC), plain.provisional)
    on = next_working_day(calendar, plain.on + ONE_DAY * held.days)
    provisional = plain.provisional or _provisional(calendar, plain.on, on)
    return DueAt(end_of_day(on).astimezone(dt.UTC), provisional)


def elapsed(start: dt.datetime, end: dt.datetime, holds: Sequence[Hold] = ()) -> dt.timedelta:
    """Return the time that ran between two instants, without the times the clock stood still.

    Holds may overlap, be in any order, reach beyond both ends, or still be open. Never negative.
    """
    # Two instants written in one zone subtract by the wall clock, which summer time moves: count in UTC.
    start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    clipped = sorted(
        (max(a.astimezone(dt.UTC), start), min((b or end).astimezone(dt.UTC), end)) for a, b in holds
    )
    running, reached = dt.timedelta(), start
    for begin, finish in clipped:
        if finish <= begin:
            continue
        running += max(begin - reached, dt.timedelta())
        reached = max(reached, finish)
    return running + max(end - reached, dt.timedelta())


def held_for(start: dt.datetime, end: dt.datetime, holds: Sequence[Hold]) -> dt.timedelta:
    """Return how long the clock stood still between two instants."""
    return elapsed(start, end) - elapsed(start, end, holds)


def _provisional(calendar: WorkingDays, first: dt.date, last: dt.date) -> bool:
    return not all(calendar.is_known_year(year) for year in range(first.year, last.year + 1))
