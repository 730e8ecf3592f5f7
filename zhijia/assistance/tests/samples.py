"""Small rule files, households and whole populations for the tests."""

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from zhijia.assistance.rules.evaluating import Outcome
from zhijia.assistance.rules.library import Library, Loaded, load_library
from zhijia.assistance.rules.model import Input

SHIPPED = Path(__file__).parents[1] / "data" / "rules"
EVERYTHING = Path(__file__).with_name("everything.yaml")

SMALL = """\
rule_set: small
version: "1"
from: 2021-01-01
title: {zh: 小, en: Small}
source: 某办法
certainty: known
operators:
  line: {is: "<=", article: 第一条, source: 某办法, certainty: known}
inputs:
  household:
    household_size: {type: count, min: 1, max: 30, zh: 人口, en: persons}
    rent: {type: money, max: 100000 yuan, zh: 房租, en: rent}
    has_car: {type: yesno, zh: 有车, en: a car}
  person:
    wages: {type: money, zh: 工资, en: wages}
    work:
      {type: code, zh: 就业, en: work, codes: {employed: {zh: 在业, en: work}, jobless: {zh: 无业, en: no}}}
parameters:
  dibao: {key: assistance.dibao, type: money, min: 1 yuan, max: 5000 yuan, zh: 低保, en: the standard}
derived:
  income: {of: household, type: money, is: "sum(wages)", zh: 收入, en: income}
  each:
    {of: household, type: money, rounded: floor, is: "(income - rent) / household_size / 12", zh: 月, en: e}
clauses:
  deep:
    reason: 0
    when: each @line dibao
    gives: deep
    article: 第一条
    source: 某办法
    certainty: known
    zh: 深度困难
    en: Deep
    hit: {zh: "{each}{line}{dibao}", en: "{each} {line} {dibao}"}
    miss: {zh: "{each}不是{line}{dibao}", en: "{each} not {line} {dibao}"}
  car:
    reason: 1
    when: has_car
    bars: [deep]
    article: 第二条
    source: 某办法
    certainty: known
    zh: 车
    en: Car
    hit: {zh: 有车, en: a car}
    miss: {zh: 无车, en: no car}
amounts:
  aid:
    zh: 救助
    en: Aid
    for: {deep: "min(household_size * 100 yuan, 350 yuan)"}
    article: 第三条
    source: 某办法
    certainty: house
    say: {zh: "可得{amount}", en: "{amount} can be had"}
"""


@cache
def shipped() -> Library:
    """Return the rule sets that are shipped."""
    return load_library(SHIPPED)


def facts(rules: Loaded, **given: Any) -> dict[str, Any]:
    """Return a household of one: nothing, and no to everything, but for what is given."""
    return {item.name: _nothing(item) for item in rules.plan.household_inputs} | {"household_size": 1} | given


def person(rules: Loaded, **given: Any) -> dict[str, Any]:
    """Return somebody at work who earns and costs nothing, but for what is given."""
    return {item.name: _nothing(item) for item in rules.plan.person_inputs} | given


def _nothing(item: Input) -> Any:
    return {"yesno": False, "code": item.codes[0][0] if item.codes else ""}.get(item.kind, max(0, item.least))


def random_household(rules: Loaded, draw: random.Random) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return sound facts; numbers often meet, so that lines are hit exactly."""
    household = {item.name: _drawn(item, draw) for item in rules.plan.household_inputs}
    persons = [
        {item.name: _drawn(item, draw) for item in rules.plan.person_inputs}
        for _ in range(draw.randrange(1, 6))
    ]
    household["household_size"] = len(persons)
    return household, persons


def _drawn(item: Input, draw: random.Random) -> Any:
    if item.optional and draw.random() < 0.2:
        return None
    if item.kind == "yesno":
        return draw.random() < 0.12
    if item.kind == "code":
        return draw.choice(item.codes)[0]
    if item.kind == "count":
        return draw.randrange(item.least, min(item.most, 24) + 1)
    most = min(item.most, 6_000_000)
    return draw.choice([0, 0, draw.randrange(most), draw.randrange(60) * 60_000, draw.choice((item.most, 1))])


def random_values(rules: Loaded, draw: random.Random, *, unknown: float) -> dict[str, int | None]:
    """Return the parameters of a place; some are unknown."""
    found: dict[str, int | None] = {}
    for item in rules.plan.parameters:
        value = draw.randrange(item.least, min(item.most, max(100_000, item.least)) + 1)
        if item.kind == "money" and draw.random() < 0.5:
            value = max(item.least, value // 5_000 * 5_000)
        found[item.name] = None if draw.random() < unknown else value
    return found


def meet_the_line(
    rules: Loaded,
    household: dict[str, Any],
    persons: list[dict[str, Any]],
    values: Mapping[str, int | None],
    draw: random.Random,
) -> None:
    """Move the first wages so that the net income lies on a line, or a fen beside it."""
    names = {item.name for item in rules.plan.person_inputs}
    found: Outcome = rules.evaluator.decide(household, persons, values)
    dibao, income, rigid = values.get("dibao"), found.values.get("income"), found.values.get("rigid", 0)
    if "wages" not in names or None in (dibao, income, rigid):
        return
    line = dibao * 12 * len(persons) * draw.choice((2, 3, 4)) // 2  # type: ignore[operator]
    persons[0]["wages"] = max(0, persons[0]["wages"] + line - (income - rigid) + draw.choice((-1, 0, 0, 1)))  # type: ignore[operator]
