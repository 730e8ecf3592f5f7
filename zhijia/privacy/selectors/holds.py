"""Which things a law forbids to erase now."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Q, QuerySet

from zhijia.core.clock import local_date
from zhijia.core.sealing import unseal
from zhijia.privacy.models import LegalHold


def parsed(reference: str) -> tuple[str, uuid.UUID | None, int | None]:
    """Return kind, id of a matter and number of a person of ``type:id``; one of the two is None."""
    kind, _, number = reference.partition(":")
    if kind == "user":
        return kind, None, int(number)
    try:
        return kind, uuid.UUID(number), None
    except ValueError:
        return kind, uuid.UUID(int=0), None


def about(reference: str) -> Q:
    """Return the condition for rows about a thing."""
    kind, matter, person = parsed(reference)
    return Q(about_kind=kind, about_id=matter) & (Q(person=person) if person is not None else Q())


def in_force(on: dt.date) -> Q:
    """Return the condition for holds that stand on a day: confirmed, not ended, not past their last day."""
    return Q(confirmed_at__isnull=False, ended_at=None, until_on__gte=on)


def holds_on(reference: str, now: dt.datetime) -> QuerySet[LegalHold]:
    """Return the holds that forbid to erase a thing now."""
    rows: QuerySet[LegalHold] = LegalHold.objects.filter(about(reference) & in_force(local_date(now)))
    return rows.order_by("until_on")


def is_held(reference: str, now: dt.datetime) -> bool:
    """Say whether a law forbids to erase a thing now."""
    return holds_on(reference, now).exists()


def is_frozen(reference: str, now: dt.datetime) -> bool:
    """Say whether a thing is kept for a law only, so that two people must agree before it is read."""
    return holds_on(reference, now).filter(frozen_at__isnull=False).exists()


def holds_for(user: Any, on: dt.date) -> QuerySet[LegalHold]:
    """Return the holds that an officer may know of, newest first."""
    rows: QuerySet[LegalHold] = LegalHold.objects.visible_to(user, on)
    return rows.select_related("body", "placed_by", "confirmed_by").order_by("-placed_at")


def reason_of(hold: LegalHold) -> str:
    """Return why the hold was placed, as the officer typed it."""
    return unseal(hold.reason, purpose="privacy/hold", place=hold.place()).decode()
