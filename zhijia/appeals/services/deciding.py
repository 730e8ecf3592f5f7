"""The first decision on an appeal: take it, refuse it, pass it on, send it to the right body."""

import datetime as dt

from django.db import transaction

from zhijia.appeals import messages
from zhijia.appeals.deadlines import current_dues, dues
from zhijia.appeals.enums import Opinion, RefusalGround, RoutingKind
from zhijia.appeals.errors import BodyUnfit, NobodyAbove, RoutingObjectionTooLate
from zhijia.appeals.models import Appeal, Assignment, Reply, RoutingStep
from zhijia.appeals.services.base import begin, finish, responded
from zhijia.appeals.services.handling import end_assignment
from zhijia.appeals.services.sealing import give_to_body
from zhijia.appeals.windows import rating_until
from zhijia.core.actors import Actor, actor_id
from zhijia.core.clock import local_date
from zhijia.core.errors import BadInput
from zhijia.core.text import tidy
from zhijia.regulations.calendar import due_at
from zhijia.regulations.selectors import period
from zhijia.unions import selectors as unions
from zhijia.unions.models import UnionBody


@transaction.atomic
def accept_appeal(*, appeal_id: int, by: Actor, now: dt.datetime) -> Appeal:
    """Take an appeal on. From now the law's 60 days run (Petition Work Regulations art. 34)."""
    appeal = begin("accept_appeal", appeal_id=appeal_id, by=by, now=now)
    appeal.accepted_at = now
    final = current_dues(appeal, now).final
    finish(
        "accept_appeal", appeal, by=by, now=now, accepted_at=now, final_due_at=final.at,
        due_is_provisional=final.provisional, **responded(appeal, now),
    )  # fmt: skip
    messages.tell_worker(appeal, "appeal.accepted", now, due=local_date(final.at).isoformat())
    return appeal


@transaction.atomic
def refuse_appeal(*, appeal_id: int, ground: str, notice: str, by: Actor, now: dt.datetime) -> Appeal:
    """Refuse on one of the four lawful grounds, and say where to go instead."""
    appeal = begin("refuse_appeal", appeal_id=appeal_id, by=by, now=now)
    if ground not in RefusalGround.values:
        raise BadInput
    finish(
        "refuse_appeal", appeal, by=by, now=now, data={"ground": ground}, refusal_ground=ground,
        refused_by=actor_id(by), notice=needed(notice), closed_at=now, **responded(appeal, now),
    )  # fmt: skip
    messages.tell_worker(appeal, "appeal.refused", now)
    return appeal


@transaction.atomic
def refer_appeal(*, appeal_id: int, notice: str, by: Actor, now: dt.datetime) -> Appeal:
    """Pass an appeal on to an authority outside the unions and tell the person to whom."""
    appeal = begin("refer_appeal", appeal_id=appeal_id, by=by, now=now)
    finish(
        "refer_appeal", appeal, by=by, now=now, notice=needed(notice), closed_at=now, **responded(appeal, now)
    )
    messages.tell_worker(appeal, "appeal.referred", now)
    return appeal


@transaction.atomic
def answer_on_the_spot(
    *, appeal_id: int, text: str, opinion: str, legal_basis: str = "", by: Actor, now: dt.datetime
) -> Appeal:
    """Answer at once, without assigning: a question that can be settled on the phone."""
    appeal = begin("answer_on_the_spot", appeal_id=appeal_id, by=by, now=now)
    Assignment.objects.create(
        tenant=appeal.tenant, appeal=appeal, round=appeal.round, handler=by,
        assigned_at=now, assigned_by=actor_id(by), signed_at=now,
    )  # fmt: skip
    write_reply(appeal, text=text, opinion=opinion, legal_basis=legal_basis, correction="", by=by, now=now)
    finish(
        "answer_on_the_spot", appeal, by=by, now=now, handler=by, accepted_at=now, replied_at=now,
        **responded(appeal, now),
    )  # fmt: skip
    messages.tell_worker(appeal, "appeal.replied", now, until=rating_until(appeal).isoformat())
    return appeal


@transaction.atomic
def route_appeal(*, appeal_id: int, body_id: int, reason: str, by: Actor, now: dt.datetime) -> Appeal:
    """Send an appeal to the body that is responsible; never to one that belongs to the employer.

    The clocks go on as they run: the worker does not wait longer because we sorted late. The key of the
    texts goes along: raises ``KeyLocked`` or ``KeyNotGiven`` when ``by`` has none.
    """
    appeal = begin("route_appeal", appeal_id=appeal_id, by=by, now=now)
    body = UnionBody.objects.filter(pk=body_id, tenant=appeal.tenant).first()
    if body is None or body.pk == appeal.handling_body_id or not is_fit(body, appeal):
        raise BodyUnfit
    return _move("route_appeal", appeal, body, RoutingKind.ROUTED, reason, by, now)


@transaction.atomic
def object_to_routing(*, appeal_id: int, reason: str, by: Actor, now: dt.datetime) -> Appeal:
    """Send a wrongly routed appeal up, with reasons, within 5 working days (art. 23)."""
    appeal = begin("object_to_routing", appeal_id=appeal_id, by=by, now=now)
    last = appeal.routingsteps.filter(tenant=appeal.tenant).order_by("-moved_at").first()
    arrived = last.moved_at if last else appeal.received_at
    limit = due_at(
        arrived, period("appeal.routing_objection", appeal.place, local_date(now)), place=appeal.place
    )
    if now > limit.at:
        raise RoutingObjectionTooLate(until=local_date(limit.at).isoformat())
    free = unions.without_ties(unions.ancestors(appeal.handling_body), appeal.employer_id)
    above = next((body for body in free if body.is_active and body.accepts_appeals), None)
    if above is None or above.tenant != appeal.tenant:
        raise NobodyAbove
    return _move("object_to_routing", appeal, above, RoutingKind.OBJECTED, needed(reason), by, now)


def _move(
    step: str, appeal: Appeal, body: UnionBody, kind: str, reason: str, by: Actor, now: dt.datetime
) -> Appeal:
    RoutingStep.objects.create(
        tenant=appeal.tenant, appeal=appeal, kind=kind, from_body=appeal.handling_body, to_body=body,
        reason=tidy(reason)[:2000], moved_by=actor_id(by), moved_at=now,
    )  # fmt: skip
    give_to_body(appeal, body, by=by, now=now)
    end_assignment(appeal, reason="", now=now)
    due = dues(body_id=body.pk, tenant=body.tenant, urgency=appeal.urgency, place=appeal.place,
               start=appeal.round_started_at)  # fmt: skip
    finish(
        step, appeal, by=by, now=now, data={"to_body": body.pk}, handling_body=body, handler=None,
        accepted_at=None, first_due_at=due.first.at, final_due_at=due.final.at,
        due_is_provisional=due.is_provisional,
    )  # fmt: skip
    messages.tell_desk(appeal, "appeal.submitted", now)
    messages.tell_worker(appeal, "appeal.routed", now)
    return appeal


def is_fit(body: UnionBody, appeal: Appeal) -> bool:
    """Say whether a body may get this appeal: takes appeals and has no tie to the employer."""
    return body.is_active and body.accepts_appeals and not unions.is_tied(body, appeal.employer_id)


def needed(text: str) -> str:
    """Return a text that must not be empty; raise ``BadInput``."""
    kept = tidy(text)
    if not kept:
        raise BadInput
    return kept[:10_000]


def write_reply(
    appeal: Appeal, *, text: str, opinion: str, legal_basis: str, correction: str, by: Actor, now: dt.datetime
) -> Reply:
    """Add the answer of this round."""
    if opinion not in Opinion.values:
        raise BadInput
    return Reply.objects.create(
        tenant=appeal.tenant, appeal=appeal, round=appeal.round, text=needed(text), opinion=opinion,
        legal_basis=tidy(legal_basis), correction=tidy(correction), replied_by=actor_id(by), replied_at=now,
    )  # fmt: skip
