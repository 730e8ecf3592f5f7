"""What has happened to an appeal, told to its worker: bodies by name, handlers by number."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhijia.appeals.enums import RoutingKind, State
from zhijia.appeals.models import Appeal, Hold, Rating, Reply, Review

ENDED_WITHOUT_JUDGEMENT = (State.WITHDRAWN, State.UNCONFIRMED, State.REFUSED, State.REFERRED)


@dataclass(frozen=True)
class Event:
    """One line of "what has happened"."""

    at: dt.datetime
    title: str
    text: str = ""
    tone: str = "grey"


def handler_label(appeal: Appeal) -> str:
    """Return how a handler is called in public: a number, never a name."""
    return _("handler no. %(number)s") % {"number": f"{appeal.handler_id:04d}"} if appeal.handler_id else ""


def span_in_words(span: dt.timedelta) -> str:
    """Return a length of time in its two largest units."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    parts = (
        (days, ngettext("%(n)s day", "%(n)s days", days)),
        (hours, ngettext("%(n)s hour", "%(n)s hours", hours)),
        (minutes, ngettext("%(n)s minute", "%(n)s minutes", minutes)),
    )
    said = [words % {"n": amount} for amount, words in parts if amount]
    return " ".join(said[:2]) or _("less than a minute")


def history(
    appeal: Appeal, replies: list[Reply], ratings: list[Rating], holds: Any, reviews: Any, escalations: Any
) -> tuple[Event, ...]:
    """Return what has happened to an appeal, newest first, from its rows."""
    found = [
        Event(appeal.received_at, _("Received by %(body)s") % {"body": _first_body(appeal)}, tone="green"),
        *_moves(appeal),
        *_work(appeal),
        *_stops(holds),
        *(Event(r.replied_at, _("Answered"), tone="green") for r in replies),
        *(Event(r.rated_at, _("You judged the answer"), _marks(r), "blue") for r in ratings),
        *(
            Event(e.escalated_at, _("Late: %(body)s was told") % {"body": e.to_body.name}, tone="red")
            for e in escalations
        ),
        *_review_events(reviews),
    ]
    if appeal.closed_at and appeal.state in ENDED_WITHOUT_JUDGEMENT:
        found.append(Event(appeal.closed_at, str(appeal.get_state_display()), tone="grey"))
    return tuple(sorted(found, key=lambda e: e.at, reverse=True))


def _marks(rating: Rating) -> str:
    told = {"result": rating.get_result_display(), "attitude": rating.get_attitude_display()}
    return _("Result: %(result)s. Attitude: %(attitude)s.") % told


def _routing(appeal: Appeal) -> list[Any]:
    known = appeal.__dict__.get("_routing_steps")
    if known is None:
        rows = appeal.routingsteps.filter(tenant=appeal.tenant).select_related("to_body")
        known = appeal.__dict__["_routing_steps"] = list(rows.order_by("moved_at", "pk"))
        appeal.show(*known)
    return known


def _first_body(appeal: Appeal) -> str:
    steps = _routing(appeal)
    return steps[0].to_body.name if steps else appeal.handling_body.name


def _moves(appeal: Appeal) -> list[Event]:
    texts = {
        RoutingKind.ROUTED: _("Sent to %(body)s, which is responsible"),
        RoutingKind.OBJECTED: _("Sent back to %(body)s, which finds the right body"),
        RoutingKind.ESCALATED: _("Taken up by %(body)s"),
    }
    return [
        Event(s.moved_at, texts[RoutingKind(s.kind)] % {"body": s.to_body.name}, s.reason, "blue")
        for s in _routing(appeal)
        if s.from_body_id is not None
    ]


def _work(appeal: Appeal) -> list[Event]:
    found = []
    if appeal.accepted_at and appeal.round == 1:
        found.append(Event(appeal.accepted_at, _("Accepted"), tone="green"))
    for row in appeal.assignments.filter(tenant=appeal.tenant).order_by("assigned_at"):
        label = {"number": f"{row.handler_id:04d}"}
        found.append(Event(row.assigned_at, _("Given to handler no. %(number)s") % label, tone="blue"))
        if row.signed_at:
            found.append(Event(row.signed_at, _("Handler no. %(number)s took it on") % label, tone="blue"))
    for more in appeal.extensions.filter(tenant=appeal.tenant, is_approved=True):
        appeal.show(more)
        told = ngettext("%(days)s more day", "%(days)s more days", more.days) % {"days": more.days}
        found.append(Event(more.decided_at or more.asked_at, told, more.reason, "amber"))
    for urged in appeal.supervisions.filter(tenant=appeal.tenant).select_related("body"):
        title = _("%(body)s urges the matter") % {"body": urged.body.name}
        found.append(Event(urged.supervised_at, title, tone="amber"))
    return found


def _stops(holds: tuple[Hold, ...]) -> list[Event]:
    found = []
    for hold in holds:
        stopped = _("The clock stands: %(why)s") % {"why": hold.get_reason_display()}
        found.append(Event(hold.started_at, stopped, hold.explanation, "amber"))
        if hold.ended_at:
            stood = {"span": span_in_words(hold.ended_at - hold.started_at)}
            found.append(Event(hold.ended_at, _("The clock runs again, after %(span)s") % stood, tone="blue"))
    return found


def _review_events(reviews: tuple[Review, ...]) -> list[Event]:
    found = []
    for row in reviews:
        told = {"kind": row.get_kind_display(), "body": row.body.name}
        found.append(Event(row.asked_at, _("%(kind)s asked of %(body)s") % told, tone="blue"))
        if row.decided_at:
            title = _("%(kind)s decided by %(body)s") % told
            found.append(Event(row.decided_at, title, str(row.get_decision_display()), "green"))
    return found
