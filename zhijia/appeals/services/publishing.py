"""Answers for everybody: chosen with the worker's consent, names removed by the officer."""

import datetime as dt

from django.db import transaction

from zhijia.appeals.errors import ConsentMissing, StillIdentifies
from zhijia.appeals.highlighter import identifying_spans
from zhijia.appeals.models import Appeal, PublishedAnswer
from zhijia.appeals.permissions import Ask, ask
from zhijia.appeals.services.base import load
from zhijia.appeals.services.deciding import needed
from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import WrongState
from zhijia.core.services import load_locked, require


@transaction.atomic
def publish_answer(
    *,
    appeal_id: int,
    title: str,
    question: str,
    answer: str,
    checked_marks: bool,
    by: Actor,
    now: dt.datetime,
) -> PublishedAnswer:
    """Publish question and answer of a matter the worker has agreed to.

    Raises ``ConsentMissing``, ``WrongState`` before there is an answer, or ``StillIdentifies``
    while the highlighter finds something and the officer has not ticked that he checked it.
    """
    appeal = load(appeal_id=appeal_id, by=by, now=now)
    require(by, "appeals.publish_answer", ask(appeal, now))
    if not appeal.consents_to_publishing:
        raise ConsentMissing
    if appeal.replied_at is None:
        raise WrongState
    texts = [needed(t) for t in (title, question, answer)]
    found = [text[s.start : s.end] for text in texts for s in identifying_spans(text)]
    if found and not checked_marks:
        raise StillIdentifies(spans="、".join(dict.fromkeys(found)))
    made, fresh = PublishedAnswer.objects.get_or_create(
        tenant=appeal.tenant, appeal=appeal, withdrawn_at=None,
        defaults={
            "body": appeal.handling_body, "category": appeal.category, "title": texts[0][:80],
            "question": texts[1], "answer": texts[2], "published_at": now, "published_by": by,
        },
    )  # fmt: skip
    if fresh:
        record("appeal.published", obj=appeal, by=by, now=now, tenant=appeal.tenant, data={"answer": made.pk})
    return made


@transaction.atomic
def withdraw_answer(*, answer_id: int, by: Actor, now: dt.datetime) -> PublishedAnswer:
    """Take a published answer off the public page."""
    rows = PublishedAnswer.objects.select_related("body").filter(withdrawn_at=None)
    answer = load_locked(rows, pk=answer_id)
    require(by, "appeals.publish_answer", Ask(None, local_date(now), answer.body))
    answer.withdrawn_at = now
    answer.save(update_fields=["withdrawn_at"])
    record("appeal.unpublished", obj=answer, by=by, now=now, tenant=answer.tenant)
    return answer


def unpublish_of(appeal: Appeal, now: dt.datetime) -> int:
    """Withdraw what was published of an appeal whose worker no longer agrees."""
    rows = PublishedAnswer.objects.filter(tenant=appeal.tenant, appeal=appeal, withdrawn_at=None)
    return rows.update(withdrawn_at=now)
