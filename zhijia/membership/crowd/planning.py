"""Which unions an invented province has, and how many members each: in proportion, from the seed alone."""

import random
from dataclasses import dataclass

from zhijia.regulations import places
from zhijia.unions.enums import BodyKind, Level

PROVINCE = "130000"
PER_UNION = 42
"""Members of a grassroots union on average; few are large, most are small."""
BRANCH_FROM, BRANCH_SIZE = 120, 60
TRADES = (
    "玻璃",
    "自行车零件",
    "羊绒",
    "陶瓷",
    "钢丝",
    "物流",
    "食品",
    "纺织",
    "建材",
    "机械",
    "印刷",
    "家具",
)
WORDS = "恒盛鑫达华泰永顺宏润诚信兴隆博远金桥瑞丰"
INDUSTRIES = "CCCCCCGFHSNE"
"""Section of GB/T 4754 for each trade."""


@dataclass
class Unit:
    """A body to be: ``above`` is the place of its parent in the list, -1 for the province."""

    name: str
    level: Level
    kind: BodyKind
    place: str
    above: int
    members: int = 0
    """Its own, without those of branches."""
    workers: int | None = None
    """As it reports them, with all below; None for one that does not report."""
    employer: str = ""
    industry: str = ""
    trade: str = ""
    """Group of platform workers that it gathers."""
    pk: int = 0
    employer_pk: int | None = None


def plan(members: int, draw: random.Random) -> list[Unit]:
    """Return the bodies of a province with so many members, parents before children."""
    unions = max(1, members // PER_UNION)
    units = _cities()
    counties = _counties(units, max(1, unions // 8), draw)
    towns = [
        unit for county in counties for unit in _towns(units, county, max(1, unions // (3 * len(counties))))
    ]
    for number, size in enumerate(_sizes(members, unions, draw)):
        _union(units, towns[number % len(towns)], number, size, draw)
    return units


def _cities() -> list[Unit]:
    federation = BodyKind.FEDERATION
    return [
        Unit(f"{places.name(code)}总工会", Level.CITY, federation, code, -1)
        for code in places.children(PROVINCE)
    ]


def _counties(units: list[Unit], most: int, draw: random.Random) -> list[int]:
    """Add counties, all of them for a large province; return where they stand."""
    known = [(above, code) for above, city in enumerate(list(units)) for code in places.children(city.place)]
    chosen = sorted(draw.sample(known, min(most, len(known))))
    first = len(units)
    units += [
        Unit(f"{places.name(code)}总工会", Level.COUNTY, BodyKind.FEDERATION, code, above)
        for above, code in chosen
    ]
    return list(range(first, len(units)))


def _towns(units: list[Unit], county: int, count: int) -> list[int]:
    """Add townships and, for every other one, an industrial park below it."""
    place, first = units[county].place, len(units)
    for number in range(count):
        name = f"{places.name(place)}第{number + 1}街道"
        units.append(Unit(f"{name}总工会", Level.TOWNSHIP, BodyKind.FEDERATION, place, county))
        if number % 2:
            units.append(
                Unit(f"{name}园区工会联合会", Level.VILLAGE, BodyKind.FEDERATION, place, len(units) - 1)
            )
    return list(range(first, len(units)))


def _sizes(members: int, unions: int, draw: random.Random) -> list[int]:
    """Return how many members each union has: a long tail, summing up exactly."""
    weights = [draw.paretovariate(1.3) for _ in range(unions)]
    whole = sum(weights)
    ends, reached = [], 0.0
    for weight in weights:
        reached += weight
        ends.append(round(members * reached / whole))
    return [end - begin for begin, end in zip([0, *ends], ends, strict=False)]


def _union(units: list[Unit], above: int, number: int, size: int, draw: random.Random) -> None:
    """Add a grassroots union: one in eleven a joint union of platform workers; the large with branches."""
    place = units[above].place
    if number % 11 == 10:
        trade = draw.choice(("courier", "food", "truck", "ride", "domestic", "guard"))
        name = f"{places.name(place)}第{number}联合工会"
        unit = Unit(name, Level.GRASSROOTS, BodyKind.JOINT, place, above, size, trade=trade)
    else:
        kind = draw.randrange(len(TRADES))
        firm = f"{places.name(place)}{''.join(draw.sample(WORDS, 2))}{TRADES[kind]}{number}有限公司"
        unit = Unit(f"{firm}工会", Level.GRASSROOTS, BodyKind.GRASSROOTS, place, above, size, employer=firm,
                    industry=INDUSTRIES[kind])  # fmt: skip
    if draw.random() < 0.85:
        unit.workers = round(size / draw.uniform(0.5, 0.98))
    units.append(unit)
    if size >= BRANCH_FROM:
        _branches(units, len(units) - 1)


def _branches(units: list[Unit], above: int) -> None:
    """Let the members of a large union belong to branches, each with a group of a third of its members."""
    union = units[above]
    count = union.members // BRANCH_SIZE
    share, union.members = union.members // count, union.members - union.members // count * count
    for number in range(count):
        name = f"{union.name}第{number + 1}分会"
        group = share // 3
        units.append(Unit(name, Level.BRANCH, BodyKind.BRANCH, union.place, above, share - group))
        units.append(Unit(f"{name}第一小组", Level.GROUP, BodyKind.GROUP, union.place, len(units) - 1, group))
