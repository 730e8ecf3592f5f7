"""Learning who a person is: one officer asks, another one decides, the worker sees both."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.audit import services as audit
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotAllowed, NotFound
from zhijia.core.sealing import seal
from zhijia.core.services import check_state, load_locked, require
from zhijia.core.text import tidy
from zhijia.unions.models import UnionBody
from zhijia.vault import keys, permissions
from zhijia.vault.enums import Purpose, RequestState
from zhijia.vault.errors import AlreadyAsked, NotYourself, ReasonMissing
from zhijia.vault.models import IdentityRequest, PartKey
from zhijia.vault.selectors import live_part
from zhijia.vault.workflow import TABLE

WAITS = dt.timedelta(days=3)
"""How long a request waits for a decision."""
OPENS_FOR = dt.timedelta(hours=24)
"""How long the part opens after an approval."""
TEXT_LENGTH = 300


@transaction.atomic
def ask_identity(
    *, owner: str, part: str, body: UnionBody, reason: str, by: Actor, now: dt.datetime, tenant: int
) -> IdentityRequest:
    """Ask to open a part; raise ``NotAllowed``, ``ReasonMissing``, ``AlreadyAsked``, ``NoSuchPart``."""
    live_part(owner, part, tenant=tenant)
    request = IdentityRequest(
        tenant=tenant, owner=owner, part=part, body=body, asked_by=by, asked_at=now, answer=b"",
        expires_at=now + WAITS,
    )  # fmt: skip
    require(by, "vault.ask_identity", request)
    request.reason = _text(request, "reason", reason)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        raise AlreadyAsked from None
    _record("ask_identity", request, by, now)
    return request


@transaction.atomic
def decide_identity(
    *, public_id: Any, approves: bool, reason: str, by: Actor, now: dt.datetime
) -> IdentityRequest:
    """Decide as the second person; an approval lends the key until it runs out.

    Raises ``NotFound`` for who is no custodian of the body or may not know of the matter,
    ``NotYourself``, ``WrongState``, ``ReasonMissing``, ``KeyLocked`` or ``KeyNotGiven``.
    """
    request = _for_custodian(public_id, by, now)
    if not permissions.may_decide.test(by, permissions.Decision(request, local_date(now))):
        raise NotYourself
    step = "approve_identity" if approves else "refuse_identity"
    check_state(TABLE, step, request.state)
    if request.expires_at <= now:
        return _expire(request, now)
    request.answer = _text(request, "answer", reason)
    if approves:
        request.expires_at = now + OPENS_FOR
        _lend(request, by, now)
    request.state = TABLE.target(step, request.state)
    request.decided_by, request.decided_at = by, now
    request.save(update_fields=["state", "decided_by", "decided_at", "answer", "expires_at"])
    _record(step, request, by, now)
    return request


@transaction.atomic
def withdraw_identity(*, public_id: Any, by: Actor, now: dt.datetime) -> IdentityRequest:
    """Take a request back, or give back what it opened; raise ``NotFound`` or ``WrongState``."""
    request = load_locked(IdentityRequest.objects.all(), public_id=public_id)
    if not permissions.may_withdraw(by, request):
        raise NotFound
    return _end("withdraw_identity", request, by, now)


def _expire(request: IdentityRequest, now: dt.datetime) -> IdentityRequest:
    """End a request whose time has run out."""
    return _end("expire_identity", request, SYSTEM, now)


def expire_requests(now: dt.datetime) -> int:
    """Timer: end requests and loans whose time has run out; return how many."""
    live = (RequestState.ASKED, RequestState.APPROVED)
    due = IdentityRequest.objects.filter(state__in=live, expires_at__lte=now)
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            request = load_locked(IdentityRequest.objects.all(), pk=pk)
            if request.state in live:
                _expire(request, now)
    return PartKey.objects.filter(lent_until__lte=now).delete()[0]


def _for_custodian(public_id: Any, by: Actor, now: dt.datetime) -> IdentityRequest:
    request = load_locked(IdentityRequest.objects.select_related("body", "asked_by"), public_id=public_id)
    if not permissions.is_custodian(by, request, local_date(now)):
        raise NotFound
    return request


def _lend(request: IdentityRequest, by: Actor, now: dt.datetime) -> None:
    """Give who asked a key that ends; without a key of his own the platform stands in for him."""
    reader, on = request.asked_by, local_date(now)
    if not permissions.may_open(reader, request.owner, request.part, Purpose.GRIEVANCE_HANDLE, on):
        raise NotAllowed
    part = live_part(request.owner, request.part, tenant=request.tenant, locked=True)
    holder = keys.holder_of_user(request.asked_by)
    opening = keys.opening_of(part, by, now)
    pair = keys.pairs_in_use([holder]).get(holder)
    if pair is None:
        return
    PartKey.objects.filter(tenant=part.tenant, part=part, to=holder).delete()
    keys.to_pair(part, opening(), pair, now, lent_until=request.expires_at).save(force_insert=True)


def _end(step: str, request: IdentityRequest, by: Actor, now: dt.datetime) -> IdentityRequest:
    check_state(TABLE, step, request.state)
    request.state = TABLE.target(step, request.state)
    request.save(update_fields=["state"])
    holder = keys.holder_of_user(request.asked_by_id)
    PartKey.objects.filter(
        tenant=request.tenant, part__owner=request.owner, part__part=request.part, to=holder,
        lent_until__isnull=False,
    ).delete()  # fmt: skip
    _record(step, request, by, now)
    return request


def _text(request: IdentityRequest, name: str, typed: str) -> bytes:
    text = tidy(typed)[:TEXT_LENGTH]
    if not text:
        raise ReasonMissing
    return seal(text.encode(), purpose="vault/identity", place=request.place(name))


def _record(step: str, request: IdentityRequest, by: Actor, now: dt.datetime) -> None:
    audit.record(
        TABLE.transition(step).audit, obj=request.owner, by=by, now=now, tenant=request.tenant,
        data={"part": request.part, "request": str(request.public_id)},
    )  # fmt: skip
