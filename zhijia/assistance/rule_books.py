"""The rule sets of this installation, and what their parameters are at a place on a day."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.conf import settings

from zhijia.assistance.rules.library import Library, Loaded, load_library
from zhijia.assistance.rules.model import FEN_PER_YUAN, Parameter, Value
from zhijia.assistance.rules.plan import Plan
from zhijia.regulations import places, selectors
from zhijia.regulations.enums import Unit
from zhijia.regulations.errors import UnknownPlace, UnknownRule

SHIPPED = Path(__file__).with_name("data") / "rules"
UNITS = {"money": {Unit.YUAN}, "percent": {Unit.PERCENT}, "count": {Unit.COUNT, Unit.PERSON, Unit.MONTH}}
Values = Mapping[str, Value | None]


class BadValue(ValueError):
    """A row of the tables of values does not fit the parameter; the text begins with ``file:line``."""


@cache
def library() -> Library:
    """Return the rule sets that are shipped and the operator's own (``ZHIJIA_DATA/assistance-rules``)."""
    return load_library(SHIPPED, Path(settings.DATA) / "assistance-rules")


def for_place(place: str, on: dt.date) -> Loaded | None:
    """Return the rule set in force at a place: of the county, city, province or nation."""
    return library().for_place(places.walk(place), on)


def values_for(plan: Plan, place: str | None, on: dt.date) -> dict[str, Value | None]:
    """Return every parameter at a place on a day; None where there is no value, or no such place."""
    if place is None:
        return dict.fromkeys((item.name for item in plan.parameters), None)
    return {item.name: value_of(item, place, on) for item in plan.parameters}


def known_place(code: str | None) -> str | None:
    """Return a place code as the tables have it; None for what is none."""
    try:
        return places.clean_place(code) or None if code else None
    except UnknownPlace:
        return None


def value_of(parameter: Parameter, place: str, on: dt.date) -> Value | None:
    """Return one parameter; raise ``BadValue`` for a row of another unit, or out of bounds."""
    try:
        row = selectors.value(parameter.key, place, on)
    except UnknownRule:
        return None
    value = _whole(parameter, row)
    return Value(value, row.article, row.source, row.place, row.version, row.certainty)


def plain(values: Values) -> dict[str, int | None]:
    """Return just the numbers, as the engines take them."""
    return {name: None if found is None else found.value for name, found in values.items()}


def _whole(parameter: Parameter, row: selectors.RuleValue) -> int:
    if row.unit not in UNITS[parameter.kind]:
        raise BadValue(f"{row.where}: {parameter.key} is {parameter.kind}, not counted in {row.unit}")
    value = Decimal(row.value) * (FEN_PER_YUAN if parameter.kind == "money" else 1)
    if value != int(value):
        raise BadValue(f"{row.where}: {parameter.key}: {row.value} is finer than what can be reckoned with")
    if not parameter.least <= value <= parameter.most:
        raise BadValue(f"{row.where}: {parameter.key}: {row.value} lies outside what is plausible")
    return int(value)
