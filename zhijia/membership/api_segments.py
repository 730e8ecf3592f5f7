"""Groups of members by program: list, read, count. The same selectors as the pages."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest  # noqa: TID251  (the interface, in a file of its own)
from ninja import Field, Router, Schema

from zhijia.accounts.auth import requires
from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.paging import paginate
from zhijia.membership.roster.lists import bodies_to_import, require_keeper
from zhijia.membership.segments import audience, segment_seen_by, segments_for
from zhijia.membership.segments.choosing import how_many
from zhijia.membership.segments.grammar import Condition, check_all
from zhijia.membership.segments.pages import SegmentLine, lines_of
from zhijia.membership.segments.questions import question
from zhijia.membership.segments.words import in_words

router = Router()
ROLL = requires("membership:work")


class ConditionOut(Schema):
    """One condition as it is kept."""

    field: str
    comparison: str
    values: list[str]


class SegmentOut(Schema):
    """A group: a question, never a list of people."""

    id: int
    body_id: int
    body: str
    name: str
    in_words: str
    is_known: bool = Field(description="False: a condition is no longer known, and nobody is chosen.")
    conditions: list[ConditionOut] = Field(description="As kept; empty where they cannot be read.")
    changed_at: dt.datetime


class SegmentPageOut(Schema):
    """One page of the groups of one's bodies."""

    items: list[SegmentOut]
    next_cursor: str | None


class ConditionIn(Schema):
    """One condition, as a saved group shows it."""

    field: str = Field(max_length=40)
    comparison: str = Field(max_length=20)
    values: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=100)


class PreviewIn(Schema):
    """Conditions that are not saved, and the union whose members are asked for."""

    body_id: int = Field(ge=1, le=2**62)
    conditions: list[ConditionIn] = Field(default_factory=list, max_length=100)


class PreviewOut(Schema):
    """How many people the conditions mean on a day, as far as the officer may see them."""

    count: int
    on: dt.date
    in_words: str


class CountOut(Schema):
    """How many people a group means on a day, as far as the officer may see them."""

    count: int
    on: dt.date


def _out(line: SegmentLine) -> dict[str, Any]:
    row = line.row
    return {
        "id": row.pk, "body_id": row.body_id, "body": row.body.name, "name": row.name,
        "in_words": line.words, "is_known": line.is_known, "changed_at": row.changed_at,
        "conditions": row.conditions if line.is_known else [],
    }  # fmt: skip


@router.get("", auth=ROLL, response=SegmentPageOut, summary="Groups of members")
def segments(request: HttpRequest, cursor: str = "", size: int = 40) -> Any:
    """List the groups of one's bodies by name."""
    today = local_date(clock.now())
    require_keeper(request.user, today)
    listed = paginate(segments_for(request.user, today), cursor or None, size, ["name", "id"])
    return {"items": [_out(line) for line in lines_of(listed)], "next_cursor": listed.next_cursor}


@router.post("/preview", auth=ROLL, response=PreviewOut, summary="How many conditions mean today")
def preview(request: HttpRequest, told: PreviewIn) -> Any:
    """Count the people of conditions before they are saved; nothing is kept, and no name is told."""
    today = local_date(clock.now())
    bodies = bodies_to_import(request.user, today, told.body_id)
    body = next((body for body in bodies if body.pk == told.body_id), None)
    if body is None:
        raise NotFound
    conditions = (Condition(one.field, one.comparison, tuple(one.values)) for one in told.conditions)
    asked = question(body, check_all(conditions))
    return {"count": how_many(asked, request.user, today), "on": today, "in_words": in_words(asked)}


@router.get("/{segment_id}", auth=ROLL, response=SegmentOut, summary="One group")
def segment(request: HttpRequest, segment_id: int) -> Any:
    """Show one group."""
    row = segment_seen_by(segment_id, request.user, local_date(clock.now()))
    return _out(lines_of([row])[0])


@router.get("/{segment_id}/count", auth=ROLL, response=CountOut, summary="How many it means today")
def count(request: HttpRequest, segment_id: int) -> Any:
    """Count the people of a group; refused when a condition is no longer known."""
    today = local_date(clock.now())
    return {"count": audience(segment_id, user=request.user, on=today).count(), "on": today}
