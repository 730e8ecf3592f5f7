"""Members and coverage of a body and of those directly below it, from the kept totals."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import NullIf

from zhijia.core.errors import NotAllowed, NotFound
from zhijia.membership.models import BodyTotals, TotalsState
from zhijia.membership.models.totals import FIGURES
from zhijia.regulations.periods import add_months
from zhijia.unions.enums import Level
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.permissions import may_report
from zhijia.unions.selectors import (
    Scope,
    ancestors,
    children,
    conflicted_employer_ids,
    figure_scope,
    posts_of,
)

LINES = 300
"""Bodies on one page, those with the most of what it is sorted by."""
EXPORTED = 5000
"""Lines of one file."""
OLD_MONTHS = 12
"""A report older than this is said to be old."""
SORTS = (*FIGURES, "workers", "coverage")


@dataclass(frozen=True)
class Line:
    """The figures of a body with all below it."""

    body: UnionBody
    totals: BodyTotals
    on: dt.date

    @property
    def coverage(self) -> float | None:
        """Members in per cent of the workers, of those bodies that reported; None without workers.

        May be more than 100: then a report is out of date, or wrong, and ``remarks`` says so.
        """
        if not self.totals.workers:
            return None
        return 100 * self.totals.reporting_members / self.totals.workers

    @property
    def outside(self) -> int:
        """How many members belong to bodies for which nobody reported workers."""
        return max(self.totals.members - self.totals.reporting_members, 0)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be said with them: ``no-report``, ``no-workers``, ``partly``, ``over``, ``old``."""
        if self.totals.workers is None:
            return ("no-report",)
        if not self.totals.workers:
            return ("no-workers",)
        oldest = self.totals.oldest_report_on
        said = {
            "partly": self.outside > 0,
            "over": self.totals.reporting_members > self.totals.workers,
            "old": oldest is not None and oldest < add_months(self.on, -OLD_MONTHS),
        }
        return tuple(code for code, holds in said.items() if holds)


@dataclass(frozen=True)
class Employers:
    """How many registered employers of a place have a union."""

    total: int
    organised: int

    @property
    def percent(self) -> float | None:
        """The organising rate; None where no employer is registered."""
        return 100 * self.organised / self.total if self.total else None


@dataclass(frozen=True)
class CoveragePage:
    """A body and the bodies directly below it."""

    whole: Line
    lines: tuple[Line, ...]
    more: int
    """Bodies below that stand on no line of this page."""
    above: tuple[UnionBody, ...]
    """Bodies above that the officer may see, nearest last."""
    own: tuple[UnionBody, ...]
    """Where he holds a post."""
    shows_hidden: bool
    """He is tied to no employer: he may see the late, rounded count of members who joined in confidence."""
    employers: Employers | None
    state: TotalsState | None
    may_report: bool


def coverage_page(
    user: Any, on: dt.date, *, body_id: int | None = None, sort: str = "", limit: int = LINES
) -> CoveragePage:
    """Return the figures of a body inside one's posts, or of the highest.

    Raises ``NotAllowed`` without a post, ``NotFound`` for a body elsewhere.
    """
    own = tuple({post.body_id: post.body for post in posts_of(user, on)}.values())
    if not own:
        raise NotAllowed
    seen = figure_scope(user, on)
    body = _asked(body_id, own[0], seen)
    below = _sorted(children(body), sort)
    lines = tuple(_line(one, on) for one in below[:limit])
    return CoveragePage(
        whole=_line(body, on), lines=lines, own=own,
        more=below.count() - len(lines) if len(lines) == limit else 0,
        above=tuple(one for one in reversed(ancestors(body)) if seen.covers(one)),
        shows_hidden=not conflicted_employer_ids(user, on),
        employers=_employers(body), state=TotalsState.objects.filter(recounted_at__isnull=False).first(),
        may_report=may_report(user, body, on),
    )  # fmt: skip


def may_see_figures(user: Any, on: dt.date) -> bool:
    """Say whether the person holds a post whose figures there are."""
    return bool(posts_of(user, on))


def _asked(body_id: int | None, first: UnionBody, seen: Scope) -> UnionBody:
    body = first if body_id is None else UnionBody.objects.filter(pk=body_id).first()
    if body is None or not seen.covers(body):
        raise NotFound
    return body


def _sorted(rows: QuerySet[UnionBody], sort: str) -> QuerySet[UnionBody]:
    """Return bodies with the most first; those without the figure last."""
    rows = rows.select_related("totals")
    if sort not in SORTS:
        return rows
    figure: Any = F(f"totals__{sort}") if sort != "coverage" else (
        F("totals__reporting_members") * 1.0 / NullIf(F("totals__workers"), 0)
    )  # fmt: skip
    return rows.order_by(figure.desc(nulls_last=True), "id")


def _line(body: UnionBody, on: dt.date) -> Line:
    """Return the line of a body; one that nobody was ever counted in has zero members."""
    return Line(body, getattr(body, "totals", None) or BodyTotals(body=body, tenant=body.tenant), on)


def _employers(body: UnionBody) -> Employers | None:
    """Return the organising rate of a territory; None for the nation, and for bodies of an employer."""
    if not body.place or not Level.PROVINCE <= body.level <= Level.COUNTY:
        return None
    places = body.place[:6].rstrip("0")
    places += "0" * (len(places) % 2)
    rows = Employer.objects.current().filter(
        tenant=int(body.place[:2]), is_confirmed=True, place__startswith=places
    )
    with_union = UnionBody.objects.active().filter(employer=OuterRef("pk"))
    return Employers(rows.count(), rows.filter(Exists(with_union)).count())
