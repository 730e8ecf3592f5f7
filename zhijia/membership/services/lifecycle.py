"""The life of a membership after it began: retained, resumed, held, left, ended."""

import datetime as dt

from django.db import IntegrityError, transaction

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.services import load_locked
from zhijia.membership import messages
from zhijia.membership.enums import Ending, ReminderState
from zhijia.membership.errors import (
    AlreadyReminded,
    ReminderNeeded,
    SixMonthsNeeded,
    VerdictNeeded,
)
from zhijia.membership.models import Membership, Reminder
from zhijia.membership.services.base import begin, check_day, check_reason, finish, load
from zhijia.regulations.calendar import deadline
from zhijia.regulations.selectors import period, value


@transaction.atomic
def retain(*, membership_id: int, on: dt.date, reason: str, by: Actor, now: dt.datetime) -> Membership:
    """Retain a membership: out of work, or retired. No dues, no vote (Charter art. 8)."""
    return _step("retain", membership_id, on, check_reason(reason), by, now)


@transaction.atomic
def resume(*, membership_id: int, on: dt.date, by: Actor, now: dt.datetime) -> Membership:
    """Let a retained or held membership go on as before."""
    return _step("resume", membership_id, on, "", by, now)


@transaction.atomic
def hold(*, membership_id: int, on: dt.date, reason: str, by: Actor, now: dt.datetime) -> Membership:
    """Let the union above keep it until the new workplace has a union."""
    return _step("hold", membership_id, on, check_reason(reason), by, now)


@transaction.atomic
def withdraw(*, membership_id: int, on: dt.date, reason: str = "", by: Actor, now: dt.datetime) -> Membership:
    """End it at the member's own wish (Charter art. 6); he owes nobody a reason."""
    return _step("withdraw", membership_id, on, reason.strip(), by, now, Ending.WITHDRAWN)


@transaction.atomic
def expel(
    *, membership_id: int, on: dt.date, reason: str, verdict: str, by: Actor, now: dt.datetime
) -> Membership:
    """Expel after a criminal punishment for a serious crime (Charter art. 7).

    ``verdict``: number of the judgment and day of the committee's decision. Raises ``VerdictNeeded``.
    """
    if not verdict.strip():
        raise VerdictNeeded
    text = f"{check_reason(reason)} ({verdict.strip()})"
    return _step("expel", membership_id, on, text, by, now, Ending.EXPELLED)


@transaction.atomic
def record_death(*, membership_id: int, on: dt.date, by: Actor, now: dt.datetime) -> Membership:
    """Write down that a member has died."""
    return _step("record_death", membership_id, on, "", by, now, Ending.DECEASED)


@transaction.atomic
def strike_out(*, membership_id: int, reason: str, by: Actor, now: dt.datetime) -> Membership:
    """End an entry that was made by mistake, with the day on which it began; it stays readable."""
    membership = begin("strike_out", membership_id=membership_id, by=by, now=now)
    last = membership.steps.order_by("-counts_on").values_list("counts_on", flat=True).first()
    on = max(membership.joined_on, last or membership.joined_on)
    return finish(
        "strike_out", membership, on=on, by=by, now=now, reason=check_reason(reason), ending=Ending.MISTAKE
    )


def _step(
    step: str, membership_id: int, on: dt.date, reason: str, by: Actor, now: dt.datetime, ending: str = ""
) -> Membership:
    membership = begin(step, membership_id=membership_id, by=by, now=now)
    check_day(on, membership, now)
    changes = {"ending": ending} if ending else {}
    finish(step, membership, on=on, by=by, now=now, reason=reason, **changes)
    messages.tell_member(step, membership, by=by, now=now)
    return membership


# Deemed to have left --------------------------------------------------------------------------


@transaction.atomic
def remind(*, membership_id: int, by: Actor, now: dt.datetime) -> Reminder:
    """Ask a member whether he stays; raise ``AlreadyReminded``."""
    membership = begin("deem_withdrawn", membership_id=membership_id, by=by, now=now)
    due = deadline(local_date(now), period("membership.reminder", membership.body.place, local_date(now)))
    reminder = Reminder(
        tenant=membership.tenant, membership=membership, sent_at=now, due_on=due.on,
        sent_by=by if getattr(by, "pk", None) else None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            reminder.save(force_insert=True)
    except IntegrityError:
        raise AlreadyReminded from None
    record("membership.reminded", obj=membership, by=by, now=now, tenant=membership.tenant)
    messages.tell_member("remind", membership, by=by, now=now, due_on=due.on.isoformat())
    return reminder


@transaction.atomic
def answer_reminder(
    *, reminder_id: int, stays: bool, answer: str = "", by: Actor, now: dt.datetime
) -> Reminder:
    """Write down what the member said: he stays, or he refuses. By himself, or by who keeps the roll."""
    reminder = load_locked(Reminder.objects.select_related("membership"), pk=reminder_id)
    membership = load(membership_id=reminder.membership_id, by=by, now=now)
    begin("withdraw", membership_id=membership.pk, by=by, now=now)
    if reminder.state != ReminderState.SENT:
        raise AlreadyReminded
    reminder.state = ReminderState.ANSWERED if stays else ReminderState.REFUSED
    reminder.answer, reminder.answered_at = answer.strip()[:500], now
    reminder.save(update_fields=["state", "answer", "answered_at"])
    record(
        "membership.reminder_answered", obj=membership, by=by, now=now, tenant=membership.tenant,
        data={"stays": stays},
    )  # fmt: skip
    return reminder


@transaction.atomic
def deem_withdrawn(
    *, membership_id: int, months: int, on: dt.date, reason: str, by: Actor, now: dt.datetime
) -> Membership:
    """End it as Charter art. 6 allows: months without dues and taking part, a reminder, and a refusal.

    Never by itself: a person decides, and only after a recorded refusal. Raises ``SixMonthsNeeded``,
    ``ReminderNeeded``.
    """
    membership = begin("deem_withdrawn", membership_id=membership_id, by=by, now=now)
    if months < value("membership.inactive_months", membership.body.place, local_date(now)).value:
        raise SixMonthsNeeded
    refusal = membership.reminders.order_by("-sent_at", "-id").first()
    if refusal is None or refusal.state != ReminderState.REFUSED:
        raise ReminderNeeded
    refusal.state = ReminderState.USED
    refusal.save(update_fields=["state"])
    check_day(on, membership, now)
    finish(
        "deem_withdrawn", membership, on=on, by=by, now=now, reason=check_reason(reason), ending=Ending.DEEMED
    )
    messages.tell_member("deem_withdrawn", membership, by=by, now=now)
    return membership
