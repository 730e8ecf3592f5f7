"""Work on an accepted appeal: who has it, questions to the worker, holds, more time."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from zhijia.appeals import messages
from zhijia.appeals.deadlines import current_dues
from zhijia.appeals.enums import HoldReason, State
from zhijia.appeals.errors import (
    ExtendedBefore,
    ExtensionTooLong,
    HandlerUnfit,
    NoExtensionAsked,
    OwnRequest,
    SameHandler,
    TakenByAnother,
    TooManyAtOnce,
)
from zhijia.appeals.models import Appeal, Assignment, Extension, Hold, Talk
from zhijia.appeals.models.appeal import writers_among
from zhijia.appeals.permissions import ask
from zhijia.appeals.services.base import begin, doer, finish, for_each, load, not_before
from zhijia.appeals.workflow import TABLE
from zhijia.core.actors import SYSTEM, Actor, actor_id
from zhijia.core.clock import local_date
from zhijia.core.errors import BadInput, DomainError
from zhijia.core.services import check_state, require
from zhijia.core.text import tidy
from zhijia.regulations.selectors import period, value
from zhijia.unions import selectors as unions
from zhijia.unions.enums import Role

BULK_LIMIT = 200
HANDLER_ROLES = (Role.HANDLER, Role.DISPATCHER, Role.CHAIR)


@transaction.atomic
def assign_appeal(*, appeal_id: int, handler_id: int, by: Actor, now: dt.datetime) -> Appeal:
    """Give an accepted appeal to a handler of the body. After a bad mark it must be a new one."""
    appeal = begin("assign_appeal", appeal_id=appeal_id, by=by, now=now)
    return _give("assign_appeal", appeal, handler_id, "", by, now)


@transaction.atomic
def hand_over_appeal(*, appeal_id: int, handler_id: int, reason: str, by: Actor, now: dt.datetime) -> Appeal:
    """Give an appeal in hand to another handler, with the reason kept in the history."""
    appeal = begin("hand_over_appeal", appeal_id=appeal_id, by=by, now=now)
    if appeal.handler_id == handler_id:
        raise HandlerUnfit
    end_hold(appeal, now)
    return _give("hand_over_appeal", appeal, handler_id, reason, by, now)


def assign_many(
    *, appeal_ids: Iterable[int], handler_id: int, by: Actor, now: dt.datetime
) -> tuple[list[Appeal], list[tuple[int, DomainError]]]:
    """Assign several; return those done and, for each not done, its id and the reason.

    Each is its own transaction: one that fails does not undo the others.
    """
    ids = list(dict.fromkeys(appeal_ids))
    if len(ids) > BULK_LIMIT:
        raise TooManyAtOnce(limit=BULK_LIMIT)
    done, failed = [], []
    for appeal_id in ids:
        try:
            done.append(assign_appeal(appeal_id=appeal_id, handler_id=handler_id, by=by, now=now))
        except DomainError as error:
            failed.append((appeal_id, error))
    return done, failed


def handlers_for(appeal: Appeal, now: dt.datetime) -> list:
    """Return who may be given this appeal: posts in its body, no conflict, not used up.

    Where a small body has nobody left for a second round, the nearest body above lends somebody.
    """
    on = local_date(now)
    used = _former_handlers(appeal) if appeal.round > 1 else set()
    for body in (appeal.handling_body, *unions.ancestors(appeal.handling_body)):
        people = unions.holders(body, HANDLER_ROLES, on)
        writers = writers_among(appeal, people)
        free = [p for p in people if p.pk not in used and _is_free(p, appeal, on, writers)]
        if free or appeal.round == 1:
            return free
    return []


def _is_free(user: Any, appeal: Appeal, on: dt.date, writers: set[int]) -> bool:
    return user.pk not in writers and appeal.employer_id not in unions.conflicted_employer_ids(user, on)


def _former_handlers(appeal: Appeal) -> set[int]:
    rows = Assignment.objects.filter(tenant=appeal.tenant, appeal=appeal, round__lt=appeal.round)
    return set(rows.values_list("handler_id", flat=True))


def _give(step: str, appeal: Appeal, handler_id: int, reason: str, by: Actor, now: dt.datetime) -> Appeal:
    handler = get_user_model().objects.filter(pk=handler_id, is_active=True, is_officer=True).first()
    if handler is None:
        raise HandlerUnfit
    check_handler(handler, appeal, now)
    end_assignment(appeal, reason=reason, now=now)
    Assignment.objects.create(
        tenant=appeal.tenant, appeal=appeal, round=appeal.round, handler=handler,
        assigned_at=now, assigned_by=actor_id(by),
    )  # fmt: skip
    finish(step, appeal, by=by, now=now, data={"handler": handler_id}, handler=handler)
    messages.tell_handler(appeal, "appeal.assigned", now)
    return appeal


def check_handler(handler: Any, appeal: Appeal, now: dt.datetime) -> None:
    """Raise ``HandlerUnfit`` or ``SameHandler`` unless this person may take the appeal."""
    on = local_date(now)
    if not _is_free(handler, appeal, on, writers_among(appeal, [handler])):
        raise HandlerUnfit
    posts = unions.posts_of(handler, on)
    if not any(p.role in HANDLER_ROLES and appeal.handling_body.is_under(p.body) for p in posts):
        raise HandlerUnfit
    if appeal.round > 1 and handler.pk in _former_handlers(appeal):
        raise SameHandler


def end_assignment(appeal: Appeal, *, reason: str, now: dt.datetime) -> None:
    """Close the open assignment, if there is one."""
    open_one = appeal.assignments.filter(tenant=appeal.tenant, ended_at=None).first()
    if open_one is not None:
        open_one.ended_at, open_one.end_reason = max(now, open_one.assigned_at), tidy(reason)[:500]
        open_one.save(update_fields=["ended_at", "end_reason"])


@transaction.atomic
def sign_for_appeal(*, appeal_id: int, by: Actor, now: dt.datetime) -> Appeal:
    """Sign for an appeal (接单): the one assigned to me, or the next one of my body's pool.

    Two officers taking one: the first has it, the second gets ``TakenByAnother``.
    """
    appeal = _load_to_take(appeal_id, by, now)
    open_one = Assignment.objects.filter(tenant=appeal.tenant, appeal=appeal, ended_at=None).first()
    if open_one is None:
        check_handler(by, appeal, now)
        open_one = Assignment.objects.create(
            tenant=appeal.tenant, appeal=appeal, round=appeal.round, handler=by,
            assigned_at=now, assigned_by=actor_id(by),
        )  # fmt: skip
    open_one.signed_at = now
    open_one.save(update_fields=["signed_at"])
    finish("sign_for_appeal", appeal, by=by, now=now, handler=by)
    messages.tell_worker(appeal, "appeal.handling", now)
    return appeal


def _load_to_take(appeal_id: int, by: Actor, now: dt.datetime) -> Appeal:
    # The pool row vanishes from the second officer's view once taken, so look without the filter.
    appeal = load(appeal_id=appeal_id, by=SYSTEM, now=now)
    require(by, TABLE.transition("sign_for_appeal").permission, ask(appeal, now))
    if appeal.handler_id not in (None, by.pk):
        raise TakenByAnother
    check_state(TABLE, "sign_for_appeal", appeal.state)
    return appeal


@transaction.atomic
def ask_worker(*, appeal_id: int, question: str, by: Actor, now: dt.datetime) -> Appeal:
    """Ask the worker for something; the clock stands until he answers, and he sees why."""
    appeal = begin("ask_worker", appeal_id=appeal_id, by=by, now=now)
    text = tidy(question)
    if not text:
        raise BadInput
    Talk.objects.create(
        tenant=appeal.tenant, appeal=appeal, is_from_worker=False, author=actor_id(by), text=text, said_at=now
    )
    start_hold(appeal, HoldReason.WAITING, text, now)
    finish("ask_worker", appeal, by=by, now=now)
    messages.tell_worker(appeal, "appeal.asked", now)
    return appeal


@transaction.atomic
def answer_question(*, appeal_id: int, text: str, by: Actor, now: dt.datetime) -> Appeal:
    """The worker answers; the clock runs again and the due date moves by the time it stood."""
    appeal = begin("answer_question", appeal_id=appeal_id, by=by, now=now)
    kept = tidy(text)
    if not kept:
        raise BadInput
    Talk.objects.create(
        tenant=appeal.tenant, appeal=appeal, is_from_worker=True, author=actor_id(doer(by, appeal, now)),
        text=kept, said_at=now,
    )  # fmt: skip
    _resume("answer_question", appeal, State.HANDLING, by, now)
    messages.tell_handler(appeal, "appeal.worker_answered", now)
    return appeal


@transaction.atomic
def resume_handling(*, appeal_id: int, by: Actor, now: dt.datetime) -> Appeal:
    """Go on although the worker has not answered."""
    appeal = begin("resume_handling", appeal_id=appeal_id, by=by, now=now)
    _resume("resume_handling", appeal, State.HANDLING, by, now)
    messages.tell_worker(appeal, "appeal.handling", now)
    return appeal


@transaction.atomic
def suspend_appeal(*, appeal_id: int, reason: str, explanation: str, by: Actor, now: dt.datetime) -> Appeal:
    """Stop the clock while arbitration, a court or a petition body has the matter."""
    appeal = begin("suspend_appeal", appeal_id=appeal_id, by=by, now=now)
    text = tidy(explanation)
    if not text or reason not in HoldReason.values or reason == HoldReason.WAITING:
        raise BadInput
    start_hold(appeal, reason, text, now)
    finish("suspend_appeal", appeal, by=by, now=now, data={"reason": reason}, notice=text)
    messages.tell_worker(appeal, "appeal.suspended", now)
    return appeal


@transaction.atomic
def lift_suspension(*, appeal_id: int, by: Actor, now: dt.datetime) -> Appeal:
    """Go on after the other procedure ended."""
    appeal = begin("lift_suspension", appeal_id=appeal_id, by=by, now=now)
    target = State.HANDLING if appeal.handler_id else State.ACCEPTED
    _resume("lift_suspension", appeal, target, by, now)
    messages.tell_worker(appeal, "appeal.handling", now)
    return appeal


def start_hold(appeal: Appeal, reason: str, explanation: str, now: dt.datetime) -> Hold:
    """Stop the clock, not before the round whose clock it is began."""
    now = max(now, appeal.round_started_at)
    return Hold.objects.create(
        tenant=appeal.tenant, appeal=appeal, reason=reason, explanation=explanation, started_at=now
    )


def end_hold(appeal: Appeal, now: dt.datetime) -> None:
    """Let the clock run again, if it stands."""
    rows = Hold.objects.filter(tenant=appeal.tenant, appeal=appeal, ended_at=None)
    rows.update(ended_at=not_before(now, "started_at"))


def _resume(step: str, appeal: Appeal, target: State, by: Actor, now: dt.datetime) -> None:
    end_hold(appeal, now)
    final = current_dues(appeal, now).final
    finish(
        step, appeal, by=by, now=now, to=target, final_due_at=final.at, due_is_provisional=final.provisional
    )


@transaction.atomic
def ask_extension(*, appeal_id: int, days: int, reason: str, by: Actor, now: dt.datetime) -> Extension:
    """Ask for more time: once a round, 30 days at most (art. 34), decided by somebody else."""
    appeal = begin("ask_extension", appeal_id=appeal_id, by=by, now=now)
    limit = value("appeal.extension", appeal.place, local_date(now))
    if not 1 <= days <= int(limit.value):
        raise ExtensionTooLong(limit=limit.value, article=limit.article)
    text = tidy(reason)
    if not text:
        raise BadInput
    asked = Extension.objects.filter(tenant=appeal.tenant, appeal=appeal, round=appeal.round)
    if asked.exclude(is_approved=False).exists():
        raise ExtendedBefore
    made = Extension.objects.create(
        tenant=appeal.tenant,
        appeal=appeal,
        round=appeal.round,
        days=days,
        reason=text,
        asked_by=by,
        asked_at=now,
    )
    finish("ask_extension", appeal, by=by, now=now, to=appeal.state, data={"days": days})
    messages.tell_desk(appeal, "appeal.extension_asked", now)
    return made


@transaction.atomic
def decide_extension(*, appeal_id: int, approve: bool, by: Actor, now: dt.datetime) -> Extension:
    """Approve or refuse more time; the worker is told why (art. 34)."""
    appeal = begin("decide_extension", appeal_id=appeal_id, by=by, now=now)
    rows = Extension.objects.select_for_update(of=("self",))
    waiting = rows.filter(tenant=appeal.tenant, appeal=appeal, round=appeal.round, is_approved=None).first()
    if waiting is None:
        raise NoExtensionAsked
    if waiting.asked_by_id == by.pk:
        raise OwnRequest
    waiting.is_approved, waiting.decided_by, waiting.decided_at = approve, by, now
    waiting.save(update_fields=["is_approved", "decided_by", "decided_at"])
    changes = {}
    if approve:
        appeal.extended_by_days = waiting.days
        final = current_dues(appeal, now).final
        changes = {
            "extended_by_days": waiting.days,
            "final_due_at": final.at,
            "due_is_provisional": final.provisional,
        }
    finish("decide_extension", appeal, by=by, now=now, to=appeal.state, data={"approved": approve}, **changes)
    due = local_date(appeal.final_due_at).isoformat()
    messages.tell_worker(appeal, "appeal.extended", now, due=due)
    messages.tell_handler(appeal, "appeal.extended", now, due=due)
    return waiting


def end_waiting(now: dt.datetime) -> int:
    """Timer: resume matters whose worker has not answered within the waiting time."""
    days = period("appeal.waiting", "", local_date(now)).amount
    before = now - dt.timedelta(days=days)
    holds = Hold.objects.filter(ended_at=None, reason=HoldReason.WAITING, started_at__lt=before)
    ids = holds.values_list("appeal_id", flat=True)[:500]
    return for_each(ids, lambda pk: resume_handling(appeal_id=pk, by=SYSTEM, now=now))
