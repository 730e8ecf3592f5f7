"""The answer and the worker's judgement of it. Only the worker closes a case as solved."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max

from zhijia.appeals import messages
from zhijia.appeals.deadlines import dues
from zhijia.appeals.enums import Mark, State
from zhijia.appeals.errors import AlreadyRated, CorrectionMissing, ReopenedBefore, ReopenTooLate
from zhijia.appeals.models import Appeal, Rating
from zhijia.appeals.permissions import ask
from zhijia.appeals.services.base import begin, doer, finish, for_each, load, responded
from zhijia.appeals.services.deciding import write_reply
from zhijia.appeals.services.handling import end_assignment, end_hold
from zhijia.appeals.windows import LAST_ROUND, rating_until, reopen_until
from zhijia.appeals.workflow import TABLE
from zhijia.core.actors import SYSTEM, Actor, actor_id
from zhijia.core.clock import local_date
from zhijia.core.errors import BadInput
from zhijia.core.services import check_state, require
from zhijia.core.text import tidy
from zhijia.regulations.selectors import period


@transaction.atomic
def reply_to_appeal(
    *,
    appeal_id: int,
    text: str,
    opinion: str,
    legal_basis: str = "",
    correction: str = "",
    by: Actor,
    now: dt.datetime,
) -> Appeal:
    """Give the final answer of this round (art. 32). In a later round it must say what is put right."""
    appeal = begin("reply_to_appeal", appeal_id=appeal_id, by=by, now=now)
    if appeal.round > 1 and not tidy(correction):
        raise CorrectionMissing
    write_reply(
        appeal, text=text, opinion=opinion, legal_basis=legal_basis, correction=correction, by=by, now=now
    )
    finish(
        "reply_to_appeal",
        appeal,
        by=by,
        now=now,
        data={"opinion": opinion},
        replied_at=now,
        **responded(appeal, now),
    )
    messages.tell_worker(appeal, "appeal.replied", now, until=rating_until(appeal).isoformat())
    return appeal


@transaction.atomic
def rate_reply(
    *,
    appeal_id: int,
    result: str,
    attitude: str,
    comment: str = "",
    reopen: bool = True,
    by: Actor,
    now: dt.datetime,
) -> Appeal:
    """Judge result and attitude of the answer, apart.

    "Not satisfied" with the result in the first round goes to a second handler at once, unless
    the worker says ``reopen=False``. One rating a round, even when clicked twice.
    """
    if result not in Mark.values or attitude not in Mark.values:
        raise BadInput
    appeal = load(appeal_id=appeal_id, by=by, now=now)
    require(by, "appeals.rate_reply", ask(appeal, now))
    if Rating.objects.filter(tenant=appeal.tenant, appeal=appeal, round=_rated_round(appeal)).exists():
        raise AlreadyRated
    check_state(TABLE, "rate_reply", appeal.state)
    if appeal.state == State.UNCONFIRMED:
        _check_window(appeal, now)
    Rating.objects.create(
        tenant=appeal.tenant, appeal=appeal, round=appeal.round, result=result, attitude=attitude,
        comment=tidy(comment)[:2000], rated_at=now, rated_by=actor_id(doer(by, appeal, now)),
    )  # fmt: skip
    handler, bad = appeal.handler, result == Mark.DISSATISFIED
    facts = {"result": result, "attitude": attitude}
    if bad and reopen and appeal.round < LAST_ROUND:
        finish("rate_reply", appeal, by=by, now=now, to=State.ACCEPTED, data=facts, **next_round(appeal, now))
        messages.tell_desk(appeal, "appeal.reopened", now)
    else:
        target = State.UNSATISFIED if bad else State.CONFIRMED
        finish("rate_reply", appeal, by=by, now=now, to=target, data=facts, closed_at=now)
    messages.tell_officer(handler, appeal, "appeal.rated", now)
    return appeal


def _rated_round(appeal: Appeal) -> int:
    """Return the round of the last answer: what a rating judges, even after a reopening."""
    return appeal.replies.filter(tenant=appeal.tenant).aggregate(last=Max("round"))["last"] or 0


def next_round(appeal: Appeal, now: dt.datetime) -> dict[str, Any]:
    """Return the changes that begin a new round with fresh clocks and no handler."""
    end_assignment(appeal, reason="", now=now)
    due = dues(
        body_id=appeal.handling_body_id, tenant=appeal.tenant, urgency=appeal.urgency,
        place=appeal.place, start=now, accepted_at=now,
    )  # fmt: skip
    return {
        "round": appeal.round + 1,
        "handler": None,
        "round_started_at": now,
        "accepted_at": now,
        "first_responded_at": None,
        "first_due_at": due.first.at,
        "final_due_at": due.final.at,
        "due_is_provisional": due.is_provisional,
        "extended_by_days": 0,
        "closed_at": None,
        "escalated_at": None,
    }


def check_reopen(appeal: Appeal, now: dt.datetime) -> None:
    """Raise ``ReopenedBefore`` or ``ReopenTooLate`` unless the worker may reopen now."""
    if appeal.round >= LAST_ROUND:
        raise ReopenedBefore
    _check_window(appeal, now)


def _check_window(appeal: Appeal, now: dt.datetime) -> None:
    until = reopen_until(appeal)
    if local_date(now) > until:
        raise ReopenTooLate(until=until.isoformat(), number=appeal.number)


@transaction.atomic
def reopen_appeal(*, appeal_id: int, reason: str, by: Actor, now: dt.datetime) -> Appeal:
    """Reopen a closed appeal once, inside the window; it goes to another handler."""
    appeal = begin("reopen_appeal", appeal_id=appeal_id, by=by, now=now)
    check_reopen(appeal, now)
    text = tidy(reason)
    if not text:
        raise BadInput
    appeal.talks.create(
        tenant=appeal.tenant, is_from_worker=True, author=actor_id(doer(by, appeal, now)), text=text,
        said_at=now,
    )  # fmt: skip
    finish("reopen_appeal", appeal, by=by, now=now, **next_round(appeal, now))
    messages.tell_desk(appeal, "appeal.reopened", now)
    return appeal


@transaction.atomic
def close_unrated(*, appeal_id: int, by: Actor, now: dt.datetime) -> Appeal:
    """Close an answer the worker was silent about: "not confirmed", never "satisfied"."""
    appeal = begin("close_unrated", appeal_id=appeal_id, by=by, now=now)
    finish("close_unrated", appeal, by=by, now=now, closed_at=now)
    messages.tell_worker(appeal, "appeal.closed_unconfirmed", now, until=reopen_until(appeal).isoformat())
    return appeal


def close_silent(now: dt.datetime) -> int:
    """Timer: close answers whose judging time is over; return how many."""
    earliest = now - dt.timedelta(days=period("appeal.rating_window", "", local_date(now)).amount)
    rows = Appeal.objects.filter(state=State.REPLIED, replied_at__lt=earliest).order_by("replied_at")[:500]
    due = [a.pk for a in rows if local_date(now) > rating_until(a)]
    return for_each(due, lambda pk: close_unrated(appeal_id=pk, by=SYSTEM, now=now))


@transaction.atomic
def withdraw_appeal(*, appeal_id: int, by: Actor, now: dt.datetime) -> Appeal:
    """The worker takes it back."""
    appeal = begin("withdraw_appeal", appeal_id=appeal_id, by=by, now=now)
    end_assignment(appeal, reason="", now=now)
    end_hold(appeal, now)
    finish("withdraw_appeal", appeal, by=by, now=now, closed_at=now)
    messages.tell_handler(appeal, "appeal.withdrawn", now)
    return appeal
