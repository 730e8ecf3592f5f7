"""How every step of a membership begins and ends: lock, who, which state; write, audit, count, tell."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from zhijia.audit.services import record
from zhijia.core.actors import Actor, System
from zhijia.core.clock import local_date
from zhijia.core.services import check_state, load_locked, require
from zhijia.membership.enums import ReminderState, State, Trade
from zhijia.membership.errors import BadDay, ReasonMissing
from zhijia.membership.models import Membership, MembershipStep, TotalsDelta, Transfer, Worker
from zhijia.membership.permissions import Ask
from zhijia.membership.workflow import MEMBERSHIP, TRANSFER
from zhijia.unions.models import UnionBody


def load(*, membership_id: int, by: Actor, now: dt.datetime) -> Membership:
    """Return the membership, locked; one that the actor may not see is ``NotFound``."""
    rows = Membership.objects.all()
    if not isinstance(by, System):
        on = local_date(now)
        rows = rows.visible_to(by, on) | rows.filter(worker__account=by)
    return load_locked(rows.select_related("worker", "body"), pk=membership_id)


def ask(membership: Membership, now: dt.datetime) -> Ask:
    """Return the question "may he?" about a membership."""
    return Ask(local_date(now), membership.body, membership.worker.account_id)


def begin(transition: str, *, membership_id: int, by: Actor, now: dt.datetime) -> Membership:
    """Lock the membership and check who asks, then in which state it is.

    Raises ``NotFound``, ``NotAllowed`` or ``WrongState``, in this order.
    """
    membership = load(membership_id=membership_id, by=by, now=now)
    require(by, MEMBERSHIP.transition(transition).permission, ask(membership, now))
    check_state(MEMBERSHIP, transition, membership.state)
    return membership


def finish(
    transition: str, membership: Membership, *, on: dt.date, by: Actor, now: dt.datetime, reason: str = "",
    **changes: Any,
) -> Membership:  # fmt: skip
    """Write the new state, the dated step, the change of totals and the audit; the only place it is set."""
    before = membership.state
    membership.state = MEMBERSHIP.target(transition, before)
    changes["changed_at"] = now
    if membership.state == State.ENDED:
        changes.setdefault("ended_on", on)
    for name, value in changes.items():
        setattr(membership, name, value)
    membership.save(update_fields=["state", *changes])
    write_step(transition, membership, before=before, on=on, by=by, now=now, reason=reason)
    count_change(membership, membership.worker, before, membership.state, now)
    if membership.state == State.ENDED and transition != "release":
        _drop_what_waits(membership, by=by, now=now)
    facts = {"from": before, "to": membership.state}
    record(
        MEMBERSHIP.transition(transition).audit, obj=membership, by=by, now=now, tenant=membership.tenant,
        data=facts,
    )  # fmt: skip
    return membership


def _drop_what_waits(membership: Membership, *, by: Actor, now: dt.datetime) -> None:
    """Take back what no longer has an object: a transfer that runs, a reminder without an answer."""
    membership.reminders.filter(state=ReminderState.SENT).update(state=ReminderState.DROPPED)
    cancel_transfers(Transfer.objects.filter(membership=membership), by=by, now=now)


def cancel_transfers(rows: QuerySet[Transfer], *, by: Actor, now: dt.datetime) -> None:
    """Take back the transfers among these that still run; memberships are locked before transfers."""
    running = rows.filter(state__in=("asked", "objected")).order_by("id")
    for transfer in running.select_for_update(of=("self",)):
        transfer.state = TRANSFER.target("cancel_transfer", transfer.state)
        transfer.decided_at = now
        transfer.save(update_fields=["state", "decided_at"])
        facts = {"from": transfer.from_body_id, "to": transfer.to_body_id}
        label = TRANSFER.transition("cancel_transfer").audit
        record(label, obj=transfer, by=by, now=now, tenant=transfer.tenant, data=facts)


def write_step(
    step: str, membership: Membership, *, before: str, on: dt.date, by: Actor, now: dt.datetime, reason: str
) -> MembershipStep:
    """Write one dated step; steps are only ever added."""
    return MembershipStep.objects.create(
        tenant=membership.tenant, membership=membership, step=step, before=before, after=membership.state,
        counts_on=on, reason=reason, written_at=now, written_by=by if getattr(by, "pk", None) else None,
    )  # fmt: skip


# Figures --------------------------------------------------------------------------------------


def counts(worker: Worker, state: str) -> dict[str, int]:
    """Return what a full membership in this state adds to the totals of its body."""
    is_member = state in (State.ACTIVE, State.HELD)
    return {
        "members": int(is_member),
        "women": int(is_member and worker.sex == 2),
        "migrants": int(is_member and worker.is_migrant),
        "platform": int(is_member and worker.trade != Trade.NONE),
        "retained": int(state == State.RETAINED),
    }


def note_changes(changes: Mapping[tuple[int, int], Mapping[str, int]], now: dt.datetime) -> None:
    """Note how totals change, by tenant and body; figures that stay are left out."""
    for (tenant, body), figures in sorted(changes.items()):
        if told := {name: figure for name, figure in figures.items() if figure}:
            TotalsDelta.objects.create(tenant=tenant, body_id=body, at=now, **told)


def count_change(membership: Membership, worker: Worker, before: str, after: str, now: dt.datetime) -> None:
    """Note how a step changes the totals of the body, if the membership is in them."""
    if not membership.is_counted:
        return
    old, new = counts(worker, before), counts(worker, after)
    note_changes(
        {(membership.tenant, membership.body_id): {name: new[name] - old[name] for name in new}}, now
    )


# Days and reasons -----------------------------------------------------------------------------


def check_day(on: dt.date, membership: Membership, now: dt.datetime) -> None:
    """Refuse a day in the future or before the last step: history is told in order. ``BadDay``."""
    last = membership.steps.order_by("-counts_on").values_list("counts_on", flat=True).first()
    if on > local_date(now) or on < membership.joined_on or (last is not None and on < last):
        raise BadDay


def check_reason(reason: str) -> str:
    """Return the reason, or raise ``ReasonMissing``."""
    tidy = reason.strip()
    if not tidy:
        raise ReasonMissing
    return tidy


def body_named(body_id: int) -> UnionBody:
    """Return an active body; raise ``NotFound``."""
    return load_locked(UnionBody.objects.active(), pk=body_id)
