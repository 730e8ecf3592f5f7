"""Stretches of time that people count by. Pure; days are China dates."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from zhijia.core.clock import CHINA

MONTHLY_DAYS = 3 * 366
"""Up to how many days a chart shows months."""


@dataclass(frozen=True)
class Period:
    """Whole days from ``first`` to ``last``, both counted."""

    first: dt.date
    last: dt.date

    @property
    def start(self) -> dt.datetime:
        """First instant, as a UTC moment."""
        return dt.datetime.combine(self.first, dt.time.min, tzinfo=CHINA).astimezone(dt.UTC)

    @property
    def end(self) -> dt.datetime:
        """First instant after the period: figures are counted from ``start`` to before ``end``."""
        after = self.last + dt.timedelta(days=1)
        return dt.datetime.combine(after, dt.time.min, tzinfo=CHINA).astimezone(dt.UTC)

    def months(self) -> Iterator["Period"]:
        """Yield the calendar months it touches, cut to the period."""
        day = self.first
        while day <= self.last:
            whole = month(day)
            yield Period(day, min(whole.last, self.last))
            day = whole.last + dt.timedelta(days=1)

    @property
    def is_long(self) -> bool:
        """Whether a chart of it by month would have too many bars."""
        return (self.last - self.first).days > MONTHLY_DAYS

    def parts(self) -> tuple["Period", ...]:
        """Return the bars of a chart: the calendar months, or the years where they would be too many."""
        if not self.is_long:
            return tuple(self.months())
        whole = (year(dt.date(y, 1, 1)) for y in range(self.first.year, self.last.year + 1))
        return tuple(Period(max(p.first, self.first), min(p.last, self.last)) for p in whole)


def month(day: dt.date) -> Period:
    """Return the calendar month of a day."""
    first = day.replace(day=1)
    return Period(first, _next_month(first) - dt.timedelta(days=1))


def quarter(day: dt.date) -> Period:
    """Return the calendar quarter of a day."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(first, month(first.replace(month=first.month + 2)).last)


def year(day: dt.date) -> Period:
    """Return the calendar year of a day."""
    return Period(day.replace(month=1, day=1), day.replace(month=12, day=31))


def before(period: Period) -> dt.date:
    """Return the day before a period: the way to the period before it."""
    return period.first - dt.timedelta(days=1)


def _next_month(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1)


PRESETS = ("month", "last_month", "quarter", "last_quarter", "year", "last_year")


def preset(name: str, today: dt.date) -> Period:
    """Return a named period seen from ``today``; an unknown name is a ``KeyError``."""
    kind = {"month": month, "quarter": quarter, "year": year}[name.removeprefix("last_")]
    found = kind(today)
    return kind(before(found)) if name.startswith("last_") else found
