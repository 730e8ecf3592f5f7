"""A made-up service that counts something, so that the figures can be checked without any other app."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import factory

from zhijia.core.manifest import Indicator, Manifest
from zhijia.statistics.models import Release
from zhijia.statistics.selectors import Figure
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import Scope

NOW = dt.datetime(2026, 8, 3, 1, 0, tzinfo=dt.UTC)
FEBRUARY = dt.datetime(2026, 2, 10, tzinfo=dt.UTC)


class ReleaseFactory(factory.django.DjangoModelFactory):
    """A published table."""

    class Meta:
        model = Release

    tenant = 13
    indicator = "cases.received"
    starts_on = dt.date(2026, 1, 1)
    ends_on = dt.date(2026, 3, 31)
    threshold = 10
    rounding = 5
    rows: list[Any] = []
    made_at = NOW


@dataclass
class Ledger:
    """Which body got how many cases, when, and how many people were satisfied."""

    cases: list[tuple[int, dt.datetime, bool]]

    def add(self, body: UnionBody, number: int, satisfied: int = 0, at: dt.datetime = FEBRUARY) -> None:
        self.cases += [(body.pk, at, n < satisfied) for n in range(number)]

    def within(self, scope: Scope, start: dt.datetime, end: dt.datetime) -> list[bool]:
        bodies = set(scope.bodies().values_list("pk", flat=True))
        return [good for body, at, good in self.cases if body in bodies and start <= at < end]

    def received(self, scope: Scope, start: dt.datetime, end: dt.datetime) -> int:
        return len(self.within(scope, start, end))

    def satisfied(self, scope: Scope, start: dt.datetime, end: dt.datetime) -> Figure:
        found = self.within(scope, start, end)
        return Figure.share(sum(found), len(found))

    def manifest(self) -> Manifest:
        return Manifest(
            app="made_up",
            indicators=(
                Indicator(
                    "cases.received",
                    "收到件数",
                    "收到的全部件数",
                    "count",
                    self.received,
                    drill_down="unions:directory",
                    public=True,
                ),
                Indicator(
                    "cases.satisfied", "满意率", "满意数除以评价数", "percent", self.satisfied, public=True
                ),
                Indicator("cases.secret", "内部指标", "不公开", "count", self.received),
            ),
        )
