"""What holds here and then."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhijia.core.clock import local_date
from zhijia.regulations import places
from zhijia.regulations.enums import PERIODS, Certainty, Comparison, Unit
from zhijia.regulations.errors import UnknownRule
from zhijia.regulations.periods import Period, add_months
from zhijia.regulations.rule_files import RuleValue, book

__all__ = [
    "RuleValue", "amount_of", "let_go_before", "period", "period_in_words", "places_of", "rules_by_topic",
    "title_of", "value",
]  # fmt: skip


def value(key: str, place: str = "", on: dt.date | None = None) -> RuleValue:
    """Return the rule that holds for ``key`` at ``place`` (GB/T 2260 code, empty: the nation) on a date.

    Walks county, city, province, nation. ``on`` must be given. Raises ``UnknownRule``.
    """
    if on is None:
        raise TypeError("value() needs the date on which the rule is to hold")
    rows = book().rows
    for where in places.walk(place):
        for row in rows.get((key, where), ()):
            if row.from_on <= on and (row.until_on is None or on <= row.until_on):
                return row
    raise UnknownRule(f"no rule {key!r} at {place or 'the nation'} on {on}")


def places_of(key: str, on: dt.date) -> tuple[str, ...]:
    """Return the places that have a row of their own for ``key`` on a day."""
    return tuple(
        place
        for (name, place), rows in book().rows.items()
        if name == key
        and any(row.from_on <= on and (row.until_on is None or on <= row.until_on) for row in rows)
    )


def period(key: str, place: str = "", on: dt.date | None = None) -> Period:
    """Return a rule as a period of time; raise ``UnknownRule`` when it is none."""
    found = value(key, place, on)
    if found.unit not in PERIODS:
        raise UnknownRule(f"{key!r} is counted in {found.unit}, it is no period")
    return Period(found.value, found.unit)


def let_go_before(key: str, now: dt.datetime, place: str = "") -> dt.datetime:
    """Return the instant before which something must have begun for its period of keeping to be over."""
    found = period(key, place, local_date(now))
    if found.unit == Unit.HOUR:
        return now - dt.timedelta(hours=found.amount)
    if found.unit == Unit.DAY:
        return now - dt.timedelta(days=found.amount)
    months = found.amount * (12 if found.unit == Unit.YEAR else 1)
    day = add_months(local_date(now), -months)
    return now - (local_date(now) - day)


def period_in_words(key: str, on: dt.date, place: str = "") -> str:
    """Return a period as people read it, ``36 months``; ``at least 6 months`` where it is a floor."""
    rule = value(key, place, on)
    amount = f"{rule.value} {Unit(rule.unit).label}"
    if rule.comparison in (Comparison.AT_LEAST, Comparison.OVER):
        return _("%(comparison)s %(amount)s") % {
            "comparison": Comparison(rule.comparison).label, "amount": amount,
        }  # fmt: skip
    return amount


def title_of(key: str) -> str:
    """Return what a rule or a topic is called, in the reader's language; a key without title itself."""
    titles = book().titles.get(key)
    if titles is None:
        return key
    return titles["zh"] if (get_language() or "zh").startswith("zh") else titles["en"]


@dataclass(frozen=True)
class RuleLine:
    """One row of the public table."""

    rule: RuleValue
    title: str
    place_name: str
    amount: str
    """The value in words, ``at most 15 days``."""
    certainty: str
    holds: bool


@dataclass(frozen=True)
class Topic:
    """The rules of one part of the house, e.g. ``appeal``."""

    name: str
    title: str
    lines: tuple[RuleLine, ...]


def rules_by_topic(*, text: str = "", place: str = "", on: dt.date) -> tuple[Topic, ...]:
    """Return the rules whose name or article holds ``text`` and that hold at ``place`` or above it."""
    wanted = set(places.walk(place)) if place else None
    lines = [
        _line(row, on)
        for (_key, where), rows in sorted(book().rows.items(), key=lambda pair: _in_file_order(*pair[0]))
        if wanted is None or where in wanted
        for row in rows
    ]
    found = [line for line in lines if _matches(line, text.strip().lower())]
    return tuple(Topic(name, title_of(name), tuple(group)) for name, group in groupby(found, _topic_of))


def _in_file_order(key: str, place: str) -> tuple[int, int, str]:
    """Sort rules as the files list their keys, which is the order of the procedure; a topic stands together.

    More than one file may add to a topic, as each app does to the periods of keeping.
    """
    order = list(book().titles)
    topic = key.partition(".")[0]
    first = next(number for number, name in enumerate(order) if name.partition(".")[0] == topic)
    return first, order.index(key), place


def _topic_of(line: RuleLine) -> str:
    return line.rule.key.partition(".")[0]


def _line(row: RuleValue, on: dt.date) -> RuleLine:
    holds = row.from_on <= on and (row.until_on is None or on <= row.until_on)
    return RuleLine(
        rule=row, title=title_of(row.key), place_name=places.full_name(row.place), amount=amount_of(row),
        certainty=str(Certainty(row.certainty).label), holds=holds,
    )  # fmt: skip


def amount_of(rule: RuleValue) -> str:
    """Return a value in words, in the reader's language: ``at most 15 days``."""
    if rule.unit == Unit.FLAG:
        return _("yes") if rule.value else _("no")
    if rule.unit == Unit.TEXT:
        return str(rule.value)
    words = {
        "comparison": Comparison(rule.comparison).label,
        "value": rule.value,
        "unit": Unit(rule.unit).label,
    }
    return _("%(comparison)s %(value)s %(unit)s") % words


def _matches(line: RuleLine, text: str) -> bool:
    searched: tuple[Any, ...] = (line.rule.key, line.title, line.rule.article, line.rule.source)
    return not text or any(text in str(part).lower() for part in searched)
