"""Joining by program: one's own application and membership, and the queue of those who keep a roll."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Header, Router, Schema, Status

from zhijia.accounts.auth import requires
from zhijia.accounts.http import person_of
from zhijia.core import clock
from zhijia.core.errors import NotAllowed
from zhijia.membership import selectors, services
from zhijia.membership.api_coverage import router as coverage
from zhijia.membership.api_rosters import router as rosters
from zhijia.membership.api_segments import router as segments
from zhijia.membership.enums import Trade
from zhijia.membership.workflow import APPLICATION

router = Router()
router.add_router("/rosters", rosters)
router.add_router("/segments", segments)
router.add_router("/work", coverage)
OWN = requires("membership:own")
WORK = requires("membership:work")


class JoiningIn(Schema):
    """What somebody tells who wants to join; only name and place are needed."""

    name: str = Field(max_length=60)
    place: str = Field(max_length=12, description="GB/T 2260 code of the county or city where he works.")
    trade: Trade = Trade.NONE
    employer_id: int | None = None
    employer_name: str = Field("", max_length=120, description="Never told to the employer.")
    to_own_union: bool = Field(
        False, description="The union of the workplace decides; people there will know."
    )
    is_migrant: bool = False
    id_number: str = Field("", max_length=30)
    door: str = Field("", max_length=32, description="Code of a QR code or an invitation.")


class ApplicationOut(Schema):
    """An application and where it stands."""

    public_id: UUID
    state: str
    body: str
    happens_next: str
    submitted_at: dt.datetime
    due_on: dt.date
    latest_on: dt.date
    question: str
    reason: str


class TextIn(Schema):
    """One text."""

    text: str = Field(min_length=1, max_length=500)


class MembershipOut(Schema):
    """One of one's own memberships."""

    body: str
    state: str
    kind: str
    joined_on: dt.date
    ended_on: dt.date | None
    card_number: str


class DecisionIn(Schema):
    """An officer's answer; a reason is needed for everything but accepting."""

    reason: str = Field("", max_length=500)
    seen: bool = Field(False, description="The officer has seen the original identity card.")


def _out(row: Any) -> dict[str, Any]:
    return {
        "public_id": row.public_id, "state": row.state, "body": row.body.name,
        "happens_next": str(APPLICATION.state(row.state).happens_next), "submitted_at": row.submitted_at,
        "due_on": row.due_on, "latest_on": row.latest_on, "question": row.question, "reason": row.reason,
    }  # fmt: skip


@router.post("/applications", auth=OWN, response={201: ApplicationOut, 200: ApplicationOut})
def apply(
    request: HttpRequest, told: JoiningIn, idempotency_key: str = Header(..., alias="Idempotency-Key")
) -> Any:
    """Hand in an application; the same key and the same body give the same answer."""
    user = person_of(request)
    person = services.Person(
        name=told.name, phone=user.phone, id_number=told.id_number, trade=told.trade, place=told.place,
        id_kind="resident" if told.id_number else "", is_migrant=told.is_migrant,
    )  # fmt: skip
    joining = services.Joining(
        person, told.place, employer_id=told.employer_id, employer_name=told.employer_name,
        to_own_union=told.to_own_union, door=told.door,
    )  # fmt: skip
    answer, fresh = services.apply(joining=joining, key=idempotency_key, by=user, now=clock.now())
    shown = _out(selectors.own_application(user, answer["public_id"]))
    return Status(201 if fresh else 200, shown)


@router.get("/applications/{uuid:public_id}", auth=OWN, response=ApplicationOut)
def application(request: HttpRequest, public_id: UUID) -> Any:
    """Show one's own application."""
    return _out(selectors.own_application(request.user, public_id))


@router.post("/applications/{uuid:public_id}/answer", auth=OWN, response=ApplicationOut)
def answer(request: HttpRequest, public_id: UUID, told: TextIn) -> Any:
    """Send what was missing."""
    return _out(
        services.answer_question(public_id=public_id, text=told.text, by=request.user, now=clock.now())
    )


@router.post("/applications/{uuid:public_id}/review", auth=OWN, response=ApplicationOut)
def review(request: HttpRequest, public_id: UUID, told: TextIn) -> Any:
    """Let the union above look at a refusal again."""
    return _out(services.ask_review(public_id=public_id, text=told.text, by=request.user, now=clock.now()))


@router.post("/applications/{uuid:public_id}/withdrawal", auth=OWN, response=ApplicationOut)
def withdrawal(request: HttpRequest, public_id: UUID) -> Any:
    """Take one's application back."""
    return _out(services.withdraw_application(public_id=public_id, by=request.user, now=clock.now()))


@router.get("/mine", auth=OWN, response=list[MembershipOut])
def mine(request: HttpRequest) -> Any:
    """List one's own memberships, those that go on first."""
    page = selectors.own_page(request.user)
    return [
        {
            "body": own.row.body.name, "state": own.row.state, "kind": own.row.kind,
            "joined_on": own.row.joined_on, "ended_on": own.row.ended_on, "card_number": own.card_number,
        }
        for own in (*page.current, *page.past)
    ]  # fmt: skip


@router.get("/work/applications", auth=WORK, response=list[ApplicationOut])
def queue(request: HttpRequest) -> Any:
    """List what waits for the officer, what is due first, at most a hundred; names are on each page only."""
    today = _day_of_keeper(request)
    return [_out(row) for row in selectors.applications_for(request.user, today)[:100]]


@router.post("/work/applications/{uuid:public_id}/acceptance", auth=WORK, response=ApplicationOut)
def accept(request: HttpRequest, public_id: UUID, told: DecisionIn) -> Any:
    """Accept as a member."""
    return _out(
        services.accept_application(public_id=public_id, seen=told.seen, by=request.user, now=clock.now())
    )


@router.post("/work/applications/{uuid:public_id}/refusal", auth=WORK, response=ApplicationOut)
def refuse(request: HttpRequest, public_id: UUID, told: DecisionIn) -> Any:
    """Refuse with a reason; the applicant may ask for a review."""
    return _out(
        services.refuse_application(public_id=public_id, reason=told.reason, by=request.user, now=clock.now())
    )


@router.post("/work/applications/{uuid:public_id}/question", auth=WORK, response=ApplicationOut)
def question(request: HttpRequest, public_id: UUID, told: DecisionIn) -> Any:
    """Ask for what is missing."""
    return _out(
        services.ask_applicant(public_id=public_id, question=told.reason, by=request.user, now=clock.now())
    )


def _day_of_keeper(request: HttpRequest) -> dt.date:
    today = clock.local_date(clock.now())
    if not selectors.may_keep_some_roll(request.user, today):
        raise NotAllowed
    return today
