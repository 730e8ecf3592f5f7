"""What of the wages counts, what the levy comes to, and how the levels share it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

from zhijia.core.words import _
from zhijia.funds.enums import LevyKind
from zhijia.funds.errors import BadSplit, NoPreparationLevy
from zhijia.funds.money import split
from zhijia.regulations.calendar import deadline
from zhijia.regulations.errors import UnknownRule
from zhijia.regulations.selectors import RuleValue, period, value
from zhijia.unions.enums import BodyKind, Level
from zhijia.unions.models import UnionBody

SOURCE = "关于工资总额组成的规定（1990年国家统计局令第1号）"
PAYMENT_ORDER = "工会法 第四十四条"
"""Unpaid without good reason: the union may ask the basic-level court for a payment order."""


@dataclass(frozen=True)
class WagePart:
    """A part of what an employer pays, and where the law says whether it counts."""

    name: str
    label: str | Promise
    article: str
    counts: bool = True


PARTS = (
    WagePart("time_wages", _("Time wages"), "第五条"),
    WagePart("piece_wages", _("Piece wages"), "第六条"),
    WagePart("bonuses", _("Bonuses"), "第七条"),
    WagePart("allowances", _("Allowances and subsidies"), "第八条"),
    WagePart("overtime", _("Overtime pay"), "第九条"),
    WagePart("special", _("Wages in special circumstances (leave, stoppage, study)"), "第十条"),
)
LEFT_OUT = (
    WagePart("insurance", _("Social insurance and welfare of employees"), "第十一条第二项", False),
    WagePart("protection", _("Labour protection"), "第十一条第四项", False),
    WagePart("retirement", _("Pensions and payments on leaving"), "第十一条第三项", False),
    WagePart("suggestions", _("Awards for suggestions, inventions and science"), "第十一条第一项", False),
    WagePart("travel", _("Travel and meal allowances on the road"), "第十一条第六项", False),
)
LEVELS = (Level.GRASSROOTS, Level.COUNTY, Level.CITY, Level.PROVINCE, Level.NATION)
KEYS = {
    Level.GRASSROOTS: "levy.split.grassroots",
    Level.COUNTY: "levy.split.county",
    Level.CITY: "levy.split.city",
    Level.PROVINCE: "levy.split.province",
    Level.NATION: "levy.split.nation",
}


def levy_rule(kind: str, place: str, on: dt.date) -> RuleValue:
    """Return the rate of a levy; raise ``NoPreparationLevy`` where the place knows none."""
    if kind == LevyKind.LEVY:
        return value("levy.rate", place, on)
    try:
        return value("levy.preparation_rate", place, on)
    except UnknownRule:
        raise NoPreparationLevy from None


def due_on(place: str, until_on: dt.date) -> dt.date:
    """Return by which day the levy of a period is paid."""
    return deadline(until_on, period("levy.due", place, until_on), place=place).on


def split_rules(place: str, on: dt.date) -> list[tuple[Level, RuleValue]]:
    """Return the share of each level at a place on a day, base first; raise ``BadSplit``."""
    found = [(level, value(KEYS[level], place, on)) for level in LEVELS]
    whole = sum(Decimal(rule.value) for _level, rule in found)
    if whole != 100:
        raise BadSplit(sum=whole)
    return found


def shares(
    amount: int, collector: UnionBody, above: tuple[UnionBody, ...], on: dt.date
) -> list[tuple[UnionBody, int]]:
    """Return what each body gets of an amount in fen: the collector first, then those above it.

    A level without a body of its own goes to the next body above; levels below the collector stay with
    it. Where two bodies stand on one level, the territorial one gets the share.
    """
    rules = split_rules(collector.place, on)
    amounts = split(amount, [Decimal(rule.value) for _level, rule in rules])
    line = (collector, *above)
    found: dict[int, int] = {body.pk: 0 for body in line}
    for (level, _rule), part in zip(rules, amounts, strict=True):
        found[_receiver(level, line).pk] += part
    return [(body, found[body.pk]) for body in line if found[body.pk] or body == collector]


def _receiver(level: Level, line: tuple[UnionBody, ...]) -> UnionBody:
    """Return who gets the share of a level, of a line from the collector upwards."""
    reached = [body for body in line if body.level <= level] or list(line[-1:])
    same = [body for body in reached if body.level == reached[0].level]
    if line[0] in same:
        return line[0]
    return next((body for body in same if body.kind == BodyKind.FEDERATION), same[0])
