"""Transfers: the new union pulls, silence of the old one releases, the union above both decides."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.audit.services import record
from zhijia.core.actors import SYSTEM, Actor, System
from zhijia.core.clock import local_date
from zhijia.core.services import check_state, load_locked, require
from zhijia.membership import messages
from zhijia.membership.enums import Channel, Ending, Kind, TransferState
from zhijia.membership.errors import SameBody, TransferRunning
from zhijia.membership.models import Membership, Transfer
from zhijia.membership.permissions import Ask
from zhijia.membership.services.base import check_reason, finish
from zhijia.membership.services.enrolling import begin_membership
from zhijia.membership.workflow import MEMBERSHIP, TRANSFER
from zhijia.regulations.calendar import deadline
from zhijia.regulations.selectors import period
from zhijia.unions.models import UnionBody


@transaction.atomic
def ask_transfer(*, membership: Membership, to_body: UnionBody, by: Actor, now: dt.datetime) -> Transfer:
    """Ask the old union to release a member; raise ``SameBody``, ``TransferRunning``, ``WrongState``.

    By who keeps the roll of the new union. He need not see the old union's roll: the member named it,
    or the identity number led there.
    """
    require(by, "membership.pull", Ask(local_date(now), to_body, membership.worker.account_id))
    if membership.body_id == to_body.pk:
        raise SameBody
    membership = load_locked(Membership.objects.select_related("worker", "body"), pk=membership.pk)
    check_state(MEMBERSHIP, "release", membership.state)
    on = local_date(now)
    due = deadline(on, period("membership.transfer_objection", to_body.place, on), place=to_body.place)
    transfer = Transfer(
        tenant=membership.tenant, worker=membership.worker, membership=membership,
        from_body=membership.body, to_body=to_body, asked_at=now, release_due_on=due.on,
        asked_by=by if getattr(by, "pk", None) else None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            transfer.save(force_insert=True)
    except IntegrityError:
        raise TransferRunning from None
    _record("ask_transfer", transfer, by, now)
    messages.tell_transfer("transfer.asked", transfer, now=now, due_on=due.on.isoformat())
    return transfer


@transaction.atomic
def release_member(*, transfer_id: int, by: Actor, now: dt.datetime) -> Transfer:
    """Let the member go, as the old union or by silence; he belongs to the new union from today."""
    transfer = _load(transfer_id)
    require(by, "membership.release", _ask(transfer, transfer.from_body, now))
    step = "release_by_silence" if isinstance(by, System) else "release_member"
    return _release(step, transfer, "", by, now)


@transaction.atomic
def object_to_transfer(*, transfer_id: int, reason: str, by: Actor, now: dt.datetime) -> Transfer:
    """Object as the old union, with a reason that the member reads; the union above both decides."""
    transfer = _load(transfer_id)
    require(by, "membership.release", _ask(transfer, transfer.from_body, now))
    transfer.objection = check_reason(reason)
    transfer.objected_at = now
    _move("object_to_transfer", transfer, by, now, "objection", "objected_at")
    messages.tell_transfer("transfer.objected", transfer, now=now)
    return transfer


@transaction.atomic
def judge_transfer(*, transfer_id: int, releases: bool, reason: str, by: Actor, now: dt.datetime) -> Transfer:
    """Decide an objection, as the union above both."""
    transfer = _load(transfer_id)
    require(by, "membership.judge_transfer", _ask(transfer, transfer.from_body, now))
    text = check_reason(reason)
    if releases:
        return _release("force_transfer", transfer, text, by, now)
    transfer.decision, transfer.decided_at = text, now
    _move("keep_member", transfer, by, now, "decision", "decided_at")
    messages.tell_transfer("transfer.kept", transfer, now=now)
    return transfer


@transaction.atomic
def cancel_transfer(*, transfer_id: int, by: Actor, now: dt.datetime) -> Transfer:
    """Take a request back, as the new union."""
    transfer = _load(transfer_id)
    require(by, "membership.pull", _ask(transfer, transfer.to_body, now))
    transfer.decided_at = now
    return _move("cancel_transfer", transfer, by, now, "decided_at")


def release_silent(*, now: dt.datetime) -> int:
    """Timer: release whomever the old union did not answer for in time; return how many."""
    due = Transfer.objects.filter(state=TransferState.ASKED, release_due_on__lt=local_date(now))
    done = 0
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            if _load(pk).state == TransferState.ASKED:
                release_member(transfer_id=pk, by=SYSTEM, now=now)
                done += 1
    return done


def _release(step: str, transfer: Transfer, text: str, by: Actor, now: dt.datetime) -> Transfer:
    """End the old membership and begin the new one, on the same day."""
    check_state(TRANSFER, step, transfer.state)
    on = local_date(now)
    old = load_locked(
        Membership.objects.select_related("worker", "body"), pk=transfer.membership_id, ended_on=None
    )
    finish("release", old, on=max(on, old.joined_on), by=by, now=now, ending=Ending.TRANSFERRED)
    begin_membership(
        worker=old.worker, body=transfer.to_body, on=on, by=by, now=now, channel=Channel.TRANSFER,
        kind=Kind(old.kind), is_discreet=old.is_discreet, employer=_employer(transfer, old),
    )  # fmt: skip
    transfer.decision, transfer.decided_at = text, now
    _move(step, transfer, by, now, "decision", "decided_at")
    messages.tell_transfer("transfer.released", transfer, now=now)
    return transfer


def _employer(transfer: Transfer, old: Membership) -> Any:
    """Return where he works now: the new union's employer, else what was known before."""
    return transfer.to_body.employer or (None if old.body.employer_id else old.employer)


def _load(transfer_id: int) -> Transfer:
    """Return a transfer, locked after its membership: every step that ends one locks them in this order."""
    rows = Transfer.objects.select_related("from_body", "to_body", "membership", "worker")
    told = Transfer.objects.filter(pk=transfer_id).values("membership")
    Membership.objects.select_for_update(of=("self",)).filter(pk__in=told).first()
    return load_locked(rows, pk=transfer_id)


def _ask(transfer: Transfer, body: UnionBody, now: dt.datetime) -> Ask:
    other = transfer.to_body if body is transfer.from_body else transfer.from_body
    return Ask(local_date(now), body, transfer.worker.account_id, other)


def _move(step: str, transfer: Transfer, by: Actor, now: dt.datetime, *fields: str) -> Transfer:
    check_state(TRANSFER, step, transfer.state)
    transfer.state = TRANSFER.target(step, transfer.state)
    transfer.save(update_fields=["state", *fields])
    _record(step, transfer, by, now)
    return transfer


def _record(step: str, transfer: Transfer, by: Actor, now: dt.datetime) -> None:
    facts = {"from": transfer.from_body_id, "to": transfer.to_body_id}
    record(TRANSFER.transition(step).audit, obj=transfer, by=by, now=now, tenant=transfer.tenant, data=facts)
