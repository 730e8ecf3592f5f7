"""Reads for the pages and the interface about rosters and possible duplicates."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from zhijia.core.errors import NotAllowed, NotFound
from zhijia.core.identifiers import mask_mobile
from zhijia.membership.enums import PairState
from zhijia.membership.models import Membership, Pair, RosterImport, RosterProblem, Worker
from zhijia.membership.models.person import masked
from zhijia.membership.roster.fields import FIELDS, LABELS
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.roster.mending import facts_of
from zhijia.membership.roster.problems import PROBLEMS, sentence
from zhijia.membership.roster.workbook import column_letters
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL as KEEPERS
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import posts_of, scope


def require_keeper(user: Any, on: dt.date) -> None:
    """Raise ``NotAllowed`` for whoever keeps no roll."""
    if not scope(user, KEEPERS, on):
        raise NotAllowed


def bodies_to_import(user: Any, on: dt.date, body_id: int | None = None) -> list[UnionBody]:
    """Return the bodies whose roll the officer keeps by a post, and the one he asked for below them."""
    own = {post.body.pk: post.body for post in posts_of(user, on) if post.role in KEEPERS}
    asked = UnionBody.objects.filter(pk=body_id, is_active=True).first() if body_id else None
    if asked is not None and scope(user, KEEPERS, on).covers(asked):
        return [asked, *(body for body in own.values() if body.pk != asked.pk)]
    return list(own.values())


def rosters_for(user: Any, on: dt.date) -> QuerySet[RosterImport]:
    """Return the imports of the bodies whose roll the officer keeps, newest first."""
    rows = RosterImport.objects.filter(scope(user, KEEPERS, on).q("body__"))
    return rows.select_related("body").order_by("-made_at", "-id")


def roster_seen_by(roster_id: int, user: Any, on: dt.date) -> RosterImport:
    """Return an import that the officer may see; raise ``NotFound``."""
    found = rosters_for(user, on).filter(pk=roster_id).first()
    if found is None:
        raise NotFound
    return found


# Columns -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column of the file as the officer sees it."""

    place: int
    letters: str
    heading: str

    def __str__(self) -> str:
        return f"{self.letters} – {self.heading}" if self.heading else self.letters


def columns_of(layout: Layout) -> list[Column]:
    """Return the columns of the file: with a heading, with anything in them, or used by us."""
    used = {*layout.columns.values(), *layout.filled}
    width = max([len(layout.headings), *(place + 1 for place in used)])
    headings = [*layout.headings, *[""] * width][:width]
    return [
        Column(place, column_letters(place), heading)
        for place, heading in enumerate(headings)
        if heading or place in used
    ]


def readings_of(layout: Layout) -> list[tuple[Any, str, str]]:
    """Return for each of our fields its name, the column it is read from, and how sure that is."""
    columns = {column.place: column for column in columns_of(layout)}
    return [
        (field.label, str(columns[layout.columns[field.name]]), layout.trust.get(field.name, ""))
        for field in FIELDS
        if field.name in layout.columns
    ]


# Problems ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """How often a kind of problem was found."""

    code: str
    advice: Any
    text: str
    is_warning: bool
    count: int


def kinds_of(roster: RosterImport) -> list[Kind]:
    """Return the kinds of problems, what keeps rows from being written first, then by number."""
    rows = roster.problems.order_by().values("code", "is_warning").annotate(n=Count("id"))
    found = [
        Kind(
            row["code"],
            PROBLEMS[row["code"]].advice,
            sentence(row["code"], "…", "…"),
            row["is_warning"],
            row["n"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda kind: (kind.is_warning, -kind.count, kind.code))


@dataclass(frozen=True)
class Shown:
    """A problem as it is shown: where it stands and what it is."""

    row: int
    cell: str
    field: Any
    text: str
    advice: Any
    is_warning: bool


def problems_of(roster: RosterImport, code: str = "") -> QuerySet[RosterProblem]:
    """Return the problems by row, maybe of one kind."""
    rows = roster.problems.order_by("row", "id")
    return rows.filter(code=code) if code in PROBLEMS else rows


def shown(problems: Iterable[RosterProblem], layout: Layout) -> list[Shown]:
    """Return problems in words, each with the cell it stands in."""
    return [_shown(problem, layout) for problem in problems]


def _shown(problem: RosterProblem, layout: Layout) -> Shown:
    place = layout.columns.get(problem.column)
    cell = f"{column_letters(place)}{problem.row}" if place is not None else ""
    heading = layout.headings[place] if place is not None and place < len(layout.headings) else ""
    return Shown(
        problem.row, cell, heading or LABELS.get(problem.column, ""),
        sentence(problem.code, *facts_of(problem)), PROBLEMS[problem.code].advice, problem.is_warning,
    )  # fmt: skip


# Pairs ---------------------------------------------------------------------------------------------


def pairs_for(user: Any, on: dt.date) -> QuerySet[Pair]:
    """Return the open pairs that the officer may decide, without those about himself."""
    rows = Pair.objects.filter(scope(user, KEEPERS, on).q("body__"), state=PairState.OPEN)
    own = rows.filter(first__account=user) | rows.filter(second__account=user)
    return rows.exclude(pk__in=own.values("pk")).select_related("body").order_by("-found_at", "-id")


def pair_seen_by(pair_id: int, user: Any, on: dt.date) -> Pair:
    """Return a pair that the officer may decide; raise ``NotFound``."""
    found = pairs_for(user, on).select_related("first", "second").filter(pk=pair_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Side:
    """One entry of a pair, its numbers masked."""

    worker: Worker
    name: str
    id_number: str
    phone: str
    born_on: str
    memberships: tuple[Membership, ...]
    other: dict[str, Any]

    @property
    def full(self) -> Membership | None:
        """Return the full membership that goes on, if there is one."""
        return next((row for row in self.memberships if row.is_open and row.kind == "full"), None)


def sides_of(pair: Pair) -> tuple[Side, Side]:
    """Return both entries side by side."""
    return _side(pair.first), _side(pair.second)


def _side(worker: Worker) -> Side:
    details = worker.details()
    hidden = masked(details)
    rows = worker.memberships.select_related("body").order_by("joined_on", "id")
    codes = {"sex": worker.get_sex_display(), "education": worker.get_education_display(),
             "standing": worker.get_id_standing_display()}  # fmt: skip
    return Side(
        worker, hidden["name"], hidden["id_number"],
        mask_mobile(details["phone"]) if details.get("phone") else "",
        details.get("born_on", ""), tuple(rows), codes,
    )  # fmt: skip
