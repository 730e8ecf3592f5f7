"""Reading the rule files: YAML with a source on every row, each mistake named by file and line."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from zhijia.regulations import places
from zhijia.regulations.enums import PERIODS, Certainty, Comparison, Unit
from zhijia.regulations.errors import BadRuleFile

SHIPPED = Path(__file__).with_name("data")
REQUIRED = ("key", "from", "value", "unit", "article", "source", "certainty")
ALLOWED = {*REQUIRED, "place", "to", "comparison"}


@dataclass(frozen=True)
class RuleValue:
    """What holds for one key at one place from one day on."""

    key: str
    value: Any
    """``int``, ``Decimal``, ``bool`` or ``str``."""
    unit: str
    comparison: str
    article: str
    source: str
    place: str
    version: str
    """The day from which it holds, ``2022-05-01``; with key and place it names the row."""
    certainty: str
    from_on: dt.date = dt.date.min
    until_on: dt.date | None = None
    """Last day on which it holds; None: until further notice."""
    where: str = ""
    """``file:line`` of the row."""


@dataclass(frozen=True)
class RuleBook:
    """Every rule, by key and place, newest first; and what each key is called."""

    rows: dict[tuple[str, str], tuple[RuleValue, ...]]
    titles: dict[str, dict[str, str]]


@cache
def book() -> RuleBook:
    """Return the rules of this installation: those shipped, and the operator's (``ZHIJIA_DATA/rules``)."""
    return load_folders(SHIPPED, Path(settings.DATA) / "rules")


def load_folders(*folders: Path) -> RuleBook:
    """Read every ``*.yaml`` of the folders; raise ``BadRuleFile`` for the first mistake."""
    titles: dict[str, dict[str, str]] = {}
    rows: list[RuleValue] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        more_titles, more_rows = read_file(path)
        titles |= more_titles
        rows += more_rows
    for row in rows:
        if row.key not in titles:
            raise BadRuleFile(f"{row.where}: the key {row.key!r} has no title under keys:")
    return RuleBook(_by_place(rows), titles)


def read_file(path: Path) -> tuple[dict[str, dict[str, str]], list[RuleValue]]:
    """Read one rule file into titles and rows."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadRuleFile(f"{path}:{line}: not YAML: {error.problem}") from None
    top = dict(_pairs(root, path))
    titles = {key: _title(node, f"{path}:{_line(node)}") for key, node in _pairs(top.get("keys"), path)}
    rules = top.get("rules")
    if not isinstance(rules, yaml.SequenceNode):
        raise BadRuleFile(f"{path}:1: there is no list of rules:")
    return titles, [_row(node, path) for node in rules.value]


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _pairs(node: Any, path: Path) -> Iterator[tuple[str, Any]]:
    if node is None:
        return
    if not isinstance(node, yaml.MappingNode):
        raise BadRuleFile(f"{path}:{_line(node)}: expected names with values")
    seen = set()
    for key, value in node.value:
        if key.value in seen:
            raise BadRuleFile(f"{path}:{_line(key)}: {key.value!r} stands twice")
        seen.add(key.value)
        yield key.value, value


def _plain(node: Any) -> Any:
    """Return the value of a scalar node as YAML reads it; numbers with a point stay exact."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    if node.tag == "tag:yaml.org,2002:float":
        return Decimal(node.value)
    return yaml.SafeLoader("").construct_object(node)


def _title(node: Any, where: str) -> dict[str, str]:
    found = {key: str(_plain(value)) for key, value in _pairs(node, Path(where.rsplit(":", 1)[0]))}
    if not found.get("zh") or not found.get("en"):
        raise BadRuleFile(f"{where}: a title needs zh and en")
    return found


def _row(node: Any, path: Path) -> RuleValue:
    where = f"{path}:{_line(node)}"
    try:
        cells = {key: _plain(value) for key, value in _pairs(node, path)}
    except (InvalidOperation, ValueError) as error:
        raise BadRuleFile(f"{where}: {error}") from None
    for problem in _problems(cells):
        raise BadRuleFile(f"{where}: {problem}")
    return RuleValue(
        key=cells["key"], value=cells["value"], unit=cells["unit"],
        comparison=cells.get("comparison") or "<=",
        article=str(cells["article"]), source=str(cells["source"]), place=str(cells.get("place") or ""),
        version=cells["from"].isoformat(), certainty=cells["certainty"], from_on=cells["from"],
        until_on=cells.get("to"), where=where,
    )  # fmt: skip


def _problems(cells: dict[str, Any]) -> Iterator[str]:
    for name in REQUIRED:
        if cells.get(name) in (None, ""):
            yield f"{name} is missing" + (
                ": a rule without a source does not load" if name == "source" else ""
            )
    for name in sorted(cells.keys() - ALLOWED):
        yield f"{name!r} is not a column of a rule"
    yield from _wrong_choices(cells)
    yield from _wrong_dates(cells)
    yield from _wrong_value(cells)


def _wrong_choices(cells: dict[str, Any]) -> Iterator[str]:
    choices = {"unit": Unit.values, "comparison": Comparison.values, "certainty": Certainty.values}
    for name, allowed in choices.items():
        if cells.get(name) is not None and cells[name] not in allowed:
            yield f"{name} must be one of {', '.join(allowed)}, it is {cells[name]!r}"
    place = cells.get("place")
    if place and (not isinstance(place, str) or len(place) != 6 or f"{place[:2]}0000" not in places.table()):
        yield f"place must be a quoted code of six digits, it is {place!r}"


def _wrong_dates(cells: dict[str, Any]) -> Iterator[str]:
    for name in ("from", "to"):
        if cells.get(name) is not None and type(cells[name]) is not dt.date:
            yield f"{name} must be a date, YYYY-MM-DD, it is {cells[name]!r}"
    if cells.get("to") is not None and cells["to"] < cells["from"]:
        yield "the last day (to) lies before the first (from)"


def _wrong_value(cells: dict[str, Any]) -> Iterator[str]:
    value, unit = cells["value"], cells["unit"]
    whole = type(value) is int and value >= 0
    if unit in PERIODS or unit in (Unit.PERSON, Unit.COUNT):
        fits = whole
    elif unit == Unit.FLAG:
        fits = isinstance(value, bool)
    elif unit == Unit.TEXT:
        fits = isinstance(value, str)
    else:
        fits = whole or isinstance(value, Decimal)
    if not fits:
        yield f"the value {value!r} does not fit the unit {unit}"


def _by_place(rows: list[RuleValue]) -> dict[tuple[str, str], tuple[RuleValue, ...]]:
    grouped: dict[tuple[str, str], list[RuleValue]] = {}
    for row in rows:
        grouped.setdefault((row.key, row.place), []).append(row)
    for found in grouped.values():
        found.sort(key=lambda row: row.from_on, reverse=True)
        for newer, older in pairwise(found):
            if older.until_on is None or older.until_on >= newer.from_on:
                raise BadRuleFile(f"{newer.where}: overlaps {older.where}; end the older one with to:")
    return {key: tuple(found) for key, found in grouped.items()}
