"""Publishing: once a quarter, through the gate, into a ledger that is never rewritten."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhijia.audit import services as audit
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import local_date
from zhijia.core.manifest import Indicator
from zhijia.regulations.selectors import value as rule_value
from zhijia.statistics import gate
from zhijia.statistics.models import Release
from zhijia.statistics.periods import Period, before, quarter
from zhijia.statistics.selectors import Figure, compute, public_indicators
from zhijia.unions.enums import BodyKind, Level
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import FEDERATIONS, Scope

PUBLIC_KINDS = (BodyKind.FEDERATION, BodyKind.INDUSTRIAL, BodyKind.OFFICE)


def publishable_quarter(today: dt.date) -> Period:
    """Return the newest quarter that may be published: one full quarter must lie between it and now."""
    last = quarter(before(quarter(today)))
    return quarter(before(last))


def publish_due(*, now: dt.datetime) -> int:
    """Publish the newest closed quarter of every tenant; return how many tables. Safe to repeat."""
    period = publishable_quarter(local_date(now))
    tenants = UnionBody.objects.active().filter(tenant__gt=0, tenant__lt=FEDERATIONS)
    found = 0
    for tenant in sorted(set(tenants.values_list("tenant", flat=True))):
        found += publish_quarter(tenant=tenant, period=period, by=SYSTEM, now=now)
    return found


@transaction.atomic
def publish_quarter(*, tenant: int, period: Period, by: Actor, now: dt.datetime) -> int:
    """Publish every public indicator of a tenant for a quarter; what is published stays as it is."""
    done = set(
        Release.objects.filter(tenant=tenant, starts_on=period.first).values_list("indicator", flat=True)
    )
    waiting = [i for i in public_indicators() if i.key not in done]
    for indicator in waiting:
        _publish(indicator, tenant, period, by, now)
    return len(waiting)


def _publish(indicator: Indicator, tenant: int, period: Period, by: Actor, now: dt.datetime) -> Release:
    threshold, base = (
        int(rule_value(f"statistics.{key}", on=period.last).value) for key in ("threshold", "rounding")
    )
    made = Release.objects.create(
        tenant=tenant, indicator=indicator.key, starts_on=period.first, ends_on=period.last,
        threshold=threshold, rounding=base, made_at=now,
        rows=_rows(indicator, _units(tenant), period, threshold, base),
    )  # fmt: skip
    data = {"indicator": indicator.key, "from": period.first.isoformat()}
    audit.record("figures.published", obj=made, by=by, now=now, tenant=tenant, data=data)
    return made


def _units(tenant: int) -> dict[str, UnionBody]:
    """Return the bodies that may be named: those of territories and industries, never of an employer."""
    rows = UnionBody.objects.active().filter(
        tenant=tenant, level__lte=Level.COUNTY, employer=None, kind__in=PUBLIC_KINDS
    )
    return {body.path: body for body in rows}


def _rows(
    indicator: Indicator, units: dict[str, UnionBody], period: Period, threshold: int, base: int
) -> list[dict[str, Any]]:
    figures = {path: _figure(indicator, path, body, period) for path, body in units.items()}
    heads = gate.parts(_own({path: people(f, indicator.unit) for path, f in figures.items()}), threshold)
    return [
        _row(indicator, units[head], gate.holes(head, heads), heads[head], period, base)
        for head in sorted(heads, key=lambda p: (units[p].place, units[p].pk))
    ]


def _figure(
    indicator: Indicator, path: str, body: UnionBody, period: Period, holes: tuple[str, ...] = ()
) -> Figure:
    scope = Scope((path,), (), frozenset([body.tenant]), holes)
    return compute(indicator, scope, period.start, period.end)


def people(figure: Figure, unit: str) -> int:
    """Return how many cases a figure rests on; 0 for a share or a median that does not say."""
    if unit == "count" and figure.denominator is None:
        return int(figure.value or 0)
    return figure.denominator or 0


def _own(whole: dict[str, int]) -> dict[str, int]:
    """Turn "with all below" into "without the units below"."""
    own = dict(whole)
    for path, number in whole.items():
        above = gate.nearest(path, whole)
        if above:
            own[above] -= number
    return own


def _row(
    indicator: Indicator, body: UnionBody, holes: tuple[str, ...], number: int, period: Period, base: int
) -> dict[str, Any]:
    figure = _figure(indicator, body.path, body, period, holes)
    printed = gate.shown(figure.value or 0, indicator.unit, base)
    return {
        "body": body.pk,
        "name": body.name,
        "number": printed.number,
        "bound": printed.bound,
        "people": int(gate.rounded(number, base)),
    }
