"""Taking a matter away from whoever must not have it: found out late, put right by the platform."""

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress

from django.db import transaction

from zhijia.appeals import messages
from zhijia.appeals.deadlines import current_dues
from zhijia.appeals.enums import RoutingKind
from zhijia.appeals.errors import NobodyAbove
from zhijia.appeals.models import Appeal, RoutingStep
from zhijia.appeals.services.base import begin, finish, for_each
from zhijia.appeals.services.handling import end_assignment, end_hold
from zhijia.appeals.services.sealing import give_to_body
from zhijia.appeals.workflow import OPEN
from zhijia.core.actors import SYSTEM, Actor, actor_id
from zhijia.core.clock import local_date
from zhijia.unions import selectors as unions
from zhijia.unions.models import UnionBody
from zhijia.unions.row_security import as_system
from zhijia.vault.errors import KeyLocked, KeyNotGiven


def is_misplaced(appeal: Appeal, now: dt.datetime) -> bool:
    """Say whether body or handler is tied to the employer the matter is about."""
    if unions.is_tied(appeal.handling_body, appeal.employer_id):
        return True
    return appeal.handler is not None and unions.is_barred(
        appeal.handler, appeal.employer_id, local_date(now)
    )


@as_system()
@transaction.atomic
def clear_conflict(*, appeal_id: int, by: Actor, now: dt.datetime, opener: Actor = SYSTEM) -> Appeal | None:
    """Send a misplaced matter clear of the employer, without a handler; None when it is well placed.

    The body stays where only the handler was tied; else the nearest free body above gets it. The
    clocks run on from the hand-in, less the time they stood. ``opener`` has the key of the texts; where
    he has none, whoever opens them first at the new body takes it along. Raises ``NobodyAbove`` in a
    tree that has nobody free.
    """
    appeal = begin("clear_conflict", appeal_id=appeal_id, by=by, now=now)
    if not is_misplaced(appeal, now):
        return None
    body = _free_body(appeal)
    moved = body.pk != appeal.handling_body_id
    if moved:
        RoutingStep.objects.create(
            tenant=appeal.tenant, appeal=appeal, kind=RoutingKind.ROUTED, from_body=appeal.handling_body,
            to_body=body, moved_by=actor_id(by), moved_at=now,
        )  # fmt: skip
        with suppress(KeyLocked, KeyNotGiven):
            give_to_body(appeal, body, by=opener, now=now)
    end_assignment(appeal, reason="", now=now)
    end_hold(appeal, now)
    appeal.handling_body, appeal.accepted_at = body, None
    due = current_dues(appeal, now)
    finish(
        "clear_conflict", appeal, by=by, now=now, data={"to_body": body.pk}, handling_body=body, handler=None,
        accepted_at=None, first_due_at=due.first.at, final_due_at=due.final.at,
        due_is_provisional=due.is_provisional,
    )  # fmt: skip
    messages.tell_desk(appeal, "appeal.submitted", now)
    if moved:
        messages.tell_worker(appeal, "appeal.routed", now)
    return appeal


def _free_body(appeal: Appeal) -> UnionBody:
    here = appeal.handling_body
    line = unions.without_ties((here, *unions.ancestors(here)), appeal.employer_id)
    free = next((b for b in line if b.pk == here.pk or (b.is_active and b.accepts_appeals)), None)
    if free is None or free.tenant != appeal.tenant:
        raise NobodyAbove
    return free


def clear_conflicts(now: dt.datetime) -> int:
    """Timer: take away what became misplaced by a new post, declaration or merge; return how many."""
    return for_each(_misplaced(now), lambda pk: clear_conflict(appeal_id=pk, by=SYSTEM, now=now))


def _misplaced(now: dt.datetime) -> Iterator[int]:
    """Yield the open matters whose body or handler is tied to their employer."""
    rows = Appeal.objects.filter(todo=1, state__in=OPEN, employer__in=unions.employers_with_ties())
    for employer_id in rows.order_by().values_list("employer", flat=True).distinct():
        here = rows.filter(employer=employer_id).select_related("handling_body", "handler")
        bodies = {a.handling_body_id: a.handling_body for a in here}
        free = {body.pk for body in unions.without_ties(bodies.values(), employer_id)}
        for appeal in here:
            barred = appeal.handler and unions.is_barred(appeal.handler, employer_id, local_date(now))
            if barred or appeal.handling_body_id not in free:
                yield appeal.pk
