"""What a body sets for itself: promises no slower than the law, saved replies."""

import datetime as dt

from django.db import transaction

from zhijia.appeals.deadlines import LAWFUL, lawful_limit
from zhijia.appeals.enums import Clock, Urgency
from zhijia.appeals.errors import PromiseTooSlow
from zhijia.appeals.models import BodyPromise, SavedReply
from zhijia.appeals.models.desk import PROMISE_UNITS
from zhijia.appeals.permissions import Ask
from zhijia.appeals.services.deciding import needed
from zhijia.appeals.services.submitting import active_category
from zhijia.audit.services import record
from zhijia.core.actors import Actor, actor_id
from zhijia.core.clock import local_date
from zhijia.core.errors import BadInput
from zhijia.core.services import load_locked, require
from zhijia.regulations.calendar import Period, due_at
from zhijia.regulations.selectors import value
from zhijia.unions.models import UnionBody


@transaction.atomic
def set_promise(
    *, body: UnionBody, urgency: str, clock: str, amount: int, unit: str, by: Actor, now: dt.datetime
) -> BodyPromise:
    """Set how fast the body promises to be; raise ``PromiseTooSlow`` past the law."""
    require(by, "appeals.set_promises", Ask(None, local_date(now), body))
    if (
        urgency not in Urgency.values
        or clock not in Clock.values
        or unit not in dict(PROMISE_UNITS)
        or amount < 1
    ):
        raise BadInput
    limit = lawful_limit(Clock(clock), now, body.place)
    if due_at(now, Period(amount, unit), place=body.place).at > limit.at:
        law = value(LAWFUL[Clock(clock)], body.place, local_date(now))
        raise PromiseTooSlow(limit=f"{law.value} d", article=law.article)
    promise, _fresh = BodyPromise.objects.update_or_create(
        tenant=body.tenant, body=body, urgency=urgency, clock=clock, defaults={"amount": amount, "unit": unit}
    )
    facts = {"urgency": urgency, "clock": clock, "amount": amount, "unit": unit}
    record("appeal.promise_set", obj=promise, by=by, now=now, tenant=body.tenant, data=facts)
    return promise


@transaction.atomic
def save_reply(
    *,
    body: UnionBody,
    title: str,
    text: str,
    category: str = "",
    reply_id: int | None = None,
    by: Actor,
    now: dt.datetime,
) -> SavedReply:
    """Keep a text to start an answer from, for one category or for all."""
    require(by, "appeals.keep_saved_replies", Ask(None, local_date(now), body))
    fields = {
        "title": needed(title)[:80], "text": needed(text), "category": active_category(category),
        "changed_at": now, "changed_by": actor_id(by),
    }  # fmt: skip
    if reply_id is None:
        kept, _fresh = SavedReply.objects.update_or_create(
            tenant=body.tenant, body=body, title=fields["title"], defaults=fields
        )
    else:
        kept = load_locked(SavedReply.objects.filter(tenant=body.tenant, body=body), pk=reply_id)
        for name, content in fields.items():
            setattr(kept, name, content)
        kept.save(update_fields=list(fields))
    record("appeal.saved_reply_kept", obj=kept, by=by, now=now, tenant=body.tenant)
    return kept


@transaction.atomic
def delete_reply(*, reply_id: int, by: Actor, now: dt.datetime) -> None:
    """Throw a saved reply away."""
    kept = load_locked(SavedReply.objects.select_related("body"), pk=reply_id)
    require(by, "appeals.keep_saved_replies", Ask(None, local_date(now), kept.body))
    record("appeal.saved_reply_deleted", obj=kept, by=by, now=now, tenant=kept.tenant)
    kept.delete()
