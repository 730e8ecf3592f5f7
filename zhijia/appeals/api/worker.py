"""What a worker, with an account or with a receipt, does by program."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import File, Form, Header, Query, Router, Schema, Status, UploadedFile

from zhijia.accounts.auth import requires
from zhijia.accounts.http import person_of
from zhijia.appeals import services
from zhijia.appeals.api import schemas as shapes
from zhijia.appeals.api.access import (
    ReceiptAuth,
    caller,
    find,
    key_of,
    open_own_quietly,
    stranger,
)
from zhijia.appeals.models import Appeal, Category
from zhijia.appeals.permissions import EVIDENCE
from zhijia.appeals.selectors.public import answers_page
from zhijia.appeals.services import Submission
from zhijia.appeals.suggestions import applicable_law, is_work_matter, suggest_categories
from zhijia.attachments.http import download_response
from zhijia.attachments.selectors import attachment_of
from zhijia.core import clock
from zhijia.core.paging import paginate
from zhijia.unions.selectors import find_employers

router = Router()
ANYBODY = [*requires("appeals:submit"), stranger]
READERS = [*requires("appeals:read"), ReceiptAuth()]
WRITERS = [*requires("appeals:submit"), ReceiptAuth()]
Key = Annotated[
    str, Header(alias="Idempotency-Key", description="16 to 64 letters, digits, - or _, made by the client.")
]


class CategoryOut(Schema):
    """One category."""

    code: str
    parent: str | None
    name: str
    hint: str
    against_employer: bool


class EmployerOut(Schema):
    """One employer of the register."""

    id: int
    name: str
    place: str


class SuggestionOut(Schema):
    """What a text seems to be about. A suggestion, never a decision."""

    code: str
    score: float
    because: list[str]


class LawOut(Schema):
    """A pointer to law that may apply."""

    law: str
    article: str
    says_zh: str
    says_en: str


class SuggestionsOut(Schema):
    """All suggestions for a text."""

    about_work: bool
    categories: list[SuggestionOut]
    law: list[LawOut]


@router.get(
    "/categories", response=list[CategoryOut], auth=[*requires(), stranger], summary="What appeals are about"
)
def categories(request: HttpRequest) -> Any:
    rows = Category.objects.filter(is_active=True).select_related("parent")
    return [
        {"code": c.code, "parent": c.parent.code if c.parent else None, "name": c.name, "hint": c.hint,
         "against_employer": c.against_employer}
        for c in rows
    ]  # fmt: skip


@router.get(
    "/employers", response=list[EmployerOut], auth=[*requires(), stranger], summary="Find an employer by name"
)
def employers(request: HttpRequest, q: Annotated[str, Query(max_length=120)], place: str = "") -> Any:
    return find_employers(q, place, limit=10)


@router.post(
    "/suggestions", response=SuggestionsOut, auth=[*requires(), stranger], summary="What a text may be about"
)
def suggestions(request: HttpRequest, told: shapes.TextIn) -> Any:
    """Nothing of the text is kept."""
    found = suggest_categories(told.text)
    best = found[0].code if found else None
    about_work = is_work_matter(told.text)
    return {"about_work": about_work, "categories": found, "law": applicable_law(told.text, best)}


class AnswerOut(Schema):
    """A published answer."""

    id: int
    title: str
    question: str
    answer: str
    category: str | None
    published_at: dt.datetime


class AnswersOut(Schema):
    """One page of published answers."""

    items: list[AnswerOut]
    next_cursor: str | None


@router.get(
    "/answers", response=AnswersOut, auth=[*requires(), stranger], summary="Published answers, newest first"
)
def answers(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=60)] = "",
    category: str = "",
    cursor: str | None = None,
) -> Any:
    page = answers_page(q, category, cursor)
    names = ("title", "question", "answer", "published_at")
    items = [
        {"id": a.pk, "category": a.category.code if a.category else None} | {n: getattr(a, n) for n in names}
        for a in page.items
    ]
    return {"items": items, "next_cursor": page.next_cursor}


@router.post(
    "", response={201: shapes.ReceiptOut, 200: shapes.ReceiptOut}, auth=ANYBODY, summary="Hand in an appeal"
)
def submit(request: HttpRequest, told: shapes.SubmissionIn, key: Key) -> Any:
    """The same key and body give the same receipt (200); the same key with another body is 422."""
    answer, fresh = services.submit_appeal(
        submission=Submission(**_told(told)), key=key, by=caller(request), now=clock.now()
    )
    return Status(201 if fresh else 200, answer)


@router.post(
    "/with-files",
    response={201: shapes.ReceiptOut, 200: shapes.ReceiptOut},
    auth=ANYBODY,
    summary="Hand in an appeal with files",
)
def submit_with_files(
    request: HttpRequest,
    told: Form[shapes.SubmissionIn],
    key: Key,
    files: Annotated[list[UploadedFile], File(max_length=20)],
) -> Any:
    """The same as above as ``multipart/form-data``; 20 MB a file, 100 MB in all."""
    answer, fresh = services.submit_appeal(
        submission=Submission(**_told(told)), key=key, by=caller(request), now=clock.now(), files=files
    )
    return Status(201 if fresh else 200, answer)


def _told(told: shapes.SubmissionIn) -> dict[str, Any]:
    return told.dict() | {"circumstances": tuple(told.circumstances)}


@router.get(
    "", response=shapes.PageOut, auth=requires("appeals:read"), summary="My appeals, newest change first"
)
def mine(
    request: HttpRequest, cursor: str | None = None, size: Annotated[int, Query(ge=1, le=100)] = 20
) -> Any:
    user = person_of(request)
    rows = Appeal.objects.own(user).select_related("handling_body", "category", "employer")
    page = paginate(rows, cursor, size, ("-changed_at",))
    return {"items": [shapes.line(a) for a in page.items], "next_cursor": page.next_cursor}


@router.get("/{uuid:public_id}", response=shapes.AppealOut, auth=READERS, summary="One appeal, whole")
def one(request: HttpRequest, public_id: UUID) -> Any:
    return _shown(request, public_id, clock.now())


def _shown(request: HttpRequest, public_id: UUID, now: dt.datetime) -> dict[str, Any]:
    appeal = find(request, public_id, now)
    appeal.opened_with = key_of(request, appeal, now)
    return shapes.whole(appeal, caller(request), now)


@router.get("/by-receipt", response=shapes.AppealOut, auth=ReceiptAuth(), summary="The appeal of my receipt")
def by_receipt(request: HttpRequest) -> Any:
    public_id = request.auth.matter.removeprefix("appeal:")  # type: ignore[attr-defined]
    return _shown(request, public_id, clock.now())


@router.post(
    "/{uuid:public_id}/messages", response=shapes.AppealOut, auth=WRITERS, summary="Write to the other side"
)
def write(request: HttpRequest, public_id: UUID, told: shapes.TextIn) -> Any:
    return _step(request, public_id, services.write_message, told)


@router.post("/{uuid:public_id}/rating", response=shapes.AppealOut, auth=WRITERS, summary="Judge the answer")
def rate(request: HttpRequest, public_id: UUID, told: shapes.RatingIn) -> Any:
    """Result and attitude apart; "dissatisfied" goes to a second handler unless ``reopen`` is false."""
    return _step(request, public_id, services.rate_reply, told)


@router.post("/{uuid:public_id}/reopening", response=shapes.AppealOut, auth=WRITERS, summary="Reopen once")
def reopen(request: HttpRequest, public_id: UUID, told: shapes.ReasonIn) -> Any:
    return _step(request, public_id, services.reopen_appeal, told)


@router.post("/{uuid:public_id}/review", response=shapes.AppealOut, auth=WRITERS, summary="Ask for a review")
def review(request: HttpRequest, public_id: UUID, told: shapes.ReasonIn) -> Any:
    return _step(request, public_id, services.ask_review, told)


@router.post(
    "/{uuid:public_id}/final-review",
    response=shapes.AppealOut,
    auth=WRITERS,
    summary="Ask for the final review",
)
def re_review(request: HttpRequest, public_id: UUID, told: shapes.ReasonIn) -> Any:
    return _step(request, public_id, services.ask_re_review, told)


@router.post("/{uuid:public_id}/withdrawal", response=shapes.AppealOut, auth=WRITERS, summary="Take it back")
def withdraw(request: HttpRequest, public_id: UUID) -> Any:
    return _step(request, public_id, services.withdraw_appeal, shapes.Empty())


@router.put(
    "/{uuid:public_id}/consent", response=shapes.AppealOut, auth=WRITERS, summary="Allow or forbid publishing"
)
def consent(request: HttpRequest, public_id: UUID, told: shapes.ConsentIn) -> Any:
    return _step(request, public_id, services.set_consent, told)


@router.get("/{uuid:public_id}/files/{uuid:file_id}", auth=READERS, summary="Download a file")
def download(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
    now = clock.now()
    appeal = find(request, public_id, now)
    found = attachment_of(appeal.owner, file_id, tenant=appeal.tenant)
    return download_response(found, key=key_of(request, appeal, now, EVIDENCE) or None)


def _step(request: HttpRequest, public_id: UUID, service: Any, told: Schema) -> dict[str, Any]:
    now = clock.now()
    appeal = find(request, public_id, now)
    service(appeal_id=appeal.pk, by=caller(request), now=now, **told.dict())
    appeal = find(request, public_id, now)
    open_own_quietly(request, appeal, now)
    return shapes.whole(appeal, caller(request), now)
