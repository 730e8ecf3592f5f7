"""Figures from live tables. Definitions come from the manifests; nothing is counted ahead of time."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from zhijia.core.errors import NotFound
from zhijia.core.manifest import Indicator, contributions
from zhijia.statistics.models import Release
from zhijia.statistics.periods import Period
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import Scope, children, figure_scope, posts_of, scope_of


@dataclass(frozen=True)
class Figure:
    """A counted figure. ``value`` is None where there was nothing to count."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    """How many cases the figure rests on; a share or a median without it is never made public."""

    @classmethod
    def share(cls, numerator: int, denominator: int) -> "Figure":
        """Return a percentage; None when there is nothing to divide by."""
        value = 100 * numerator / denominator if denominator else None
        return cls(value, numerator, denominator)


def percentiles(rows: QuerySet[Any], field: str, *shares: float) -> list[Any]:
    """Return percentiles of ``field`` (numbers or durations), each share from 0 to 1.

    Linear interpolation between the two nearest of the n sorted values, at position
    ``(n - 1) × share`` counted from 0 (the method of PERCENTILE.INC and ``percentile_cont``).
    Empty values are left out; no rows give None. Sorting is done by the database and the
    interpolation here, so that every database gives the same result.
    """
    values = rows.exclude(**{f"{field}__isnull": True}).order_by(field).values_list(field, flat=True)
    count = values.count()
    return [_between(values, (count - 1) * share) if count else None for share in shares]


def _between(values: Any, position: float) -> Any:
    low = int(position)
    near = list(values[low : low + 2])
    if len(near) == 1 or position == low:
        return near[0]
    return near[0] + (near[1] - near[0]) * (position - low)


def percentile_of(values: Sequence[Any], share: float) -> Any:
    """Return a percentile of values in memory, by the same definition as ``percentiles``."""
    if not values:
        return None
    ordered = sorted(values)
    low = int((len(ordered) - 1) * share)
    rest = (len(ordered) - 1) * share - low
    return ordered[low] if not rest else ordered[low] + (ordered[low + 1] - ordered[low]) * rest


SECONDS = {"hours": 3600, "days": 86_400}


def as_figure(raw: Any, unit: str) -> Figure:
    """Return what an indicator computed as a figure; durations become days or hours."""
    if isinstance(raw, Figure):
        return Figure(as_figure(raw.value, unit).value, raw.numerator, raw.denominator)
    if isinstance(raw, dt.timedelta):
        return Figure(raw.total_seconds() / SECONDS[unit])
    return Figure(None if raw is None else float(raw))


def compute(indicator: Indicator, scope: Scope, start: dt.datetime, end: dt.datetime) -> Figure:
    """Return one figure for the bodies of ``scope``, from ``start`` to before ``end``.

    ``indicator.compute(scope, start, end)`` may return a number, a duration, None or a ``Figure``.
    """
    return as_figure(indicator.compute(scope, start, end), indicator.unit)


def indicators() -> tuple[Indicator, ...]:
    """Return every indicator of the house, in the order of the manifests."""
    return tuple(contributions("indicators"))


def indicator_called(key: str) -> Indicator:
    """Return the indicator with this key; raise ``NotFound``."""
    for indicator in indicators():
        if indicator.key == key:
            return indicator
    raise NotFound


def body_choices(user: Any, on: dt.date) -> list[UnionBody]:
    """Return the bodies an officer may pick: where he holds a post, and those directly below."""
    own = {post.body_id: post.body for post in posts_of(user, on)}
    below = [child for body in own.values() for child in children(body)[:200]]
    return [*own.values(), *(child for child in below if child.pk not in own)]


def chosen_scope(user: Any, body_id: int | None, on: dt.date) -> tuple[Scope, UnionBody | None]:
    """Return the scope of all the officer's posts, or of one body inside it; raise ``NotFound``."""
    everything = figure_scope(user, on)
    if body_id is None:
        return everything, None
    body = UnionBody.objects.filter(pk=body_id).first()
    if body is None or not everything.covers(body):
        raise NotFound
    return scope_of([body], barred=everything.barred), body


@dataclass(frozen=True)
class Line:
    """One indicator with its figure, as it stands on the page and in the export."""

    indicator: Indicator
    figure: Figure


def figures(scope: Scope, period: Period) -> list[Line]:
    """Return every indicator for a scope and a period."""
    return [Line(i, compute(i, scope, period.start, period.end)) for i in indicators()]


def by_time(indicator: Indicator, scope: Scope, period: Period) -> list[tuple[Period, Figure]]:
    """Return the figure of each calendar month of a period, or of each year of a long one."""
    return [(part, compute(indicator, scope, part.start, part.end)) for part in period.parts()]


def by_body(
    indicator: Indicator, bodies: Iterable[UnionBody], period: Period, barred: frozenset[int]
) -> list[tuple[UnionBody, Figure]]:
    """Return the figure of each body with all below it, as counted for one who may not know of ``barred``."""
    scopes = [(b, scope_of([b], barred=barred)) for b in bodies]
    return [(b, compute(indicator, found, period.start, period.end)) for b, found in scopes]


# Public ---------------------------------------------------------------------------------------


def public_indicators() -> tuple[Indicator, ...]:
    """Return the indicators that may be released."""
    return tuple(i for i in indicators() if i.public)


def releases(tenant: int, starts_on: dt.date) -> list[Release]:
    """Return what was published about a quarter."""
    return list(Release.objects.filter(tenant=tenant, starts_on=starts_on).order_by("id"))


def released_quarters() -> list[tuple[int, dt.date]]:
    """Return (tenant, first day) of every published quarter, newest first."""
    rows = Release.objects.values_list("tenant", "starts_on").distinct()
    return sorted(rows, key=lambda row: (-row[1].toordinal(), row[0]))
