"""Shapes of what goes in and out."""

import datetime as dt
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from zhijia.appeals.enums import Confidentiality, Kind, Mark, Opinion, RefusalGround, Urgency
from zhijia.appeals.models import Appeal
from zhijia.appeals.selectors.actions import available_actions
from zhijia.appeals.workflow import TABLE
from zhijia.attachments.selectors import attachments_of


class SubmissionIn(Schema):
    """What a worker tells us; only ``text`` is needed."""

    text: str = Field(description="What happened, 10 000 characters at most.")
    subject: str = Field("", max_length=400)
    wish: str = Field("", max_length=4000)
    kind: Kind = Kind.HELP
    category: str = Field(
        "", max_length=40, description="Code of a category; empty lets the officer sort it."
    )
    confidentiality: Confidentiality = Confidentiality.ANONYMOUS
    place: str = Field("", pattern="^([0-9]{2,12})?$", description="GB/T 2260 code, for example 130502.")
    employer_id: int | None = Field(None, ge=1, le=2**62)
    employer_text: str = Field("", max_length=400)
    people_count: int = Field(1, ge=1, le=1_000_000)
    circumstances: list[str] = Field([], max_length=20)
    consents_to_publishing: bool = False
    name: str = Field("", max_length=60)
    mobile: str = Field("", max_length=40)


class EntryIn(SubmissionIn):
    """What an officer enters for a person."""

    channel: str = Field("hotline", pattern="^(counter|hotline|letter)$")
    confidentiality: Confidentiality = Confidentiality.SEALED


class TransferIn(SubmissionIn):
    """What another hotline hands over; ``source`` and ``source_reference`` make it repeatable."""

    source: str = Field(min_length=1, max_length=60)
    source_reference: str = Field(min_length=1, max_length=80)
    confidentiality: Confidentiality = Confidentiality.SEALED


class ReceiptOut(Schema):
    """The receipt: shown only after the durable commit."""

    number: str
    receipt: str
    public_id: UUID
    received_at: dt.datetime
    body: str
    first_due_at: dt.datetime
    final_due_at: dt.datetime
    provisional: bool
    copies: int
    """1: on our disks; 2: a second place has it too. All else of a repeated answer stays the same."""


class StateOut(Schema):
    """Where it stands, in words."""

    name: str
    label: str
    happens_next: str
    clock_runs: bool
    final: bool


class ActionOut(Schema):
    """A step that is possible now for the caller."""

    name: str
    label: str
    until: dt.date | None


class LineOut(Schema):
    """One appeal in a list."""

    public_id: UUID
    number: str
    state: str
    urgency: str
    score: int
    category: str | None
    employer: str
    place: str
    people_count: int
    circumstances: list[str]
    body: str
    handler_id: int | None
    round: int
    received_at: dt.datetime
    first_due_at: dt.datetime
    final_due_at: dt.datetime
    is_escalated: bool
    is_supervised: bool


class TalkOut(Schema):
    """One message."""

    is_from_worker: bool
    text: str
    said_at: dt.datetime


class ReplyOut(Schema):
    """The answer of a round."""

    round: int
    text: str
    opinion: str
    legal_basis: str
    correction: str
    replied_at: dt.datetime


class RatingOut(Schema):
    """The worker's judgement of a round."""

    round: int
    result: str
    attitude: str
    comment: str
    rated_at: dt.datetime


class HoldOut(Schema):
    """A time in which the clock stood."""

    reason: str
    explanation: str
    started_at: dt.datetime
    ended_at: dt.datetime | None


class FileOut(Schema):
    """An attached file."""

    public_id: UUID
    name: str
    kind: str
    size: int


class AppealOut(LineOut):
    """One appeal, whole, for the worker and for the officer alike."""

    is_shown: bool = Field(description="Whether the texts stand here; else they are sealed to others.")
    subject: str
    text: str
    wish: str
    kind: str
    channel: str
    confidentiality: str
    employer_text: str
    notice: str
    consents_to_publishing: bool
    progress: StateOut
    actions: list[ActionOut]
    talks: list[TalkOut]
    replies: list[ReplyOut]
    ratings: list[RatingOut]
    holds: list[HoldOut]
    files: list[FileOut]


class PageOut(Schema):
    """One page of a list; pass ``next_cursor`` back as ``cursor`` for the next."""

    items: list[LineOut]
    next_cursor: str | None


class TextIn(Schema):
    """A text."""

    text: str = Field(min_length=1, max_length=20_000)


class RatingIn(Schema):
    """Result and attitude, apart."""

    result: Mark
    attitude: Mark
    comment: str = Field("", max_length=4000)
    reopen: bool = True


class ReasonIn(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=10_000)


class ConsentIn(Schema):
    """Yes or no."""

    consents: bool


class RefusalIn(Schema):
    """On which ground, and where to go."""

    ground: RefusalGround
    notice: str = Field(min_length=1, max_length=10_000)


class NoticeIn(Schema):
    """What the person is told."""

    notice: str = Field(min_length=1, max_length=10_000)


class RouteIn(Schema):
    """To which body."""

    body_id: int = Field(ge=1, le=2**62)
    reason: str = Field("", max_length=4000)


class AssignIn(Schema):
    """To whom."""

    handler_id: int = Field(ge=1, le=2**62)


class HandOverIn(AssignIn):
    """To whom, and why."""

    reason: str = Field("", max_length=1000)


class QuestionIn(Schema):
    """What the worker is asked."""

    question: str = Field(min_length=1, max_length=10_000)


class SuspendIn(Schema):
    """Which procedure runs."""

    reason: str = Field(pattern="^(arbitration|court|petition)$")
    explanation: str = Field(min_length=1, max_length=10_000)


class ExtensionIn(Schema):
    """How many days more, and why."""

    days: int = Field(ge=1, le=366)
    reason: str = Field(min_length=1, max_length=10_000)


class DecisionIn(Schema):
    """Yes or no."""

    approve: bool


class ReplyIn(Schema):
    """The answer."""

    text: str = Field(min_length=1, max_length=20_000)
    opinion: Opinion
    legal_basis: str = Field("", max_length=4000)
    correction: str = Field("", max_length=10_000)


class SpotReplyIn(Schema):
    """The answer on the spot."""

    text: str = Field(min_length=1, max_length=20_000)
    opinion: Opinion
    legal_basis: str = Field("", max_length=4000)


class ReviewDecisionIn(Schema):
    """What the reviewing body decides."""

    decision: str = Field(pattern="^(upheld|overturned)$")
    text: str = Field(min_length=1, max_length=10_000)


class DemandIn(Schema):
    """What the body above demands."""

    demand: str = Field(min_length=1, max_length=10_000)


class SortIn(Schema):
    """Category, kind, urgency, employer."""

    category: str = Field("", max_length=40)
    kind: Kind
    urgency: Urgency
    employer_id: int | None = Field(None, ge=1, le=2**62)


class BulkAssignIn(AssignIn):
    """Which ones, to whom."""

    public_ids: list[UUID] = Field(max_length=200)


class FailedOut(Schema):
    """One that was not done, and why."""

    public_id: UUID
    code: str
    title: str
    next_step: str


class BulkOut(Schema):
    """What was done and what was not."""

    done: list[UUID]
    failed: list[FailedOut]


class Empty(Schema):
    """No body."""


def line(appeal: Appeal) -> dict[str, Any]:
    """Return one appeal as a list shows it."""
    return {
        "public_id": appeal.public_id,
        "number": appeal.number,
        "state": appeal.state,
        "urgency": appeal.urgency,
        "score": appeal.score,
        "category": appeal.category.code if appeal.category else None,
        "employer": appeal.employer.name if appeal.employer else "",
        "place": appeal.place,
        "people_count": appeal.people_count,
        "circumstances": appeal.circumstances,
        "body": appeal.handling_body.name,
        "handler_id": appeal.handler_id,
        "round": appeal.round,
        "received_at": appeal.received_at,
        "first_due_at": appeal.first_due_at,
        "final_due_at": appeal.final_due_at,
        "is_escalated": appeal.escalated_at is not None,
        "is_supervised": appeal.supervised_at is not None,
    }


COPIED = (
    "subject", "text", "wish", "kind", "channel", "confidentiality", "employer_text", "notice",
    "consents_to_publishing",
)  # fmt: skip


def whole(appeal: Appeal, by: Any, now: dt.datetime) -> dict[str, Any]:
    """Return one appeal with all that both sides may read; a constant number of queries.

    Texts only when it was opened (``appeal.opened_with``).
    """
    state = TABLE.state(appeal.state)
    named = {"tenant": appeal.tenant}
    actions = available_actions(by, appeal, now)
    talks, replies = appeal.talks.filter(**named), appeal.replies.filter(**named)
    rows: dict[str, list[Any]] = {
        "talks": list(talks.order_by("said_at", "pk")), "replies": list(replies.order_by("round")),
        "ratings": list(appeal.ratings.filter(**named).order_by("round")),
        "holds": list(appeal.holds.filter(**named).order_by("started_at")),
    }  # fmt: skip
    appeal.show(appeal, *(row for found in rows.values() for row in found))
    return line(appeal) | {name: getattr(appeal, name) for name in COPIED} | {
        "progress": {
            "name": state.name, "label": str(state.label), "happens_next": str(state.happens_next),
            "clock_runs": state.clock_runs, "final": state.final,
        },
        "actions": [{"name": a.name, "label": str(a.label), "until": a.until} for a in actions],
        "is_shown": bool(appeal.opened_with) or appeal.erased_at is not None,
        "files": list(attachments_of(appeal.owner, tenant=appeal.tenant)),
    } | rows  # fmt: skip
