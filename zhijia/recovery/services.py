"""What moves a recovery. Two officers see the person; each types both numbers; then two days pass."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from zhijia.accounts import rate_limit
from zhijia.accounts.errors import PhoneTaken
from zhijia.accounts.models import User, phone_index
from zhijia.accounts.services import move_account, withdraw_access
from zhijia.audit import services as audit
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotAllowed
from zhijia.core.identifiers import clean_mobile
from zhijia.core.services import check_state, load_locked, require
from zhijia.notifications.services import notify
from zhijia.recovery.enums import State
from zhijia.recovery.errors import (
    AlreadyRunning,
    NoSuchAccount,
    NothingWaits,
    NumberInUse,
    SecondOfficerNeeded,
    StopNeedsProof,
    TooManyTries,
)
from zhijia.recovery.models import Recovery
from zhijia.recovery.permissions import Ask, is_over, office_of
from zhijia.recovery.workflow import RECOVERY
from zhijia.unions.models import UnionBody

COOLING = dt.timedelta(hours=48)
"""Between the second officer and the new number; time to object from any old session."""
WAITING = dt.timedelta(hours=24)
"""How long a recovery waits for the second officer."""
TRIES = 10
"""Numbers that one officer may look up in an hour: the form is no directory."""
PAGE = "/recovery/mine/"


def open_recovery(
    *, old_phone: str, new_phone: str, document: str, number_proof: str, by: Actor, now: dt.datetime
) -> Recovery:
    """Note that a first officer saw the person and his papers; nothing changes for the account.

    Another one that no second officer has confirmed yet gives way: nobody holds the owner out by
    opening first. Raise ``NotAllowed``, ``TooManyTries``, ``NoSuchAccount``, ``NumberInUse``,
    ``AlreadyRunning``.
    """
    _count_try(by, now)
    told = {"document": document, "number_proof": number_proof}
    with transaction.atomic():
        account = _account(old_phone, by, now)
        recovery = _open(account, clean_mobile(new_phone), told, by, now)
        _audit("open_recovery", recovery, by, now)
    return recovery


def _open(account: User, phone: str, told: dict[str, str], by: Actor, now: dt.datetime) -> Recovery:
    if User.objects.filter(phone_index=phone_index(phone)).exists():
        raise NumberInUse
    for waiting in _running(account).filter(state=State.WAITING).select_for_update():
        _end(waiting, "lapse_recovery", State.LAPSED, SYSTEM, now)
    recovery = Recovery(
        tenant=account.tenant, account=account, opened_at=now, opened_by=by, opened_for=_office(by, now),
        **told,
    )  # fmt: skip
    recovery.set_new_phone(phone)
    try:
        with transaction.atomic():
            recovery.save(force_insert=True)
    except IntegrityError:
        raise AlreadyRunning from None
    return recovery


def confirm_recovery(
    *, old_phone: str, new_phone: str, document: str, number_proof: str, end_sessions: bool = False,
    by: Actor, now: dt.datetime,
) -> Recovery:  # fmt: skip
    """Note that a second officer saw the same; tell the account everywhere and begin the two days.

    He types both numbers himself, so the first cannot have put in one of his own.
    ``end_sessions``: the telephone is in strange hands; its sessions end at once.
    Raise ``NothingWaits``, ``SecondOfficerNeeded`` and what ``open_recovery`` raises.
    """
    _count_try(by, now)
    with transaction.atomic():
        recovery = _waiting(old_phone, new_phone, by, now)
        recovery.state = RECOVERY.target("confirm_recovery", recovery.state)
        recovery.confirmed_at, recovery.confirmed_by = now, by
        recovery.confirmed_for = _office(by, now)
        recovery.due_at = now + COOLING
        recovery.save(update_fields=["state", "confirmed_at", "confirmed_by", "confirmed_for", "due_at"])
        if end_sessions:
            withdraw_access(user=recovery.account, by=by, now=now)
        notify(kind="recovery.begun", to=recovery.account, now=now, url=PAGE, everywhere=True)
        _audit("confirm_recovery", recovery, by, now, document=document, number_proof=number_proof)
    return recovery


def refuse_recovery(*, old_phone: str, new_phone: str, by: Actor, now: dt.datetime) -> Recovery:
    """Note that the second officer was not convinced; nothing changes for the account."""
    _count_try(by, now)
    with transaction.atomic():
        recovery = _waiting(old_phone, new_phone, by, now)
        _end(recovery, "refuse_recovery", State.REFUSED, by, now)
    return recovery


@transaction.atomic
def stop_recovery(*, vouched: bool, by: User, now: dt.datetime) -> Recovery:
    """Stop the running recovery of one's own account; raise ``NothingWaits``, ``StopNeedsProof``.

    ``vouched``: the session was opened with more than a text message. Whoever found the SIM card, or
    got the number after its owner, must not be able to hold him out.
    """
    rows = _running(by)
    found = rows.first()
    if found is None:
        raise NothingWaits
    recovery = load_locked(rows, pk=found.pk)
    require(by, "recovery.own", Ask(local_date(now), recovery.account_id))
    if not vouched:
        raise StopNeedsProof
    _end(recovery, "stop_recovery", State.STOPPED, by, now)
    notify(kind="recovery.stopped", to=by, now=now, url=PAGE, everywhere=True)
    return recovery


def finish_due(*, now: dt.datetime) -> int:
    """Give each account whose two days are over to its new number; return how many. Safe to repeat."""
    due = Recovery.objects.filter(state=State.COOLING, due_at__lte=now).values_list("pk", flat=True)
    return len([finish_recovery(recovery_id=pk, by=SYSTEM, now=now) for pk in list(due)])


@transaction.atomic
def finish_recovery(*, recovery_id: int, by: Actor, now: dt.datetime) -> Recovery:
    """Let the new number take the place of the old one; one that was stopped meanwhile stays stopped."""
    recovery = load_locked(Recovery.objects.select_related("account"), pk=recovery_id)
    require(by, "recovery.system", Ask(local_date(now)))
    if recovery.state != State.COOLING or recovery.due_at is None or recovery.due_at > now:
        return recovery
    account = recovery.account
    try:
        if account.is_officer or not account.is_active:
            raise NoSuchAccount
        move_account(user=account, phone=recovery.new_phone, by=by, now=now)
    except (PhoneTaken, NoSuchAccount):
        _end(recovery, "finish_recovery", State.LAPSED, by, now)
        return recovery
    _end(recovery, "finish_recovery", State.DONE, by, now)
    notify(kind="recovery.done", to=account, now=now, everywhere=True)
    return recovery


def lapse_waiting(*, now: dt.datetime) -> int:
    """End what no second officer has seen for a day; return how many. Safe to repeat."""
    old = Recovery.objects.filter(state=State.WAITING, opened_at__lte=now - WAITING)
    return len([_lapse(pk, now) for pk in list(old.values_list("pk", flat=True))])


def forget_ended(*, before: dt.datetime) -> int:
    """Delete recoveries that ended before a moment; the audit keeps that they were. Return how many."""
    return Recovery.objects.filter(ended_at__lt=before).delete()[0]


@transaction.atomic
def _lapse(recovery_id: int, now: dt.datetime) -> None:
    recovery = load_locked(Recovery.objects.all(), pk=recovery_id)
    if recovery.state == State.WAITING:
        _end(recovery, "lapse_recovery", State.LAPSED, SYSTEM, now)


def _office(by: Actor, now: dt.datetime) -> UnionBody:
    """Return the body for which the officer sits at the counter; raise ``NotAllowed``."""
    post = office_of(by, local_date(now))
    if post is None:
        raise NotAllowed
    return post.body


def _running(account: User) -> QuerySet[Recovery]:
    states = (State.WAITING, State.COOLING)
    return Recovery.objects.filter(tenant=account.tenant, account=account, state__in=states)


def _count_try(by: Actor, now: dt.datetime) -> None:
    """Count one look-up, before the transaction: a refusal must not take it back."""
    require(by, "recovery.take_part", Ask(local_date(now)))
    if rate_limit.take(purpose="recovery", account=f"user:{by.pk}", limit=TRIES, period=3600, now=now):
        raise TooManyTries


def _account(old_phone: str, by: Actor, now: dt.datetime) -> User:
    """Return the worker's account of a number; raise ``NoSuchAccount``, ``NotAllowed``, ``BadMobile``."""
    rows = User.objects.filter(is_active=True, is_officer=False, phone_verified=True)
    account = rows.filter(phone_index=phone_index(clean_mobile(old_phone))).first()
    if account is None:
        raise NoSuchAccount
    require(by, "recovery.take_part", Ask(local_date(now), account.pk))
    return account


def _waiting(old_phone: str, new_phone: str, by: Actor, now: dt.datetime) -> Recovery:
    """Return the recovery that waits for this second officer, locked."""
    account = _account(old_phone, by, now)
    rows = Recovery.objects.select_related("account", "opened_by", "opened_for")
    rows = rows.filter(tenant=account.tenant, account=account, state=State.WAITING)
    found = rows.filter(opened_at__gt=now - WAITING, new_phone_index=phone_index(clean_mobile(new_phone)))
    waiting = found.first()
    if waiting is None:
        raise NothingWaits
    recovery = load_locked(rows, pk=waiting.pk)
    check_state(RECOVERY, "confirm_recovery", recovery.state)
    if not _is_independent(recovery, by, local_date(now)):
        raise SecondOfficerNeeded
    return recovery


def _is_independent(recovery: Recovery, by: Actor, on: dt.date) -> bool:
    """Say whether the second officer is another person, neither over the first nor under him."""
    first: Any = recovery.opened_by
    mine = office_of(by, on)
    theirs = office_of(first, on)
    if first.pk == by.pk or mine is None or theirs is None or not first.is_active:
        return False
    return not is_over(by, theirs, on) and not is_over(first, mine, on)


def _end(recovery: Recovery, step: str, state: State, by: Actor, now: dt.datetime) -> None:
    recovery.state = RECOVERY.target(step, recovery.state, state.value)
    recovery.ended_at, recovery.new_phone_sealed, recovery.new_phone_index = now, b"", ""
    recovery.save(update_fields=["state", "ended_at", "new_phone_sealed", "new_phone_index"])
    _audit(step, recovery, by, now, state=recovery.state)


def _audit(step: str, recovery: Recovery, by: Actor, now: dt.datetime, **data: str) -> None:
    data = {"account": str(recovery.account_id), **data}
    audit.record(
        RECOVERY.transition(step).audit, obj=recovery, by=by, now=now, tenant=recovery.tenant, data=data
    )
