"""One's own data by program: choices, requests, the notice.

A copy of everything is made on the page only: it needs a fresh proof of who asks, which a token is not.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from zhijia.accounts.auth import fresh_proof, requires
from zhijia.core import clock
from zhijia.privacy import services
from zhijia.privacy.enums import RequestKind
from zhijia.privacy.selectors import consents, notice, requests

router = Router()
OWN = requires("privacy:own")


class ChoiceOut(Schema):
    """One purpose that rests on consent."""

    key: str
    version: int
    title: str
    text: str
    without: str = Field(description="What happens without it: the service goes on.")
    is_sensitive: bool
    to_others: bool
    is_given: bool
    since: dt.datetime | None
    asked_again: bool


class ChoiceIn(Schema):
    """Whether you agree."""

    agrees: bool


class RequestIn(Schema):
    """What you ask for."""

    kind: RequestKind
    about: str = Field("", max_length=60, description="Reference of one of your matters, or empty.")
    text: str = Field("", max_length=1000)


class RequestOut(Schema):
    """A request and where it stands."""

    number: UUID
    kind: str
    state: str
    asked_at: dt.datetime
    due_at: dt.datetime
    text: str
    answer: str
    happens_next: str


class PeriodOut(Schema):
    """How long something is kept."""

    title: str
    kept: str
    since: str
    source: str
    certainty: str
    things: list[str]


def _choice(one: consents.Choice) -> dict[str, Any]:
    kind = one.kind
    return {
        "key": kind.key, "version": kind.version, "title": str(kind.title), "text": str(kind.text),
        "without": str(kind.without), "is_sensitive": kind.is_sensitive, "to_others": kind.to_others,
        "is_given": one.is_given, "since": one.since, "asked_again": one.asked_again,
    }  # fmt: skip


def _request(line: requests.RequestLine) -> dict[str, Any]:
    row = line.row
    return {
        "number": row.public_id, "kind": row.kind, "state": row.state, "asked_at": row.asked_at,
        "due_at": row.due_at, "text": line.text, "answer": line.answer,
        "happens_next": str(line.happens_next),
    }  # fmt: skip


@router.get("/choices", auth=OWN, response=list[ChoiceOut])
def list_choices(request: HttpRequest) -> Any:
    """List the purposes that rest on consent and what you chose."""
    return [_choice(one) for one in consents.choices_of(request.user)]


@router.put("/choices/{key}", auth=OWN, response=ChoiceOut)
def choose(request: HttpRequest, key: str, told: ChoiceIn) -> Any:
    """Agree to one purpose, or take it back."""
    user = request.user
    services.set_consent(user=user, key=key, agrees=told.agrees, by=user, now=clock.now())
    return next(_choice(one) for one in consents.choices_of(user) if one.kind.key == key)


@router.get("/requests", auth=OWN, response=list[RequestOut])
def list_requests(request: HttpRequest) -> Any:
    """List your requests about your own data."""
    return [_request(line) for line in requests.requests_of(request.user)]


@router.post("/requests", auth=OWN, response={201: RequestOut})
def ask(request: HttpRequest, told: RequestIn) -> Any:
    """Ask for erasing, correcting or explaining; needs a browser session with a fresh proof."""
    fresh_proof(request)
    user = request.user
    made = services.ask_request(user=user, **told.dict(), by=user, now=clock.now())
    return 201, _request(requests.line_of(made))


@router.post("/requests/{public_id}/withdraw", auth=OWN, response=RequestOut)
def withdraw(request: HttpRequest, public_id: UUID) -> Any:
    """Take a request back, as long as nothing was erased."""
    made = services.withdraw_request(public_id=public_id, by=request.user, now=clock.now())
    return _request(requests.line_of(made))


@router.get("/periods", response=list[PeriodOut])
def list_periods(request: HttpRequest) -> Any:
    """List how long each kind of thing is kept, with its source."""
    return [vars(line) for line in notice.periods(clock.local_date(clock.now()))]
