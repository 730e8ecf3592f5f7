"""Figures by category and by channel; those by body stand on the statistics page."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhijia.appeals import stats
from zhijia.appeals.enums import Channel
from zhijia.appeals.forms.officer import FilterForm
from zhijia.appeals.selectors import queue
from zhijia.appeals.views.officer.access import officers_only
from zhijia.core import clock
from zhijia.statistics.periods import Period, preset
from zhijia.unions import selectors as unions

ROWS = 60


@officers_only
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Received, finished, in time and solved for each category and each channel of a period."""
    today = clock.local_date(clock.now())
    form = FilterForm(request.GET, user=request.user, on=today)
    asked = form.asked()
    scope = asked.get("scope") or unions.figure_scope(request.user, today)
    year = preset("year", today)
    told = form.cleaned_data if form.is_valid() else {}
    period = Period(told.get("since") or year.first, told.get("until") or year.last)
    base = {
        "since": period.first,
        "until": period.last,
        **({"body": told["body"]} if told.get("body") else {}),
    }
    context = {
        "form": form,
        "period": period,
        "measures": [stats.BY_KEY[key] for key in stats.COLUMNS],
        "tables": [_by_category(scope, period, base), _by_channel(scope, period, base)],
        "query": urlencode(base),
    }
    return render(request, "appeals/officer/figures.html", context)


def _by_category(scope: Any, period: Period, base: dict[str, Any]) -> dict[str, Any]:
    found = stats.broken_down("category__code", scope, period.start, period.end)
    names = dict(queue.category_names([code for code in found if code]))
    return _table(_("By category"), found, names, "category", base)


def _by_channel(scope: Any, period: Period, base: dict[str, Any]) -> dict[str, Any]:
    found = stats.broken_down("channel", scope, period.start, period.end)
    return _table(_("By channel"), found, dict(Channel.choices), "channel", base)


def _table(
    title: str, found: dict[Any, Any], names: dict[Any, Any], field: str, base: dict[str, Any]
) -> dict[str, Any]:
    lines = [
        {
            "name": names.get(code) or _("not sorted yet"),
            "url": f"?{urlencode({**base, field: code, 'tab': 'all'})}" if code else "",
            "figures": figures,
        }
        for code, figures in list(found.items())[:ROWS]
    ]
    return {"title": title, "lines": lines}
