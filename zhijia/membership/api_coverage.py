"""Members and coverage by program."""

import datetime as dt
from typing import Any

from django.http import HttpRequest  # noqa: TID251  (the interface, in a file of its own)
from ninja import Field, Router, Schema

from zhijia.accounts.auth import requires
from zhijia.core import clock
from zhijia.membership.models.totals import FIGURES
from zhijia.membership.selectors.coverage import SORTS, CoveragePage, Line, coverage_page

router = Router()


class FiguresOut(Schema):
    """Figures of a body with all below it."""

    body_id: int
    body: str
    members: int
    women: int
    migrants: int
    platform: int
    retained: int
    workers: int | None = Field(description="As reported; null where nobody reported.")
    reporting_members: int = Field(description="Members of the bodies that reported workers.")
    membership_rate: float | None = Field(
        description="100 × reporting_members / workers; null without workers. May be more than 100."
    )
    reports: int
    oldest_report_on: dt.date | None
    in_confidence: int | None = Field(
        description="Counted after each month, rounded down; null where few, and for whoever is tied."
    )
    remarks: list[str] = Field(description="no-report, no-workers, partly, over, old")


class CoverageOut(Schema):
    """A body and those directly below it."""

    counted_at: dt.datetime | None = Field(description="When workers and the rate were counted.")
    whole: FiguresOut
    below: list[FiguresOut] = Field(description="At most 300.")


def _figures(line: Line, page: CoveragePage) -> dict[str, Any]:
    told, rate = line.totals, line.coverage
    names = (*FIGURES, "workers", "reporting_members", "reports", "oldest_report_on")
    return {name: getattr(told, name) for name in names} | {
        "body_id": line.body.pk, "body": line.body.name, "remarks": list(line.remarks),
        "membership_rate": None if rate is None else round(rate, 2),
        "in_confidence": (told.hidden_members or None) if page.shows_hidden else None,
    }  # fmt: skip


@router.get(
    "/coverage", auth=requires("membership:work"), response=CoverageOut, summary="Members and coverage"
)
def coverage(request: HttpRequest, body: int | None = None, sort: str = "") -> Any:
    """Return the figures of a body inside one's posts and of those below it, as the page shows them."""
    sort = sort if sort in SORTS else ""
    page = coverage_page(request.user, clock.local_date(clock.now()), body_id=body, sort=sort)
    return {
        "counted_at": page.state.recounted_at if page.state else None,
        "whole": _figures(page.whole, page), "below": [_figures(line, page) for line in page.lines],
    }  # fmt: skip
