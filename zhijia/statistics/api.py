"""Figures for programs: the same definitions, scopes and formulas as the pages."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from zhijia.accounts.auth import requires
from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.errors import BadInput, NotAllowed
from zhijia.statistics import selectors
from zhijia.statistics.periods import Period
from zhijia.unions.selectors import posts_of

router = Router()
OFFICER = requires("statistics:read")


class IndicatorOut(Schema):
    """What a figure means and how it is counted."""

    key: str
    label: str
    definition: str
    unit: str
    source: str


class FigureOut(Schema):
    """One figure with what it was made from."""

    key: str
    label: str
    unit: str
    value: float | None
    numerator: float | None
    denominator: float | None


@router.get("/indicators", response=list[IndicatorOut], auth=OFFICER, summary="What is counted, and how")
def indicators(request: HttpRequest) -> Any:
    names = ("key", "label", "definition", "unit", "source")
    return [{name: str(getattr(i, name)) for name in names} for i in selectors.indicators()]


@router.get("/figures", response=list[FigureOut], auth=OFFICER, summary="All figures of a scope and period")
def figures(
    request: HttpRequest,
    since: dt.date,
    until: dt.date,
    body: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Any:
    """From ``since`` to ``until``, both days counted; of all my bodies, or of one inside my scope."""
    today = local_date(clock.now())
    if not posts_of(request.user, today):
        raise NotAllowed
    if until < since:
        raise BadInput
    scope, _body = selectors.chosen_scope(request.user, body, today)
    return [_line(line) for line in selectors.figures(scope, Period(since, until))]


def _line(line: selectors.Line) -> dict[str, Any]:
    told = {name: getattr(line.figure, name) for name in ("value", "numerator", "denominator")}
    return {"key": line.indicator.key, "label": str(line.indicator.label), "unit": line.indicator.unit} | told
