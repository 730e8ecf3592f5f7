"""The working-day calendar: weekends, statutory holidays and make-up working days (调休).

A year is one CSV file with the rows that differ from Monday to Friday. Files come with the
platform (``data/calendar``) or are imported by the operator (``ZHIJIA_DATA/calendar``), who wins.
A year without a file counts Monday to Friday less the holidays of fixed date, and says so.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TextIO

from django.conf import settings

from zhijia.regulations import periods, places
from zhijia.regulations.enums import DayKind
from zhijia.regulations.errors import BadRuleFile
from zhijia.regulations.periods import Deadline, DueAt, Period, elapsed, held_for

__all__ = [
    "Calendar", "CalendarDay", "Deadline", "DueAt", "Period", "add_working_days", "calendar_for",
    "count_working_days", "deadline", "due_at", "elapsed", "held_for", "read_year", "working_day_on_or_after",
]  # fmt: skip

SHIPPED = Path(__file__).with_name("data") / "calendar"
FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""New Year, Labour Day and National Day (全国年节及纪念日放假办法, art. 2, since 2025)."""
COLUMNS = ["date", "kind", "name", "source", "place"]


@dataclass(frozen=True)
class CalendarDay:
    """One row: a day that differs from the plain week."""

    on: dt.date
    kind: str
    name: str
    source: str
    place: str = ""
    """Empty for the nation; else the place whose government decided it."""


@dataclass(frozen=True)
class Calendar:
    """The days of one place."""

    days: Mapping[dt.date, CalendarDay]
    years: frozenset[int]
    place: str = ""
    _working: dict[dt.date, bool] = field(default_factory=dict, repr=False, compare=False)

    def is_known_year(self, year: int) -> bool:
        """Say whether the arrangement of ``year`` has been announced and loaded."""
        return year in self.years

    def is_working_day(self, day: dt.date) -> bool:
        """Say whether people work on ``day``."""
        listed = self.days.get(day)
        if listed is not None:
            return listed.kind == DayKind.WORK
        if day.weekday() >= 5:
            return False
        return self.is_known_year(day.year) or (day.month, day.day) not in FIXED


def calendar_for(place: str = "") -> Calendar:
    """Return the calendar of a place: the nation's, with what governments above and at the place decided."""
    return _merged(place, _stamp(_operator_folder()))


def add_working_days(start: dt.date, amount: int, *, place: str = "") -> dt.date:
    """Return the ``amount``-th working day after ``start`` (the start day is not counted)."""
    return periods.add_working_days_in(calendar_for(place), start, amount)


def count_working_days(start: dt.date, end: dt.date, *, place: str = "") -> int:
    """Return the number of working days after ``start`` up to and including ``end``."""
    return periods.count_working_days_in(calendar_for(place), start, end)


def working_day_on_or_after(day: dt.date, *, place: str = "") -> dt.date:
    """Return ``day`` if people work on it, else the next working day."""
    return periods.next_working_day(calendar_for(place), day)


def deadline(start: dt.date, period: Period, *, place: str = "") -> Deadline:
    """Return the last day of a period by days, working days, months or years."""
    return periods.deadline_in(calendar_for(place), start, period)


def due_at(
    start: dt.datetime, period: Period, *, place: str = "", held: dt.timedelta = dt.timedelta()
) -> DueAt:
    """Return the last instant of a period: the end of the day in China, or to the second for hours.

    ``held`` is how long the clock stood still; see ``periods.due_at_in``.
    """
    return periods.due_at_in(calendar_for(place), start, period, held)


def read_year(file: TextIO, name: str) -> list[CalendarDay]:
    """Read the rows of one calendar file; raise ``BadRuleFile`` naming ``file:line``."""
    reader = csv.DictReader(file)
    missing = [c for c in COLUMNS[:4] if c not in (reader.fieldnames or [])]
    if missing:
        raise BadRuleFile(f"{name}:1: column missing: {', '.join(missing)}")
    days = [_day(row, f"{name}:{reader.line_num}") for row in reader]
    _check_year(days, name)
    return days


def _day(row: dict[str, str], where: str) -> CalendarDay:
    cells = {key: (row.get(key) or "").strip() for key in COLUMNS}
    try:
        on = dt.date.fromisoformat(cells["date"])
    except ValueError:
        raise BadRuleFile(f"{where}: date must be YYYY-MM-DD, it is {cells['date']!r}") from None
    if cells["kind"] not in DayKind.values:
        raise BadRuleFile(
            f"{where}: kind must be one of {', '.join(DayKind.values)}, it is {cells['kind']!r}"
        )
    if not cells["source"]:
        raise BadRuleFile(f"{where}: a day without a source does not load")
    if cells["place"] and f"{cells['place'][:2]}0000" not in places.table():
        raise BadRuleFile(f"{where}: unknown place {cells['place']!r}")
    return CalendarDay(on, cells["kind"], cells["name"], cells["source"], cells["place"])


def _check_year(days: list[CalendarDay], name: str) -> None:
    if not days:
        raise BadRuleFile(f"{name}:1: the file holds no day")
    if len({d.on.year for d in days}) != 1:
        raise BadRuleFile(f"{name}:1: the file must hold one year only")
    seen: set[tuple[str, dt.date]] = set()
    for day in days:
        if (day.place, day.on) in seen:
            raise BadRuleFile(f"{name}: {day.on} stands twice")
        seen.add((day.place, day.on))


def _operator_folder() -> Path:
    return Path(settings.DATA) / "calendar"


def _stamp(folder: Path) -> tuple[str, int]:
    """Return what changes when a file of the folder is replaced, so that each process notices an import."""
    try:
        return str(folder), folder.stat().st_mtime_ns
    except FileNotFoundError:
        return str(folder), 0


@lru_cache(maxsize=512)
def _merged(place: str, stamp: tuple[str, int]) -> Calendar:
    days: dict[dt.date, CalendarDay] = {}
    years = set()
    loaded = _load(stamp)
    for where in reversed(places.walk(place)):
        days |= {d.on: d for d in loaded if d.place == where}
    years = {d.on.year for d in loaded if not d.place}
    return Calendar(days, frozenset(years), place)


@cache
def _load(stamp: tuple[str, int]) -> tuple[CalendarDay, ...]:
    by_year: dict[str, Path] = {}
    for folder in (SHIPPED, Path(stamp[0])):
        by_year |= {path.stem: path for path in sorted(folder.glob("*.csv"))}
    return tuple(day for path in by_year.values() for day in _read(path))


def _read(path: Path) -> Iterable[CalendarDay]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return read_year(file, str(path))
