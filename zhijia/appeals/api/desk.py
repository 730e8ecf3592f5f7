"""The rest of an officer's desk by program: links, publishing, texts, promises, flags, who the person is."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from zhijia.accounts.auth import fresh_proof, requires
from zhijia.appeals import services
from zhijia.appeals.api.access import find
from zhijia.appeals.enums import Clock, Urgency
from zhijia.appeals.models import BodyPromise, EmployerFlag, SavedReply
from zhijia.appeals.selectors.queue import flag_seen_by, flags_for
from zhijia.appeals.selectors.similar import similar_to
from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.unions import selectors as unions
from zhijia.unions.models import UnionBody
from zhijia.vault.selectors import RequestLine, request_for, request_line, requests_for
from zhijia.vault.services import decide_identity

router = Router()
OFFICER = requires("appeals:work")


class LinkIn(Schema):
    """Which other appeal, and what the group is called."""

    number: str = Field(min_length=4, max_length=11)
    title: str = Field("", max_length=120)


class LinkOut(Schema):
    """The group both are in."""

    group_id: int
    title: str


class PublicationIn(Schema):
    """What everybody may read; without names."""

    title: str = Field(min_length=1, max_length=80)
    question: str = Field(min_length=1, max_length=10_000)
    answer: str = Field(min_length=1, max_length=10_000)
    checked_marks: bool = Field(False, description="You have looked at each mark of the highlighter.")


class PublicationOut(Schema):
    """A published answer."""

    id: int
    title: str
    question: str
    answer: str
    published_at: dt.datetime


class OpeningIn(Schema):
    """Why; the person reads it."""

    reason: str = Field(min_length=1, max_length=500)


class ComplainantOut(Schema):
    """Who the person is."""

    name: str = ""
    mobile: str = ""


class SimilarOut(Schema):
    """A matter of the same employer or kind."""

    public_id: UUID
    number: str
    category: str | None
    state: str
    same_employer: bool
    same_kind: bool
    probably_same: bool


class SavedReplyIn(Schema):
    """A text to start an answer from."""

    body_id: int = Field(ge=1, le=2**62)
    title: str = Field(min_length=1, max_length=80)
    text: str = Field(min_length=1, max_length=10_000)
    category: str = Field("", max_length=40)


class SavedReplyOut(Schema):
    """A kept text."""

    id: int
    body_id: int
    title: str
    text: str
    category: str | None


class PromiseIn(Schema):
    """How fast a body promises to be."""

    urgency: Urgency
    clock: Clock
    amount: int = Field(ge=1, le=1000)
    unit: str = Field(pattern="^(hour|working_day|day)$")


class PromiseOut(PromiseIn):
    """A body's own promise."""

    body_id: int


class FlagOut(Schema):
    """Several people, one employer."""

    id: int
    employer_id: int
    people_count: int
    raised_at: dt.datetime


def _body(body_id: int) -> UnionBody:
    found = UnionBody.objects.active().filter(pk=body_id).first()
    if found is None:
        raise NotFound
    return found


def _reply(kept: SavedReply) -> dict[str, Any]:
    category = kept.category.code if kept.category else None
    return {
        "id": kept.pk,
        "body_id": kept.body_id,
        "title": kept.title,
        "text": kept.text,
        "category": category,
    }


def _flag(flag: EmployerFlag) -> dict[str, Any]:
    names = ("employer_id", "people_count", "raised_at")
    return {"id": flag.pk} | {name: getattr(flag, name) for name in names}


@router.get(
    "/saved-replies", response=list[SavedReplyOut], auth=OFFICER, summary="Texts of the bodies I work for"
)
def saved_replies(request: HttpRequest) -> Any:
    bodies = [p.body_id for p in unions.posts_of(request.user, local_date(clock.now()))]
    rows = SavedReply.objects.filter(body__in=bodies).select_related("category").order_by("title")
    return [_reply(kept) for kept in rows]


@router.post("/saved-replies", response=SavedReplyOut, auth=OFFICER, summary="Keep a text")
def save_reply(request: HttpRequest, told: SavedReplyIn) -> Any:
    """A text of the same title is replaced."""
    kept = services.save_reply(
        body=_body(told.body_id), title=told.title, text=told.text, category=told.category,
        by=request.user, now=clock.now(),
    )  # fmt: skip
    return _reply(kept)


@router.delete(
    "/saved-replies/{int:reply_id}", response={204: None}, auth=OFFICER, summary="Throw a text away"
)
def delete_reply(request: HttpRequest, reply_id: int) -> None:
    services.delete_reply(reply_id=reply_id, by=request.user, now=clock.now())


@router.get(
    "/promises/{int:body_id}", response=list[PromiseOut], auth=OFFICER, summary="A body's own promises"
)
def promises(request: HttpRequest, body_id: int) -> Any:
    """Where a body has none of its own, the house's rules of ``/rules/`` apply."""
    body = _body(body_id)
    rows = BodyPromise.objects.filter(tenant=body.tenant, body=body).order_by("urgency", "clock")
    return [_promise(row) for row in rows]


@router.put("/promises/{int:body_id}", response=PromiseOut, auth=OFFICER, summary="Set a promise")
def set_promise(request: HttpRequest, body_id: int, told: PromiseIn) -> Any:
    """Never slower than the law: 422 ``promise-too-slow``."""
    return _promise(
        services.set_promise(body=_body(body_id), by=request.user, now=clock.now(), **told.dict())
    )


def _promise(row: BodyPromise) -> dict[str, Any]:
    return {
        "body_id": row.body_id,
        "urgency": row.urgency,
        "clock": row.clock,
        "amount": row.amount,
        "unit": row.unit,
    }


@router.get(
    "/flags", response=list[FlagOut], auth=OFFICER, summary="Employers that several people complain of"
)
def flags(request: HttpRequest) -> Any:
    return [_flag(flag) for flag in flags_for(request.user, local_date(clock.now()))]


@router.post("/flags/{int:flag_id}/seen", response=FlagOut, auth=OFFICER, summary="Mark a flag as seen")
def acknowledge_flag(request: HttpRequest, flag_id: int) -> Any:
    now = clock.now()
    flag = flag_seen_by(request.user, local_date(now), flag_id)
    return _flag(services.acknowledge_flag(flag_id=flag.pk, by=request.user, now=now))


@router.get(
    "/{uuid:public_id}/similar",
    response=list[SimilarOut],
    auth=OFFICER,
    summary="Matters of the same employer or kind",
)
def similar(request: HttpRequest, public_id: UUID) -> Any:
    now = clock.now()
    appeal = find(request, public_id, now)
    found = similar_to(
        user=request.user, now=now, tenant=appeal.tenant, employer_id=appeal.employer_id,
        category_id=appeal.category_id, without=appeal.pk,
    )  # fmt: skip
    return [
        {"public_id": s.appeal.public_id, "number": s.appeal.number, "state": s.appeal.state,
         "category": s.appeal.category.code if s.appeal.category else None,
         "same_employer": s.same_employer, "same_kind": s.same_kind, "probably_same": s.probably_same}
        for s in found
    ]  # fmt: skip


@router.post("/{uuid:public_id}/links", response=LinkOut, auth=OFFICER, summary="Link with another appeal")
def link(request: HttpRequest, public_id: UUID, told: LinkIn) -> Any:
    """Each person keeps an own receipt, notices and rating."""
    now = clock.now()
    appeal = find(request, public_id, now)
    group = services.link_appeals(
        appeal_id=appeal.pk, other_number=told.number, title=told.title, by=request.user, now=now
    )
    return {"group_id": group.pk, "title": group.title}


@router.delete("/{uuid:public_id}/links", response={204: None}, auth=OFFICER, summary="Take out of its group")
def unlink(request: HttpRequest, public_id: UUID) -> None:
    now = clock.now()
    services.unlink_appeal(appeal_id=find(request, public_id, now).pk, by=request.user, now=now)


@router.post(
    "/{uuid:public_id}/publication", response=PublicationOut, auth=OFFICER, summary="Publish the answer"
)
def publish(request: HttpRequest, public_id: UUID, told: PublicationIn) -> Any:
    """Only with the worker's consent; 422 ``still-identifies`` names what may identify a person."""
    now = clock.now()
    return services.publish_answer(
        appeal_id=find(request, public_id, now).pk, by=request.user, now=now, **told.dict()
    )


@router.delete(
    "/publications/{int:answer_id}", response={204: None}, auth=OFFICER, summary="Withdraw a published answer"
)
def withdraw_answer(request: HttpRequest, answer_id: int) -> None:
    services.withdraw_answer(answer_id=answer_id, by=request.user, now=clock.now())


@router.post(
    "/{uuid:public_id}/complainant", response=ComplainantOut, auth=OFFICER, summary="Open who the person is"
)
def open_complainant(request: HttpRequest, public_id: UUID, told: OpeningIn) -> Any:
    """For the handler only, after a second person agreed; recorded first, and the person reads it.

    From our own pages only: a program cannot show anew that it is you.
    """
    fresh_proof(request)
    now = clock.now()
    return services.open_complainant(
        appeal_id=find(request, public_id, now).pk, reason=told.reason, by=request.user, now=now
    )


class NameRequestOut(Schema):
    """A request to learn who a person is; neither text nor name."""

    public_id: UUID
    about: str
    body: str
    asked_by: str
    asked_at: dt.datetime
    state: str
    expires_at: dt.datetime
    reason: str
    answer: str
    may_decide: bool


class NameDecisionIn(Schema):
    """Whether the name may be opened, and why; the person reads it."""

    approves: bool
    reason: str = Field(min_length=1, max_length=300)


def _request(line: RequestLine) -> dict[str, Any]:
    row = line.request
    names = ("public_id", "asked_at", "state", "expires_at")
    told = {"about": line.about, "reason": line.reason, "answer": line.answer, "may_decide": line.may_decide}
    people = {"body": row.body.name, "asked_by": row.asked_by.name}
    return {name: getattr(row, name) for name in names} | told | people


@router.post(
    "/{uuid:public_id}/name-request", response=NameRequestOut, auth=OFFICER, summary="Ask to learn the name"
)
def ask_name(request: HttpRequest, public_id: UUID, told: OpeningIn) -> Any:
    """A custodian decides; the person reads the reason and the decision. From our own pages only."""
    fresh_proof(request)
    now = clock.now()
    appeal_id = find(request, public_id, now).pk
    made = services.ask_name(appeal_id=appeal_id, reason=told.reason, by=request.user, now=now)
    return _request(request_line(made))


@router.get(
    "/name-requests", response=list[NameRequestOut], auth=OFFICER, summary="Requests for names to decide"
)
def name_requests(request: HttpRequest) -> Any:
    """What waits for you as a custodian, and what was decided of late."""
    return [_request(line) for line in requests_for(request.user, clock.now())]


@router.post(
    "/name-requests/{uuid:request_id}/decision", response=NameRequestOut, auth=OFFICER,
    summary="Agree to a name being opened, or refuse",
)  # fmt: skip
def decide_name(request: HttpRequest, request_id: UUID, told: NameDecisionIn) -> Any:
    """For another person than who asked, and nobody under him. From our own pages only."""
    fresh_proof(request)
    now = clock.now()
    decide_identity(public_id=request_id, **told.dict(), by=request.user, now=now)
    return _request(request_for(request.user, request_id, now))
