"""Writes messages to people, inside and outside the house."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models import F

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.core.actors import Actor
from zhijia.core.services import load_locked
from zhijia.notifications.enums import Channel, DeliveryState
from zhijia.notifications.gateways import GatewayError, gateway_for
from zhijia.notifications.models import Delivery, Notification, OutboxMessage
from zhijia.notifications.texts import OUTSIDE, kinds
from zhijia.regulations.selectors import let_go_before

PAUSES = tuple(dt.timedelta(minutes=m) for m in (1, 5, 30, 120, 480))
"""Pause before the second, third … attempt; after the last one the message is given up."""
CODE_PAUSES = tuple(dt.timedelta(seconds=s) for s in (5, 20, 60))
"""The same for one-time codes, which are worth nothing after five minutes."""
LEASE = dt.timedelta(minutes=5)
"""How long one attempt may take before another worker may try."""
OVERDUE = dt.timedelta(minutes=2)
"""A waiting message this late has lost its task."""


_outside: ContextVar[bool] = ContextVar("outside", default=True)


@contextmanager
def inside_only() -> Iterator[None]:
    """Keep messages inside the house for a while: invented matters must not send anybody anything."""
    token = _outside.set(False)
    try:
        yield
    finally:
        _outside.reset(token)


class UnknownMessageKind(LookupError):
    """No manifest announces this kind: a programming error."""


def notify(
    *,
    kind: str,
    to: User,
    now: dt.datetime,
    data: dict[str, Any] | None = None,
    url: str = "",
    tenant: int = 0,
    everywhere: bool = False,
    is_own: bool = False,
) -> Notification:
    """Put a message into a person's inbox, in the caller's transaction, and tell him outside.

    ``is_own``: it is about the recipient's own matter, so which one lies under seal.
    ``everywhere``: also by the ways that he switched off, because it is about his account's safety.

    The outside message says only that there is one. It leaves after the commit, in the
    background; if the caller's transaction fails, nothing was ever said.
    """
    if kind not in kinds():
        raise UnknownMessageKind(kind)
    with transaction.atomic():
        message = Notification(tenant=to.tenant, to=to, about_tenant=tenant, kind=kind, created_at=now)
        if is_own:
            message.seal_facts(data or {}, url)
        else:
            message.data, message.url = data or {}, url
        message.save(force_insert=True)
        for channel, address in _addresses(to, everywhere) if _outside.get() else ():
            delivery = _new_delivery(
                channel=channel,
                address=address,
                text=OUTSIDE,
                now=now,
                tenant=to.tenant,
                notification=message,
            )
            _queue(delivery)
    return message


def tell_number(*, phone: str, now: dt.datetime, tenant: int, language: str = "") -> Delivery | None:
    """Send the neutral text to a number without an account; None while messages stay inside."""
    if not _outside.get():
        return None
    with transaction.atomic():
        delivery = _new_delivery(channel=Channel.SMS, address=phone, text=OUTSIDE, now=now, tenant=tenant)
        _queue(delivery)
    return delivery


def send_code(*, phone: str, text: str, now: dt.datetime) -> Delivery:
    """Send a text message about signing in (a one-time code) to a number in E.164 form."""
    with transaction.atomic():
        delivery = _new_delivery(channel=Channel.SMS, address=phone, text=text, now=now)
        if gateway_for(Channel.SMS).local:
            transaction.on_commit(lambda: attempt_delivery(delivery_id=delivery.pk, now=now))
        else:
            _queue(delivery)
    return delivery


@transaction.atomic
def mark_read(*, public_id: uuid.UUID, by: User, now: dt.datetime) -> Notification:
    """Note that the reader opened a message; opening it again changes nothing."""
    message = load_locked(Notification.objects.visible_to(by), public_id=public_id)
    if message.read_at is None:
        message.read_at = max(now, message.created_at)
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(*, by: User, now: dt.datetime) -> int:
    """Mark everything up to ``now`` as read; return how many."""
    return Notification.objects.visible_to(by).unread().filter(created_at__lte=now).update(read_at=now)


@transaction.atomic
def move_inbox(*, user: User, from_tenant: int, to_tenant: int, by: Actor, now: dt.datetime) -> int:
    """Take a person's messages along when his account moves to another tenant; return how many."""
    moved = Notification.objects.filter(tenant=from_tenant, to=user).update(tenant=to_tenant)
    data = {"from": from_tenant, "to": to_tenant, "messages": moved}
    audit.record("messages.moved", obj=user, by=by, now=now, tenant=to_tenant, data=data)
    return moved


def attempt_delivery(*, delivery_id: int, now: dt.datetime) -> str:
    """Try once to hand over an outside message; return its state afterwards.

    The attempt is claimed first, for ``LEASE``, and no transaction is open while the gateway
    works: a slow gateway holds up nobody, and two workers never send the same message.
    """
    if not _claim(delivery_id, now):
        return Delivery.objects.filter(pk=delivery_id).values_list("state", flat=True).first() or "gone"
    delivery = Delivery.objects.get(pk=delivery_id)
    try:
        gateway_for(delivery.channel).send(
            address=delivery.address, text=delivery.text, key=delivery.key, now=now
        )
    except GatewayError as error:
        return _failed(delivery, str(error), now)
    _forget_content(delivery)
    return _finish(delivery, DeliveryState.SENT, now)


def attempt_waiting(*, now: dt.datetime) -> int:
    """Take up every waiting message that is overdue; return how many."""
    late = Delivery.objects.filter(state=DeliveryState.WAITING, next_at__lte=now - OVERDUE)
    ids = list(late.order_by("next_at").values_list("pk", flat=True)[:500])
    for delivery_id in ids:
        attempt_delivery(delivery_id=delivery_id, now=now)
    return len(ids)


def forget_old(*, now: dt.datetime) -> int:
    """Delete messages, inside and outside, whose period of keeping is over; return how many."""
    sent, kept = let_go_before("retention.delivery", now), let_go_before("retention.trial_message", now)
    gone = Delivery.objects.filter(finished_at__lt=sent).delete()[0]
    gone += OutboxMessage.objects.filter(created_at__lt=kept).delete()[0]
    written = let_go_before("retention.message", now)
    return gone + Notification.objects.filter(created_at__lt=written).delete()[0]


@transaction.atomic
def retry_failed(*, delivery_id: int, now: dt.datetime) -> Delivery:
    """Let an operator send a given-up message again, from the first pause on; not a one-time code."""
    failed = Delivery.objects.filter(state=DeliveryState.FAILED, notification__isnull=False)
    delivery = load_locked(failed, pk=delivery_id)
    delivery.state, delivery.attempts = DeliveryState.WAITING, 0
    delivery.next_at, delivery.finished_at = now, None
    delivery.save(update_fields=["state", "attempts", "next_at", "finished_at"])
    _queue(delivery)
    return delivery


def _addresses(to: User, everywhere: bool) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if (to.notice_by_sms or everywhere) and to.phone_verified:
        found.append((Channel.SMS, to.phone))
    if (to.notice_by_email or everywhere) and to.email:
        found.append((Channel.EMAIL, to.email))
    return found


def _new_delivery(
    *,
    channel: str,
    address: str,
    text: str,
    now: dt.datetime,
    tenant: int = 0,
    notification: Notification | None = None,
) -> Delivery:
    delivery = Delivery(
        tenant=tenant,
        notification=notification,
        channel=channel,
        key=str(uuid.uuid4()),
        next_at=now,
        created_at=now,
    )
    delivery.set_address(address)
    delivery.set_text(text)
    delivery.save()
    return delivery


def _queue(delivery: Delivery) -> None:
    """Queue one attempt. The task is a row like the delivery: both commit with the effect, or neither."""
    from zhijia.notifications.tasks import deliver

    run_after = delivery.next_at if delivery.attempts else None
    deliver.using(run_after=run_after).enqueue(delivery.pk)


def _claim(delivery_id: int, now: dt.datetime) -> bool:
    """Take the right to one attempt; False when it is finished, not due, or another's."""
    due = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING, next_at__lte=now)
    return due.update(attempts=F("attempts") + 1, next_at=now + LEASE) == 1


def _failed(delivery: Delivery, error: str, now: dt.datetime) -> str:
    delivery.last_error = error[:200]
    pauses = PAUSES if delivery.notification_id else CODE_PAUSES
    if delivery.attempts > len(pauses):
        if not delivery.notification_id:
            _forget_content(delivery)
        return _finish(delivery, DeliveryState.FAILED, now)
    delivery.next_at = now + pauses[delivery.attempts - 1]
    delivery.save(update_fields=["next_at", "last_error"])
    _queue(delivery)
    return DeliveryState.WAITING


def _forget_content(delivery: Delivery) -> None:
    """Empty number and text of a message that nobody will send again."""
    delivery.set_text("")
    delivery.set_address("")


def _finish(delivery: Delivery, state: DeliveryState, now: dt.datetime) -> str:
    delivery.state, delivery.next_at, delivery.finished_at = state, None, now
    delivery.save(
        update_fields=["state", "next_at", "finished_at", "last_error", "text_sealed", "address_sealed"]
    )
    return state
