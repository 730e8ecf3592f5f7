"""Reads of the inbox, the outbox page and failed deliveries."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count

from zhijia.notifications.enums import DeliveryState
from zhijia.notifications.models import Delivery, Notification, OutboxMessage
from zhijia.notifications.texts import title_and_body


@dataclass(frozen=True)
class InboxLine:
    """One message as its reader sees it."""

    public_id: uuid.UUID
    title: str
    body: str
    at: dt.datetime
    is_unread: bool
    has_page: bool


def inbox_of(user: Any) -> models.QuerySet[Notification]:
    """Return the reader's messages."""
    rows: models.QuerySet[Notification] = Notification.objects.visible_to(user)
    return rows


def sent_outside(user: Any) -> bool:
    """Say whether a trace of messages sent outside is still kept."""
    return Delivery.objects.filter(tenant=user.tenant, notification__to=user).exists()


def line_of(message: Notification) -> InboxLine:
    """Return a message in the active language."""
    title, body = title_and_body(message.kind, message.facts)
    return InboxLine(
        message.public_id, title, body, message.created_at, message.read_at is None, bool(message.page)
    )


def unread_count(user: Any) -> int:
    """Return how many messages wait; asked once per user object."""
    known = getattr(user, "_unread_count", None)
    if known is None:
        known = Notification.objects.visible_to(user).unread().count()
        if getattr(user, "pk", None) is not None:
            user._unread_count = known
    return int(known)


def newest_unread(user: Any, limit: int = 3) -> list[InboxLine]:
    """Return the newest unread messages for the home page."""
    rows = Notification.objects.visible_to(user).unread().order_by("-created_at", "-id")[:limit]
    return [line_of(row) for row in rows]


def outbox() -> models.QuerySet[OutboxMessage]:
    """Return what the development gateway kept."""
    return OutboxMessage.objects.filter(tenant=0)


def failed_deliveries() -> models.QuerySet[Delivery]:
    """Return the given-up outside messages, newest first."""
    return Delivery.objects.filter(state=DeliveryState.FAILED).order_by("-created_at")


def delivery_counts() -> dict[str, int]:
    """Return how many outside messages are in each state."""
    rows = Delivery.objects.order_by().values_list("state").annotate(n=Count("pk"))
    return {state.value: 0 for state in DeliveryState} | dict(rows)
