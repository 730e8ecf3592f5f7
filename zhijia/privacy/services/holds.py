"""Holds: a law forbids to erase something now (PIPL 47, second paragraph)."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from zhijia.audit import services as audit
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.sealing import seal
from zhijia.core.services import load_locked, require
from zhijia.core.text import tidy
from zhijia.privacy.errors import BasisMissing, HoldTooLong, SecondPersonNeeded, WordsMissing
from zhijia.privacy.models import LegalHold
from zhijia.privacy.permissions import Ask
from zhijia.privacy.selectors.holds import holds_on
from zhijia.regulations.calendar import deadline
from zhijia.regulations.selectors import period
from zhijia.unions.models import UnionBody


@transaction.atomic
def place_hold(
    *, about_kind: str, about_id: uuid.UUID | None, person: Any, body: UnionBody, article: str, reason: str,
    until_on: dt.date, by: Actor, now: dt.datetime,
) -> LegalHold:  # fmt: skip
    """Say which law forbids to erase a thing, and until when; a second person confirms it.

    Raises ``NotAllowed``, ``BasisMissing``, ``WordsMissing``, ``HoldTooLong``.
    """
    hold = LegalHold(
        tenant=body.tenant, about_kind=about_kind, about_id=about_id,
        person=None if about_id else person, body=body, article=tidy(article), placed_by=by,
        placed_at=now, until_on=until_on,
    )  # fmt: skip
    today = local_date(now)
    require(by, "privacy.place_hold", Ask(hold, today))
    last = deadline(today, period("rights.hold", "", today)).on
    if not today < until_on <= last:
        raise HoldTooLong(last=last)
    if not hold.article:
        raise BasisMissing
    if not tidy(reason):
        raise WordsMissing
    hold.reason = seal(tidy(reason).encode(), purpose="privacy/hold", place=hold.place())
    hold.save(force_insert=True)
    _record("hold.placed", hold, by, now)
    return hold


@transaction.atomic
def confirm_hold(*, hold_id: int, by: Actor, now: dt.datetime) -> LegalHold:
    """Agree as the second person; from now on the thing is not erased. Raises ``SecondPersonNeeded``."""
    hold = _locked(hold_id, by, now)
    if hold.placed_by_id == by.pk:
        raise SecondPersonNeeded
    if hold.confirmed_at is None:
        hold.confirmed_by, hold.confirmed_at = by, now
        hold.save(update_fields=["confirmed_by", "confirmed_at"])
        _record("hold.confirmed", hold, by, now)
    return hold


@transaction.atomic
def end_hold(*, hold_id: int, by: Actor, now: dt.datetime) -> LegalHold:
    """End a hold; what waits to be erased is erased by the next round of the timer."""
    hold = _locked(hold_id, by, now)
    if hold.ended_at is None:
        hold.ended_by, hold.ended_at = by, now
        hold.save(update_fields=["ended_by", "ended_at"])
        _record("hold.ended", hold, by, now)
    return hold


def freeze(*, reference: str, now: dt.datetime) -> int:
    """Let a thing that is kept for a law only be read by two people only; return how many holds."""
    return holds_on(reference, now).filter(frozen_at=None).update(frozen_at=now)


def _locked(hold_id: int, by: Actor, now: dt.datetime) -> LegalHold:
    on = local_date(now)
    hold: LegalHold = load_locked(LegalHold.objects.visible_to(by, on).select_related("body"), pk=hold_id)
    require(by, "privacy.place_hold", Ask(hold, on))
    return hold


def _record(action: str, hold: LegalHold, by: Actor, now: dt.datetime) -> None:
    data = {"hold": hold.pk, "until": hold.until_on.isoformat()}
    audit.record(action, obj=hold.reference, by=by, now=now, tenant=hold.tenant, data=data)
