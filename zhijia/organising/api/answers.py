"""What programs get back."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema

from zhijia.core.clock import local_date
from zhijia.organising import selectors
from zhijia.organising.enums import Office, ProcessKind
from zhijia.organising.models import Process, Vote
from zhijia.unions.enums import Leaving, Position


class LineOut(Schema):
    """A process in a list."""

    public_id: UUID
    kind: ProcessKind
    state: str
    title: str
    answering: str
    due_on: dt.date | None
    changed_at: dt.datetime


class CandidateOut(Schema):
    """A candidate with his yes votes."""

    id: int
    name: str
    yes: int | None
    is_elected: bool


class VoteOut(Schema):
    """A vote with its totals."""

    id: int
    office: Office
    round: int
    seats: int
    entitled: int | None
    present: int | None
    issued: int | None
    returned: int | None
    candidates: list[CandidateOut]


class ProcessOut(LineOut):
    """A process with what can be done now."""

    happens_next: str
    actions: list[str]
    votes: list[VoteOut]


class PageOut(Schema):
    """One page of processes."""

    items: list[LineOut]
    next_cursor: str | None


class SeatOut(Schema):
    """A seat that somebody left."""

    id: int
    position: Position
    ended_on: dt.date
    ended_why: Leaving


def line(process: Process) -> dict[str, Any]:
    return {
        "public_id": process.public_id, "kind": process.kind, "state": process.state,
        "title": process.title, "answering": process.answering.name, "due_on": process.due_on,
        "changed_at": process.changed_at,
    }  # fmt: skip


def vote_out(vote: Vote) -> dict[str, Any]:
    names = ("id", "office", "round", "seats", "entitled", "present", "issued", "returned")
    people = [
        {"id": p.pk, "name": p.name, "yes": p.yes, "is_elected": p.is_elected} for p in vote.candidates.all()
    ]
    return {**{name: getattr(vote, name) for name in names}, "candidates": people}


def whole(public_id: UUID, request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    process = selectors.process_of(public_id, request.user, local_date(now))
    page = selectors.process_page(process, request.user, now)
    return line(process) | {
        "happens_next": str(page.state.happens_next), "actions": [action.name for action in page.actions],
        "votes": [vote_out(vote) for vote in page.votes],
    }  # fmt: skip
