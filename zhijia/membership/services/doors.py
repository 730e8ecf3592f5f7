"""Doors to join: the QR code of a union, a personal invitation."""

import datetime as dt
import secrets

from django.db import transaction

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.services import load_locked, require
from zhijia.core.text import tidy
from zhijia.membership.enums import Channel
from zhijia.membership.errors import DoorClosed
from zhijia.membership.models import JoinDoor
from zhijia.membership.permissions import Ask
from zhijia.unions.models import UnionBody


@transaction.atomic
def make_door(
    *, body: UnionBody, channel: str, note: str = "", expires_on: dt.date | None = None, by: Actor,
    now: dt.datetime,
) -> JoinDoor:  # fmt: skip
    """Make a QR code that many use, or an invitation for one person."""
    require(by, "membership.keep_roll", Ask(local_date(now), body))
    door = JoinDoor.objects.create(
        tenant=body.tenant, body=body, channel=Channel(channel), code=secrets.token_urlsafe(16),
        note=tidy(note)[:80], expires_on=expires_on, made_at=now,
        made_by=by if getattr(by, "pk", None) else None,
    )  # fmt: skip
    record("door.made", obj=door, by=by, now=now, tenant=door.tenant, data={"kind": str(door.channel)})
    return door


@transaction.atomic
def close_door(*, door_id: int, by: Actor, now: dt.datetime) -> JoinDoor:
    """Close a door; who comes through it afterwards begins without it."""
    door = load_locked(JoinDoor.objects.select_related("body"), pk=door_id)
    require(by, "membership.keep_roll", Ask(local_date(now), door.body))
    if door.closed_at is None:
        door.closed_at = now
        door.save(update_fields=["closed_at"])
        record("door.closed", obj=door, by=by, now=now, tenant=door.tenant)
    return door


def open_door(code: str, on: dt.date) -> JoinDoor:
    """Return the door of a code, locked; raise ``DoorClosed`` for an unknown, used, closed or old one."""
    found = JoinDoor.objects.select_for_update(of=("self",)).select_related("body").filter(code=code).first()
    if found is None or found.closed_at or not found.body.is_active:
        raise DoorClosed
    if (found.expires_on and found.expires_on < on) or (
        found.channel == Channel.INVITATION and found.used_at
    ):
        raise DoorClosed
    return found


def use_door(door: JoinDoor, now: dt.datetime) -> None:
    """Note that somebody came through; a personal invitation serves once."""
    if door.used_at is None:
        door.used_at = now
        door.save(update_fields=["used_at"])
