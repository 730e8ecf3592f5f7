"""Requests about one's own data: the person's own, and those that officers decide about."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from zhijia.core.errors import NotFound
from zhijia.core.manifest import contributions
from zhijia.core.rights import Eraser, OwnMatter
from zhijia.core.sealing import unseal
from zhijia.privacy.models import RightsRequest, Sharing, own_q
from zhijia.privacy.selectors.holds import holds_on
from zhijia.privacy.workflow import TABLE
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import roots


def erasers(kind: str) -> list[Eraser]:
    """Return who lets go of a kind of thing, in order: keys first, the account last."""
    return sorted((e for e in contributions("erasers") if e.kind == kind), key=lambda e: e.order)


def obstacles_to(reference: str, now: dt.datetime) -> list[str]:
    """Return, in plain words, what stands against erasing a thing now; for holds see ``holds_on``."""
    kind = reference.partition(":")[0]
    return [
        str(words)
        for eraser in erasers(kind)
        if eraser.obstacles is not None
        for words in eraser.obstacles(reference, now)
    ]


def matters_with(reference: str) -> list[str]:
    """Return the matters that go with an account."""
    found = (e.matters(reference) for e in erasers(reference.partition(":")[0]) if e.matters is not None)
    return [matter for matters in found for matter in matters]


def mark_of(reference: str) -> str:
    """Return the mark of a record (``core.erasures``); empty where its id is never given again."""
    marks = [e.mark for e in erasers(reference.partition(":")[0]) if e.mark is not None]
    return marks[0](reference) if marks else ""


def author_of(reference: str) -> Any:
    """Return the account to tell of news about a matter, or None."""
    found = [e.author for e in erasers(reference.partition(":")[0]) if e.author is not None]
    return found[0](reference) if found else None


def own_matters(user: Any, now: dt.datetime) -> Iterator[OwnMatter]:
    """Yield the matters that a person may ask to have erased."""
    for eraser in contributions("erasers"):
        if eraser.mine is not None:
            yield from eraser.mine(user, now)


def account_body(user: Any) -> UnionBody | None:
    """Return the body whose officers decide about an account: the highest of its tenant, else the root."""
    rows = UnionBody.objects.active().filter(tenant=user.tenant).order_by("depth", "id")
    return rows.first() or roots().first() or UnionBody.objects.active().order_by("depth", "id").first()


@dataclass(frozen=True)
class RequestLine:
    """A request as its reader sees it."""

    row: RightsRequest
    text: str
    answer: str
    happens_next: Any
    can_be_withdrawn: bool


def text_of(row: RightsRequest, name: str) -> str:
    """Return a sealed text of a request: ``text`` or ``answer``; empty once erased."""
    value = bytes(getattr(row, name))
    return unseal(value, purpose="privacy/request", place=row.place(name)).decode() if value else ""


def line_of(row: RightsRequest) -> RequestLine:
    """Return a request with its texts opened."""
    return RequestLine(
        row, text_of(row, "text"), text_of(row, "answer"), TABLE.state(row.state).happens_next,
        TABLE.allows("withdraw_request", row.state),
    )  # fmt: skip


def requests_of(user: Any) -> list[RequestLine]:
    """Return a person's own requests, newest first."""
    rows = RightsRequest.objects.of(user).select_related("body").order_by("-asked_at", "-pk")
    return [line_of(row) for row in rows]


def requests_for(user: Any, on: dt.date) -> QuerySet[RightsRequest]:
    """Return what an officer decides about: open ones first, by the day they are due."""
    rows: QuerySet[RightsRequest] = RightsRequest.objects.visible_to(user, on)
    return rows.select_related("body", "person")


def request_for(user: Any, public_id: UUID, on: dt.date) -> RightsRequest:
    """Return one request that an officer decides about; raise ``NotFound``."""
    found = requests_for(user, on).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class DecisionPage:
    """What an officer sees before he decides: never what the matter says."""

    line: RequestLine
    obstacles: list[str]
    holds: list[Any]
    other_matters: int
    """How many matters go with an account."""


def decision_page(row: RightsRequest, now: dt.datetime) -> DecisionPage:
    """Return what stands for and against a request."""
    return DecisionPage(
        line_of(row), obstacles_to(row.reference, now), list(holds_on(row.reference, now)),
        len(matters_with(row.reference)) if row.about_id is None else 0,
    )  # fmt: skip


def sharings_of(user: Any) -> QuerySet[Sharing]:
    """Return what of a person was given to other bodies, newest first."""
    rows: QuerySet[Sharing] = Sharing.objects.filter(own_q(user))
    return rows.select_related("body").order_by("-shared_at")


def sharings_for(user: Any, on: dt.date) -> QuerySet[Sharing]:
    """Return the records of giving away that an officer may know of, newest first."""
    rows: QuerySet[Sharing] = Sharing.objects.visible_to(user, on)
    return rows.select_related("body", "shared_by").order_by("-shared_at")
