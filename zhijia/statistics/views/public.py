"""Open figures: what passed the release gate, for everyone."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhijia.core import clock
from zhijia.core.errors import NotFound
from zhijia.core.http import public_page
from zhijia.regulations.selectors import value as rule_value
from zhijia.statistics import selectors
from zhijia.statistics.models import Release
from zhijia.unions.models import UnionBody


@dataclass(frozen=True)
class Table:
    """A published table with the words for its indicator."""

    indicator: Any
    release: Release


@dataclass(frozen=True)
class Quarter:
    """A quarter that can be chosen."""

    starts_on: dt.date
    tenant: int
    current: bool

    @property
    def label(self) -> str:
        """Year and number of the quarter."""
        number = (self.starts_on.month + 2) // 3
        return _("%(year)s, quarter %(number)s") % {"year": self.starts_on.year, "number": number}

    @property
    def url(self) -> str:
        """The way to it."""
        return f"?quarter={self.tenant}-{self.starts_on.isoformat()}"


@public_page(300)
def open_figures(request: HttpRequest) -> HttpResponse:
    """The newest published quarter, or the one asked for."""
    known = selectors.released_quarters()
    tenant, starts_on = chosen(request, known)
    by_key = {i.key: i for i in selectors.public_indicators()}
    tables = [
        Table(by_key[r.indicator], r) for r in selectors.releases(tenant, starts_on) if r.indicator in by_key
    ] if starts_on else []  # fmt: skip
    quarters = [Quarter(day, place, (place, day) == (tenant, starts_on)) for place, day in known]
    context = {"tables": tables, "quarters": quarters, "rules": gate_rules(), "place": place_name(tenant)}
    return render(request, "statistics/open.html", context)


def chosen(request: HttpRequest, known: list[tuple[int, dt.date]]) -> tuple[int, dt.date | None]:
    """Read the quarter asked for; the newest when none is; raise ``NotFound`` for an unpublished one."""
    if not known:
        return 0, None
    if "quarter" not in request.GET:
        return known[0]
    for tenant, day in known:
        if request.GET["quarter"] == f"{tenant}-{day.isoformat()}":
            return tenant, day
    raise NotFound


def gate_rules() -> dict[str, int]:
    """Return the threshold and the rounding in force today, for the words on the page."""
    today = clock.local_date(clock.now())
    return {key: int(rule_value(f"statistics.{key}", on=today).value) for key in ("threshold", "rounding")}


def place_name(tenant: int) -> str:
    """Return the name of the highest body of a tenant."""
    body = UnionBody.objects.active().filter(tenant=tenant).order_by("level", "id").first()
    return body.name if body else ""
