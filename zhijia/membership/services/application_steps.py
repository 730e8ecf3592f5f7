"""How every step of an application ends: state, audit, the days by which it is answered."""

import datetime as dt
from typing import Any

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.membership.models import Application
from zhijia.membership.workflow import APPLICATION
from zhijia.regulations.calendar import deadline
from zhijia.regulations.selectors import period
from zhijia.unions.models import UnionBody


def days(body: UnionBody, on: dt.date) -> dict[str, dt.date]:
    """Return by when a body answers, and the latest day, for what reaches it on a day."""
    first, last = (period(key, body.place, on) for key in ("membership.review", "membership.review_latest"))
    return {
        "due_on": deadline(on, first, place=body.place).on,
        "latest_on": deadline(on, last, place=body.place).on,
    }


def move(step: str, application: Application, by: Actor, now: dt.datetime, **changes: Any) -> Application:
    """Write the new state with the other changes and record it; the only place it is set."""
    before = application.state
    application.state = APPLICATION.target(step, before, before if step == "escalate_application" else None)
    changes["changed_at"] = now
    for name, value in changes.items():
        setattr(application, name, value)
    application.save(update_fields=["state", *changes])
    note(step, application, by, now)
    return application


def note(step: str, application: Application, by: Actor, now: dt.datetime) -> None:
    """Record a step of an application: ids and states only."""
    facts = {"to": application.state, "body": application.body_id}
    label = APPLICATION.transition(step).audit
    record(label, obj=application, by=by, now=now, tenant=application.tenant, data=facts)
