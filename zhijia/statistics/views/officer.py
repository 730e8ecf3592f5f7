"""Figures for officers, over the bodies of their posts."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from zhijia.accounts.http import needs_fresh_proof
from zhijia.core import clock
from zhijia.core.errors import NotAllowed
from zhijia.core.http import XLSX, download
from zhijia.core.manifest import Indicator
from zhijia.statistics import selectors
from zhijia.statistics.export import workbook
from zhijia.statistics.forms import FilterForm
from zhijia.statistics.periods import Period
from zhijia.statistics.views.charts import chart_of
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import Scope, children


@dataclass(frozen=True)
class Asked:
    """What the filter says, worked out once for page and export."""

    form: FilterForm
    period: Period
    scope: Scope
    body: UnionBody | None

    @property
    def query(self) -> str:
        """The filter as a query string that every drill-down and export carries."""
        asked = {"period": "custom", "since": self.period.first, "until": self.period.last}
        return urlencode({**asked, "body": self.body.pk} if self.body else asked)


def asked_of(request: HttpRequest) -> Asked:
    """Read the filter; raise ``NotAllowed`` for those who hold no post."""
    today = clock.local_date(clock.now())
    bodies = selectors.body_choices(request.user, today)
    if not bodies:
        raise NotAllowed
    form = FilterForm(request.GET, bodies=bodies, today=today)
    scope, body = selectors.chosen_scope(request.user, form.body_id, today)
    return Asked(form, form.chosen, scope, body)


def drill_down(indicator: Indicator, asked: Asked) -> str:
    """Return the address of the list behind a figure, with the same filter, or ""."""
    if not indicator.drill_down:
        return ""
    try:
        return f"{reverse(indicator.drill_down)}?{asked.query}&indicator={indicator.key}"
    except NoReverseMatch:
        return ""


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All figures of a scope and a period, each with its definition."""
    asked = asked_of(request)
    lines = [
        {"line": line, "drill_down": drill_down(line.indicator, asked)}
        for line in selectors.figures(asked.scope, asked.period)
    ]
    return render(request, "statistics/index.html", {"asked": asked, "form": asked.form, "lines": lines})


@login_required
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """One figure by month or year, and by body."""
    asked = asked_of(request)
    found = selectors.indicator_called(key)
    parts = selectors.by_time(found, asked.scope, asked.period)
    below = children(asked.body)[:100] if asked.body else []
    rows = selectors.by_body(found, below, asked.period, asked.scope.barred)
    context = {
        "asked": asked, "form": asked.form, "indicator": found, "rows": rows,
        "figure": selectors.compute(found, asked.scope, asked.period.start, asked.period.end),
        "chart": chart_of(
            parts, unit_name(found.unit), 0 if found.unit == "count" else 1, by_year=asked.period.is_long
        ),
        "drill_down": drill_down(found, asked),
    }  # fmt: skip
    return render(request, "statistics/indicator.html", context)


@needs_fresh_proof()
def export(request: HttpRequest) -> HttpResponse:
    """The figures as a spreadsheet, with the filter written on it."""
    asked = asked_of(request)
    lines = selectors.figures(asked.scope, asked.period)
    file = workbook(_("Figures"), notes_of(asked), header(), [row_of(line) for line in lines])
    name = slugify(f"figures-{asked.period.first}-{asked.period.last}")
    return download(file, f"{name}.xlsx", XLSX)


def notes_of(asked: Asked) -> list[tuple[Any, ...]]:
    """Return the lines above the table: what was asked, and when."""
    body = asked.body.name if asked.body else _("All bodies of my posts")
    made = clock.now().astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M")
    return [
        (_("Union body"), body),
        (_("First day"), asked.period.first.isoformat()),
        (_("Last day"), asked.period.last.isoformat()),
        (_("Made at"), made),
    ]


def header() -> list[str]:
    """Return the heads of the columns."""
    return [_("Figure"), _("Value"), _("Unit"), _("Numerator"), _("Denominator"), _("How it is counted")]


def row_of(line: selectors.Line) -> list[Any]:
    """Return one row of the table."""
    figure = line.figure
    value = None if figure.value is None else round(figure.value, 4)
    unit = unit_name(line.indicator.unit)
    label, definition = str(line.indicator.label), str(line.indicator.definition)
    return [label, value, unit, figure.numerator, figure.denominator, definition]


def unit_name(unit: str) -> str:
    """Return the word for a unit."""
    return {"count": _("cases"), "percent": "%", "days": _("days"), "hours": _("hours")}[unit]
