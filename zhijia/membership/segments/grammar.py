"""The grammar of a group of members: what a condition is, how it is written down, when it is good.

Plain values, no database. All conditions of a group must hold; within one, any of its values. A time
is kept as it was said ("90 days"), and counted back from the day on which the group is asked for.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zhijia.membership.segments.errors import (
    ConditionUnknown,
    DaysWrong,
    NothingChosen,
    NumberWrong,
    TooManyConditions,
    TooManyValues,
)
from zhijia.membership.segments.fields import BY_NAME, UNITS, Comparison, Field, Shape
from zhijia.regulations.errors import UnknownPlace
from zhijia.regulations.places import clean_place

MOST_CONDITIONS = 12
MOST_VALUES = 40


@dataclass(frozen=True)
class Condition:
    """One condition. ``values`` are texts: codes, ids, a number and its unit, or two days, one maybe ""."""

    field: str
    comparison: str
    values: tuple[str, ...] = ()

    @property
    def spec(self) -> Field:
        """Return the row of the table of fields; only of a condition that was checked."""
        return BY_NAME[self.field]

    def stored(self) -> dict[str, Any]:
        """Return what is kept in the database."""
        return {"field": self.field, "comparison": self.comparison, "values": list(self.values)}


@dataclass(frozen=True)
class Unknown:
    """A stored condition that today's grammar does not know: shown as such, and nobody is chosen by it."""

    kept: Any


def check(condition: Condition) -> Condition:
    """Return a good condition; raise a refusal that says what to do, else."""
    spec = BY_NAME.get(condition.field)
    if spec is None or condition.comparison not in spec.comparisons:
        raise ConditionUnknown
    if condition.comparison == Comparison.NEVER:
        return Condition(condition.field, condition.comparison)
    if len(condition.values) > MOST_VALUES:
        raise TooManyValues(most=MOST_VALUES)
    _CHECKS[spec.shape](spec, condition.values)
    return condition


def check_all(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return good conditions; raise the refusal of the first bad one, or ``TooManyConditions``."""
    good = tuple(check(condition) for condition in conditions)
    if len(good) > MOST_CONDITIONS:
        raise TooManyConditions(most=MOST_CONDITIONS)
    return good


def read(stored: Any) -> tuple[Condition | Unknown, ...]:
    """Return what is kept in the database, each condition or that it is no longer known; never fails."""
    rows = stored if isinstance(stored, list) else [stored]
    return tuple(_read_one(raw) for raw in rows)


def _read_one(raw: Any) -> Condition | Unknown:
    if not isinstance(raw, dict) or not isinstance(raw.get("values"), list):
        return Unknown(raw)
    texts = (raw.get("field"), raw.get("comparison"), *raw["values"])
    if not all(isinstance(text, str) for text in texts):
        return Unknown(raw)
    try:
        return check(Condition(raw["field"], raw["comparison"], tuple(raw["values"])))
    except (ConditionUnknown, DaysWrong, NothingChosen, NumberWrong, TooManyValues):
        return Unknown(raw)


# Shapes ---------------------------------------------------------------------------------------


def _check_options(spec: Field, values: tuple[str, ...]) -> None:
    if not values:
        raise NothingChosen
    if set(values) - {value for value, _word in spec.options}:
        raise ConditionUnknown


def _check_bodies(_spec: Field, values: tuple[str, ...]) -> None:
    """Whether the ids are unions is for who reads the database."""
    if not values:
        raise NothingChosen
    if not all(value.isascii() and value.isdecimal() and len(value) < 19 for value in values):
        raise ConditionUnknown


def _check_places(_spec: Field, values: tuple[str, ...]) -> None:
    if not values:
        raise NothingChosen
    for value in values:
        try:
            is_good = len(value) == 6 and clean_place(value) == value
        except UnknownPlace:
            is_good = False
        if not is_good:
            raise ConditionUnknown


def _check_ago(_spec: Field, values: tuple[str, ...]) -> None:
    number, unit = (*values, "", "")[:2]
    if len(values) > 2 or unit not in UNITS:
        raise ConditionUnknown
    is_number = number.isascii() and number.isdecimal() and len(number) < 5
    if not is_number or not 1 <= int(number) <= UNITS[unit]:
        raise NumberWrong(most=UNITS[unit])


def _check_dates(_spec: Field, values: tuple[str, ...]) -> None:
    if len(values) != 2 or not any(values):
        raise DaysWrong
    first, last = days_of(values)
    if first and last and first > last:
        raise DaysWrong


def days_of(values: tuple[str, ...]) -> tuple[dt.date | None, dt.date | None]:
    """Return the two days, None where one is left open; raise ``DaysWrong`` for a text that is no day."""
    try:
        first, last = (dt.date.fromisoformat(value) if value else None for value in values)
    except ValueError:
        raise DaysWrong from None
    return first, last


_CHECKS = {
    Shape.CHOICES: _check_options, Shape.FLAG: _check_options, Shape.BODIES: _check_bodies,
    Shape.PLACES: _check_places, Shape.AGO: _check_ago, Shape.DATES: _check_dates,
}  # fmt: skip
