"""From above: supervision by a person, escalation by the clock."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from zhijia.appeals import messages
from zhijia.appeals.enums import Clock
from zhijia.appeals.models import Appeal, Escalation, Supervision
from zhijia.appeals.services.base import begin, finish, for_each
from zhijia.appeals.services.deciding import needed
from zhijia.appeals.workflow import RUNNING
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import local_date
from zhijia.regulations.calendar import due_at
from zhijia.regulations.selectors import period
from zhijia.unions import selectors as unions
from zhijia.unions.models import UnionBody

BATCH = 500


@transaction.atomic
def supervise_appeal(*, appeal_id: int, demand: str, by: Actor, now: dt.datetime) -> Supervision:
    """Urge the body that handles (督办): the demand stands on the matter and handler and desk are told."""
    appeal = begin("supervise_appeal", appeal_id=appeal_id, by=by, now=now)
    held = [p.body for p in unions.posts_of(by, local_date(now)) if appeal.handling_body.is_under(p.body)]
    body = unions.without_ties(held, appeal.employer_id)[0]  # who may see it holds no tied post
    made = Supervision.objects.create(
        tenant=appeal.tenant,
        appeal=appeal,
        body=body,
        demand=needed(demand),
        supervised_by=by,
        supervised_at=now,
    )
    finish("supervise_appeal", appeal, by=by, now=now, to=appeal.state, supervised_at=now)
    messages.tell_handler(appeal, "appeal.supervised", now)
    messages.tell_desk(appeal, "appeal.supervised", now)
    return made


def overdue_clock(appeal: Appeal, now: dt.datetime) -> Clock | None:
    """Return which clock has run out, the final one first; None if neither."""
    if appeal.final_due_at < now:
        return Clock.FINAL
    if appeal.first_responded_at is None and appeal.first_due_at < now:
        return Clock.FIRST
    return None


@transaction.atomic
def escalate_appeal(*, appeal_id: int, by: Actor, now: dt.datetime) -> Escalation | None:
    """Tell the body above that a clock ran out, one level further each time; None if nothing is due.

    The worker is told too. At the top of the tree the same body is reminded again and again. Safe
    to repeat: one row for each clock and level.
    """
    appeal = begin("escalate_appeal", appeal_id=appeal_id, by=by, now=now)
    clock = overdue_clock(appeal, now)
    if clock is None:
        return None
    done = Escalation.objects.filter(tenant=appeal.tenant, appeal=appeal, round=appeal.round, clock=clock)
    last = done.order_by("-level").first()
    if last is not None and last.next_at > now:
        return None
    here = last.to_body if last else appeal.handling_body
    above = _next_up(appeal, here) or here
    step = period("appeal.escalation_step", appeal.place, local_date(now))
    made = Escalation.objects.create(
        tenant=appeal.tenant, appeal=appeal, round=appeal.round, clock=clock,
        level=last.level + 1 if last else 1, to_body=above, escalated_at=now,
        due_at=appeal.final_due_at if clock == Clock.FINAL else appeal.first_due_at,
        next_at=due_at(now, step, place=appeal.place).at,
    )  # fmt: skip
    facts = {"clock": clock, "level": made.level, "body": above.pk}
    finish("escalate_appeal", appeal, by=by, now=now, to=appeal.state, data=facts, escalated_at=now)
    if above.pk != here.pk:
        messages.tell_worker(appeal, "appeal.escalated", now)
    messages.tell_handler(appeal, "appeal.escalated", now)
    messages.tell_body(
        above, "appeal.escalated_to_you", now, appeal=appeal, tenant=appeal.tenant, roles=messages.ABOVE_ROLES
    )
    return made


def _next_up(appeal: Appeal, here: UnionBody) -> UnionBody | None:
    """Return the next body above that is free of the employer, or None at the top."""
    free = unions.without_ties(unions.ancestors(here), appeal.employer_id)
    return next((body for body in free if body.is_active), None)


def escalate_overdue(now: dt.datetime) -> int:
    """Timer: escalate what is late and not yet told about; return how many went up."""
    told = Escalation.objects.filter(appeal=OuterRef("pk"), round=OuterRef("round"), next_at__gt=now)
    final = Q(final_due_at__lt=now) & ~Exists(told.filter(clock=Clock.FINAL))
    first = Q(first_due_at__lt=now, first_responded_at=None, final_due_at__gte=now)
    rows = Appeal.objects.filter(
        final | (first & ~Exists(told.filter(clock=Clock.FIRST))), todo=1, state__in=RUNNING, is_history=False
    )
    ids = rows.order_by("final_due_at").values_list("pk", flat=True)[:BATCH]
    return for_each(ids, lambda pk: escalate_appeal(appeal_id=pk, by=SYSTEM, now=now))
