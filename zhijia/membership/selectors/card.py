"""What a stranger learns from a card or from a door to join: as little as there is to check."""

import datetime as dt
from dataclasses import dataclass

from zhijia.membership.card import membership_of, number_of
from zhijia.membership.enums import Channel, Ending, State
from zhijia.membership.models import JoinDoor, Membership
from zhijia.unions.models import UnionBody

FOLLOWED = (Ending.MERGED, Ending.DISSOLVED)
"""Ends after which the card goes on."""


@dataclass(frozen=True)
class CardCheck:
    """A card that we made: whether it is valid, and enough to compare it with the person."""

    is_valid: bool
    number: str
    name: str
    """First character, the others hidden."""
    body: UnionBody
    since: dt.date


def card_check(token: str, on: dt.date) -> CardCheck | None:
    """Return what the code of a card says on a day; None for a code that is not ours."""
    membership_id = membership_of(token)
    if membership_id is None:
        return None
    row = Membership.objects.select_related("worker", "body").filter(pk=membership_id).first()
    if row is None:
        return None
    number = row.card_number or number_of(row.tenant, row.pk)
    while row.ending in FOLLOWED and (following := _following(row, number)):
        row = following
    name = row.worker.details().get("name", "")
    return CardCheck(
        row.is_open and row.state in (State.ACTIVE, State.HELD, State.RETAINED), number,
        name[:1] + "＊" * max(len(name) - 1, 1), row.body,
        row.joined_on,
    )  # fmt: skip


def _following(row: Membership, number: str) -> Membership | None:
    """Return the membership in the union that took over: the card goes on with its number."""
    rows = Membership.objects.filter(worker=row.worker, card_number=number, channel=Channel.SUCCESSION)
    return rows.filter(pk__gt=row.pk).select_related("worker", "body").order_by("id").first()


@dataclass(frozen=True)
class DoorPage:
    """A door to join: of which union, and whether it is open."""

    code: str
    body: UnionBody | None
    is_open: bool


def door_page(code: str, on: dt.date) -> DoorPage:
    """Return where a code leads; an unknown one looks like a closed one."""
    row = JoinDoor.objects.select_related("body").filter(code=code).first()
    if row is None:
        return DoorPage("", None, False)
    ended = row.closed_at or (row.expires_on and row.expires_on < on) or not row.body.is_active
    used = row.channel == Channel.INVITATION and row.used_at
    return DoorPage(code, row.body, not (ended or used))
