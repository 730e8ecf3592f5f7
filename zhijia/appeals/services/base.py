"""How every step of an appeal begins and ends: lock, who, which state; write, audit, tell."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest

from zhijia.appeals.models import Appeal
from zhijia.appeals.permissions import ask, is_author
from zhijia.appeals.workflow import TABLE
from zhijia.audit.services import record
from zhijia.core.actors import Actor, ReceiptHolder, System
from zhijia.core.clock import local_date
from zhijia.core.errors import DomainError, WrongState
from zhijia.core.services import check_state, load_locked, require

log = structlog.get_logger(__name__)


def load(*, appeal_id: int, by: Actor, now: dt.datetime) -> Appeal:
    """Return the appeal, locked; one that the actor may not see is ``NotFound``."""
    rows = Appeal.objects.all()
    if not isinstance(by, System):
        rows = rows.visible_to(by, local_date(now))
    return load_locked(rows.select_related("handling_body", "category"), pk=appeal_id)


def doer(by: Actor, appeal: Appeal, now: dt.datetime) -> Actor:
    """Return as whom a deed is written down: the author as the matter's worker, never by his account.

    Else the rows of the deed, and the audit, would be a table from person to matter.
    """
    return ReceiptHolder(matter=appeal.owner) if is_author(by, ask(appeal, now)) else by


def begin(transition: str, *, appeal_id: int, by: Actor, now: dt.datetime) -> Appeal:
    """Lock the appeal and check who asks, then in which state it is.

    Raises ``NotFound``, ``NotAllowed`` or ``WrongState``, in this order.
    """
    appeal = load(appeal_id=appeal_id, by=by, now=now)
    require(by, TABLE.transition(transition).permission, ask(appeal, now))
    if appeal.erased_at:
        raise WrongState
    check_state(TABLE, transition, appeal.state)
    return appeal


def finish(
    transition: str,
    appeal: Appeal,
    *,
    by: Actor,
    now: dt.datetime,
    to: str | None = None,
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> Appeal:
    """Write the new state with the other ``changes`` and record it; the only place a state is set.

    ``to`` picks the target where the table offers several; a step that does not move gives the
    present state.
    """
    before = appeal.state
    appeal.state = TABLE.target(transition, before, to)
    changes["changed_at"] = now
    for name, value in changes.items():
        setattr(appeal, name, value)
    appeal.save(update_fields=["state", *changes])
    facts = {"from": before, "to": appeal.state, "round": appeal.round} | (data or {})
    record(
        TABLE.transition(transition).audit, obj=appeal, by=doer(by, appeal, now), now=now,
        tenant=appeal.tenant, data=facts,
    )  # fmt: skip
    return appeal


def note_deed(action: str, appeal: Appeal, *, by: Actor, now: dt.datetime, **data: Any) -> None:
    """Record a deed that moves no state, and mark the appeal as changed."""
    appeal.changed_at = now
    appeal.save(update_fields=["changed_at"])
    record(action, obj=appeal, by=doer(by, appeal, now), now=now, tenant=appeal.tenant, data=data)


def responded(appeal: Appeal, now: dt.datetime) -> dict[str, Any]:
    """Return the change that marks the first response, if this is it."""
    return {} if appeal.first_responded_at else {"first_responded_at": now}


def not_before(now: dt.datetime, start: str) -> Greatest:
    """Return ``now``, or what stands in the field ``start`` if the server's clock was set back since."""
    return Greatest(Value(now, output_field=DateTimeField()), F(start))


def for_each(ids: Iterable[int], call: Callable[[int], Any]) -> int:
    """Call a step for each id in its own transaction; return how many did something.

    A matter that moved on meanwhile refuses; it must not keep the timer from the others.
    """
    done = 0
    for pk in list(ids):
        try:
            done += call(pk) is not None
        except DomainError as error:
            log.info("timed_step_refused", appeal=pk, code=error.code)
    return done
