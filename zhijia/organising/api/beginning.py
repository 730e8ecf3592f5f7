"""What begins a process."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from zhijia.accounts.auth import requires
from zhijia.accounts.http import person_of
from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.organising import selectors, services
from zhijia.organising.api.answers import ProcessOut, whole
from zhijia.organising.api.shapes import ClosingIn, FoundingIn, NewRegistrationIn, RecallIn, TermIn
from zhijia.organising.errors import BadPartner
from zhijia.unions.selectors import employer_named

router = Router()
USER = requires("organising:work")


@router.post("/foundings", response={201: ProcessOut}, auth=USER, summary="Begin to found a union")
def found(request: HttpRequest, told: FoundingIn) -> Any:
    """Kept as a draft until the step apply_founding; the employer is not told."""
    now, asked = clock.now(), told.dict()
    employer_id = asked.pop("employer_id")
    employer = employer_named(employer_id) if employer_id else None
    made = services.open_founding(employer=employer, **asked, by=person_of(request), now=now)
    return Status(201, whole(made.public_id, request, now))


@router.post("/terms", response={201: ProcessOut}, auth=USER, summary="Begin a change of term")
def begin_term(request: HttpRequest, told: TermIn) -> Any:
    """For chair and steward of the body."""
    now = clock.now()
    made = services.open_term(**told.dict(), by=person_of(request), now=now)
    return Status(201, whole(made.public_id, request, now))


@router.post(
    "/registrations", response={201: ProcessOut}, auth=USER, summary="Begin a registration as legal person"
)
def begin_registration(request: HttpRequest, told: NewRegistrationIn) -> Any:
    """For chair and steward of the body; it goes to the nearest federation of a county or above."""
    now = clock.now()
    made = services.open_registration(**told.dict(), by=person_of(request), now=now)
    return Status(201, whole(made.public_id, request, now))


@router.post("/closings", response={201: ProcessOut}, auth=USER, summary="Begin to merge or dissolve a body")
def begin_closing(request: HttpRequest, told: ClosingIn) -> Any:
    """For chair and steward of the body; the members vote, the union above approves."""
    now = clock.now()
    body = selectors.led_body(told.body_id, request.user, local_date(now))
    others = {other.pk: other for other in selectors.partners_of(body)}
    if told.partner_id is not None and told.partner_id not in others:
        raise BadPartner
    made = services.open_closing(
        body_id=body.pk, kind=told.kind, partner=others.get(told.partner_id or 0), by=person_of(request),
        now=now,
    )  # fmt: skip
    return Status(201, whole(made.public_id, request, now))


@router.post("/recalls", response={201: ProcessOut}, auth=USER, summary="Begin the recall of an officer")
def begin_recall(request: HttpRequest, told: RecallIn) -> Any:
    """For chair and steward of the body or of one above it; never by who is to be recalled."""
    now = clock.now()
    seat = selectors.seat_to_end(told.seat_id, request.user, local_date(now))
    asked = told.dict() | {"seat_id": seat.pk}
    made = services.open_recall(**asked, by=person_of(request), now=now)
    return Status(201, whole(made.public_id, request, now))
