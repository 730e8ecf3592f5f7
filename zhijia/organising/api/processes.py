"""Processes and their votes."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from zhijia.accounts.auth import requires
from zhijia.accounts.http import person_of
from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.paging import paginate
from zhijia.organising import selectors, services
from zhijia.organising.api.answers import PageOut, ProcessOut, SeatOut, VoteOut, line, vote_out, whole
from zhijia.organising.api.shapes import CandidateIn, CountIn, DelegatesIn, LeaveIn, RegistrationIn, VoteIn

router = Router()
USER = requires("organising:work")


@router.get("", response=PageOut, auth=USER, summary="The processes I may see, newest first")
def processes(request: HttpRequest, cursor: str | None = None) -> Any:
    """One's own, those of one's body, and those that are sent to one's body."""
    rows = selectors.processes(person_of(request), local_date(clock.now()))
    page = paginate(rows, cursor, 50, ("-changed_at",))
    return {"items": [line(row) for row in page.items], "next_cursor": page.next_cursor}


@router.get("/{uuid:public_id}", response=ProcessOut, auth=USER, summary="One process")
def one(request: HttpRequest, public_id: UUID) -> Any:
    """Where it stands and what can be done now."""
    return whole(public_id, request, clock.now())


@router.post("/{uuid:public_id}/votes", response={201: VoteOut}, auth=USER, summary="Prepare a vote")
def add_vote(request: HttpRequest, public_id: UUID, told: VoteIn) -> Any:
    """While votes and candidates are being named."""
    now = clock.now()
    process = selectors.process_of(public_id, request.user, local_date(now))
    made = services.add_vote(process_id=process.pk, **told.dict(), by=request.user, now=now)
    return Status(201, vote_out(made))


@router.post(
    "/votes/{int:vote_id}/candidates", response={201: VoteOut}, auth=USER, summary="Name a candidate"
)
def add_candidate(request: HttpRequest, vote_id: int, told: CandidateIn) -> Any:
    """Refused for close relatives of the head of the enterprise."""
    now = clock.now()
    vote = selectors.vote_of(vote_id, request.user, local_date(now))
    services.add_candidate(vote_id=vote.pk, **told.dict(), by=request.user, now=now)
    return Status(201, vote_out(vote))


@router.post("/votes/{int:vote_id}/count", response=VoteOut, auth=USER, summary="Enter the totals of a vote")
def count(request: HttpRequest, vote_id: int, told: CountIn) -> Any:
    """Only totals: nothing says how anybody voted."""
    now = clock.now()
    vote = selectors.vote_of(vote_id, request.user, local_date(now))
    services.record_vote(vote_id=vote.pk, **told.dict(), by=request.user, now=now)
    return vote_out(selectors.vote_of(vote_id, request.user, local_date(now)))


@router.post(
    "/votes/{int:vote_id}/delegates",
    response=VoteOut,
    auth=USER,
    summary="Enter the delegates of the units",
)
def delegates(request: HttpRequest, vote_id: int, told: DelegatesIn) -> Any:
    """Under the joint system (联合制、代表制) there is no ballot: the units send whom they named."""
    now = clock.now()
    vote = selectors.vote_of(vote_id, request.user, local_date(now))
    services.confirm_delegates(vote_id=vote.pk, **told.dict(), by=request.user, now=now)
    return vote_out(selectors.vote_of(vote_id, request.user, local_date(now)))


@router.post(
    "/{uuid:public_id}/registration", response=ProcessOut, auth=USER, summary="Tick what is there by now"
)
def change_registration(request: HttpRequest, public_id: UUID, told: RegistrationIn) -> Any:
    """While a registration as legal person is being prepared."""
    now = clock.now()
    process = selectors.process_of(public_id, request.user, local_date(now))
    services.change_registration(process_id=process.pk, **told.dict(), by=request.user, now=now)
    return whole(public_id, request, now)


@router.post("/seats/{int:seat_id}/leave", response=SeatOut, auth=USER, summary="Enter that somebody left")
def leave(request: HttpRequest, seat_id: int, told: LeaveIn) -> Any:
    """Resigned, died, left the unit, was moved or replaced; a recall needs the vote of the members."""
    now = clock.now()
    seat = selectors.seat_to_end(seat_id, request.user, local_date(now))
    return services.leave_seat(seat_id=seat.pk, **told.dict(), by=person_of(request), now=now)
