"""Puts the unions of an invented province into the tables: many rows at once, ids taken beforehand."""

import datetime as dt
import random
from collections import Counter

from zhijia.core.text import grams
from zhijia.membership.crowd.planning import PROVINCE, Unit
from zhijia.membership.roster.tables import reserve_ids
from zhijia.unions.demo import demo_code
from zhijia.unions.enums import BodyKind, Level, SizeBand
from zhijia.unions.models import Employer, EmployerGram, Headcount, UnionBody

TENANT = 13
BATCH = 2_000
CODES = 8_000
"""Credit codes that can be made up for one county; employers beyond that have none yet."""


def store(units: list[Unit], draw: random.Random, *, today: dt.date, moment: dt.datetime) -> list[Unit]:
    """Write bodies, employers and reported figures; bodies that the demo has already are used."""
    _employers(units, moment)
    _bodies(units)
    _headcounts(units, draw, today, moment)
    return units


def _employers(units: list[Unit], moment: dt.datetime) -> None:
    owning = [unit for unit in units if unit.employer]
    in_county: Counter[str] = Counter()
    rows = []
    for unit, pk in zip(owning, reserve_ids(Employer, len(owning)), strict=True):
        number = in_county[unit.place]
        in_county[unit.place] += 1
        code = demo_code(1_500 + number, unit.place) if number < CODES else ""
        rows.append(Employer(
            pk=pk, tenant=TENANT, name=unit.employer, credit_code=code, place=unit.place,
            industry=unit.industry, size_band=_band(unit.workers), created_at=moment,
        ))  # fmt: skip
        unit.employer_pk = pk
    Employer.objects.bulk_create(rows, batch_size=BATCH)
    pieces = (
        EmployerGram(tenant=TENANT, gram=gram, employer_id=row.pk)
        for row in rows
        for gram in sorted(set(grams(row.name)))
    )
    EmployerGram.objects.bulk_create(pieces, batch_size=BATCH)


def _band(workers: int | None) -> SizeBand:
    if workers is None:
        return SizeBand.UNKNOWN
    bands = ((25, SizeBand.UNDER_25), (200, SizeBand.UNDER_200), (1000, SizeBand.UNDER_1000))
    return next((band for limit, band in bands if workers < limit), SizeBand.OVER_1000)


def _bodies(units: list[Unit]) -> None:
    province = UnionBody.objects.get(
        tenant=TENANT, level=Level.PROVINCE, kind=BodyKind.FEDERATION, place=PROVINCE
    )
    known = {
        (row.level, row.place): row for row in UnionBody.objects.filter(
            tenant=TENANT, kind=BodyKind.FEDERATION, level__in=(Level.CITY, Level.COUNTY)
        )
    }  # fmt: skip
    place_of: dict[int, tuple[str, int]] = {-1: (province.path, province.depth)}
    rows = []
    for number, (unit, pk) in enumerate(zip(units, reserve_ids(UnionBody, len(units)), strict=True)):
        there = known.get((unit.level, unit.place))
        if there is not None:
            unit.pk = there.pk
            place_of[number] = (there.path, there.depth)
            continue
        above, depth = place_of[unit.above]
        unit.pk, place_of[number] = pk, (f"{above}{pk}/", depth + 1)
        rows.append(UnionBody(
            pk=pk, tenant=TENANT, name=unit.name, level=unit.level, kind=unit.kind, place=unit.place,
            path=f"{above}{pk}/", depth=depth + 1, employer_id=unit.employer_pk,
            accepts_appeals=unit.level <= Level.COUNTY,
        ))  # fmt: skip
    UnionBody.objects.bulk_create(rows, batch_size=BATCH)


def _headcounts(units: list[Unit], draw: random.Random, today: dt.date, moment: dt.datetime) -> None:
    """Let unions report once a year, some of them twice so far."""
    rows = []
    for unit in units:
        if unit.workers is None:
            continue
        members = min(unit.members, unit.workers)
        for year in range(draw.choice((1, 1, 2)), 0, -1):
            day = dt.date(today.year - year, 12, draw.randint(1, 28))
            rows.append(Headcount(
                tenant=TENANT, body_id=unit.pk, reported_on=day, written_at=moment, workers=unit.workers,
                members=members, women=members * 4 // 10, migrants=members * 3 // 10,
            ))  # fmt: skip
    Headcount.objects.bulk_create(rows, batch_size=BATCH)
