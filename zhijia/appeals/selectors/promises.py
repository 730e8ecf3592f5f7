"""How fast a body promises to be: its own promise, else the house's; and the law behind both."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from zhijia.appeals.deadlines import LAWFUL
from zhijia.appeals.enums import Clock, Urgency
from zhijia.appeals.models import BodyPromise
from zhijia.appeals.models.desk import PROMISE_UNITS
from zhijia.regulations.selectors import value
from zhijia.unions.models import UnionBody

UNITS: dict[str, Any] = dict(PROMISE_UNITS)


@dataclass(frozen=True)
class PromiseLine:
    """One urgency and one clock."""

    urgency: Urgency
    clock: Clock
    amount: int
    unit: Any
    is_own: bool
    law_amount: int
    law_unit: Any
    article: str


def promises_of(body: UnionBody, on: dt.date) -> list[PromiseLine]:
    """Return what holds in a body for each urgency and clock; one query."""
    own = {(p.urgency, p.clock): p for p in BodyPromise.objects.filter(tenant=body.tenant, body=body)}
    return [
        _line(body, urgency, clock, own.get((urgency, clock)), on) for urgency in Urgency for clock in Clock
    ]


def _line(body: UnionBody, urgency: Urgency, clock: Clock, own: Any, on: dt.date) -> PromiseLine:
    house = value(f"appeal.promise.{urgency}.{clock}", body.place, on)
    law = value(LAWFUL[clock], body.place, on)
    amount, unit = (own.amount, own.unit) if own else (int(house.value), house.unit)
    return PromiseLine(
        urgency, clock, amount, UNITS.get(unit, unit), own is not None, int(law.value),
        UNITS.get(law.unit, law.unit), law.article,
    )  # fmt: skip
