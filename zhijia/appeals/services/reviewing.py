"""Review (复查) and final review (复核) by bodies above (Petition Work Regulations art. 35, 36)."""

import datetime as dt

from django.db import transaction

from zhijia.appeals import messages
from zhijia.appeals.enums import ReviewDecision, ReviewKind, State
from zhijia.appeals.errors import NobodyAbove, ReviewTooLate
from zhijia.appeals.models import Appeal, Review
from zhijia.appeals.services.answering import next_round
from zhijia.appeals.services.base import begin, finish
from zhijia.appeals.services.deciding import needed
from zhijia.appeals.windows import review_until
from zhijia.core.actors import Actor, actor_id
from zhijia.core.clock import local_date
from zhijia.core.errors import BadInput
from zhijia.regulations.calendar import due_at
from zhijia.regulations.selectors import period
from zhijia.unions import selectors as unions
from zhijia.unions.models import UnionBody


@transaction.atomic
def ask_review(*, appeal_id: int, reason: str, by: Actor, now: dt.datetime) -> Review:
    """The worker asks the body above for a review, within 30 days of the answer or refusal."""
    appeal = begin("ask_review", appeal_id=appeal_id, by=by, now=now)
    _check_in_time(ReviewKind.REVIEW, None, appeal, now)
    return _open("ask_review", appeal, ReviewKind.REVIEW, appeal.handling_body, reason, by, now)


@transaction.atomic
def ask_re_review(*, appeal_id: int, reason: str, by: Actor, now: dt.datetime) -> Review:
    """The worker asks the body above the reviewing one for the last time, within 30 days."""
    appeal = begin("ask_re_review", appeal_id=appeal_id, by=by, now=now)
    last = appeal.reviews.filter(tenant=appeal.tenant).order_by("-asked_at")[0]
    _check_in_time(ReviewKind.RE_REVIEW, last.decided_at, appeal, now)
    return _open("ask_re_review", appeal, ReviewKind.RE_REVIEW, last.body, reason, by, now)


def _check_in_time(
    kind: ReviewKind, decided_at: dt.datetime | None, appeal: Appeal, now: dt.datetime
) -> None:
    until = review_until(appeal, kind, decided_at, now)
    if now > until:
        raise ReviewTooLate(until=local_date(until).isoformat())


def _open(
    step: str, appeal: Appeal, kind: str, below: UnionBody, reason: str, by: Actor, now: dt.datetime
) -> Review:
    body = reviewing_body(below, appeal)
    named = "appeal.review_decision" if kind == ReviewKind.REVIEW else "appeal.re_review_decision"
    due = due_at(now, period(named, appeal.place, local_date(now)), place=appeal.place)
    review = Review.objects.create(
        tenant=appeal.tenant, appeal=appeal, kind=kind, round=appeal.round, body=body,
        reason=needed(reason), asked_at=now, due_at=due.at,
    )  # fmt: skip
    finish(step, appeal, by=by, now=now, data={"body": body.pk})
    messages.tell_body(
        body, "appeal.review_asked", now, appeal=appeal, tenant=appeal.tenant, roles=messages.ABOVE_ROLES
    )
    return review


def reviewing_body(below: UnionBody, appeal: Appeal) -> UnionBody:
    """Return the nearest active body above that has no tie to the employer; raise ``NobodyAbove``."""
    free = unions.without_ties(unions.ancestors(below), appeal.employer_id)
    for body in free:
        if body.is_active:
            return body
    raise NobodyAbove


@transaction.atomic
def decide_review(*, appeal_id: int, decision: str, text: str, by: Actor, now: dt.datetime) -> Appeal:
    """Let the answer stand, or send the matter back to be handled again by somebody else."""
    return _decide("decide_review", State.REVIEWED, appeal_id, decision, text, by, now)


@transaction.atomic
def decide_re_review(*, appeal_id: int, decision: str, text: str, by: Actor, now: dt.datetime) -> Appeal:
    """Decide for the last time within the union."""
    return _decide("decide_re_review", State.RE_REVIEWED, appeal_id, decision, text, by, now)


def _decide(
    step: str, upheld: State, appeal_id: int, decision: str, text: str, by: Actor, now: dt.datetime
) -> Appeal:
    appeal = begin(step, appeal_id=appeal_id, by=by, now=now)
    if decision not in ReviewDecision.values:
        raise BadInput
    review = appeal.reviews.get(tenant=appeal.tenant, decided_at=None)
    review.decision, review.text = decision, needed(text)
    review.decided_by, review.decided_at = actor_id(by), now
    review.save(update_fields=["decision", "text", "decided_by", "decided_at"])
    facts = {"decision": decision}
    if decision == ReviewDecision.OVERTURNED:
        finish(step, appeal, by=by, now=now, to=State.ACCEPTED, data=facts, **next_round(appeal, now))
        messages.tell_desk(appeal, "appeal.reopened", now)
    else:
        finish(step, appeal, by=by, now=now, to=upheld, data=facts, closed_at=now)
    messages.tell_worker(appeal, "appeal.review_decided", now)
    return appeal
