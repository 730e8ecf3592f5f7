"""What happened to an appeal, all kinds of steps in one order; one query a kind, whatever their number."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from zhijia.appeals.enums import RoutingKind, State
from zhijia.appeals.models import Appeal
from zhijia.appeals.selectors.words import state_words


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened. ``by`` is an actor id until names are put in."""

    at: dt.datetime
    title: str
    by: str = ""
    text: str = ""
    tone: str = "grey"


@dataclass(frozen=True)
class Steps:
    """All rows of an appeal that the page needs, each kind read once."""

    appeal: Appeal
    assignments: list[Any]
    replies: list[Any]
    ratings: list[Any]
    holds: list[Any]
    extensions: list[Any]
    routing: list[Any]
    supervisions: list[Any]
    escalations: list[Any]
    reviews: list[Any]

    @property
    def rows(self) -> list[Any]:
        """Every row that holds a text."""
        return [
            *self.assignments, *self.replies, *self.ratings, *self.holds, *self.extensions, *self.routing,
            *self.supervisions, *self.reviews,
        ]  # fmt: skip

    @property
    def open_extension(self) -> Any:
        """The request for more time that waits for a decision, or None."""
        return next((e for e in self.extensions if e.is_approved is None), None)

    @property
    def extension_used(self) -> bool:
        """Whether this round has had its one extension, granted or still asked for."""
        return any(e.round == self.appeal.round and e.is_approved is not False for e in self.extensions)

    @property
    def open_review(self) -> Any:
        """The review that waits for a decision, or None."""
        return next((r for r in self.reviews if r.decided_at is None), None)

    @property
    def open_hold(self) -> Any:
        """Why the clock stands, or None."""
        return next((h for h in self.holds if h.ended_at is None), None)


def steps_of(appeal: Appeal) -> Steps:
    """Read the steps of an appeal; kinds that cannot exist yet are not asked for."""
    named = {"tenant": appeal.tenant}
    later = appeal.round > 1
    answered = appeal.replied_at is not None
    judged = answered or appeal.state in (State.REFUSED, State.UNDER_REVIEW, State.REVIEWED)
    return Steps(
        appeal=appeal,
        assignments=list(appeal.assignments.filter(**named)),
        replies=list(appeal.replies.filter(**named)) if answered else [],
        ratings=list(appeal.ratings.filter(**named)) if answered else [],
        holds=list(appeal.holds.filter(**named)) if appeal.accepted_at else [],
        extensions=list(appeal.extensions.filter(**named)) if appeal.accepted_at else [],
        routing=list(appeal.routingsteps.filter(**named).select_related("to_body")),
        supervisions=list(appeal.supervisions.filter(**named).select_related("body"))
        if appeal.supervised_at
        else [],
        escalations=list(appeal.escalations.filter(**named).select_related("to_body"))
        if appeal.escalated_at or later
        else [],
        reviews=list(appeal.reviews.filter(**named).select_related("body")) if judged or later else [],
    )


def people_in(items: Iterable[str]) -> dict[str, str]:
    """Return the names of the officers behind actor ids; one query."""
    ids = {int(actor.removeprefix("user:")) for actor in items if actor.startswith("user:")}
    if not ids:
        return {}
    rows = get_user_model().objects.filter(pk__in=ids).values_list("pk", "name")
    return {f"user:{pk}": name or _("an officer") for pk, name in rows}


REVIEWING = (State.UNDER_REVIEW, State.REVIEWED, State.UNDER_RE_REVIEW, State.RE_REVIEWED)
"""States that came after the closing, so that they do not name it."""


def timeline(steps: Steps) -> list[Item]:
    """Return what happened in order, oldest first."""
    found = [item for part in PARTS for item in part(steps)]
    return sorted(found, key=lambda item: item.at)


def _officer(pk: int | None) -> str:
    return f"user:{pk}" if pk else ""


def _beginning(steps: Steps) -> Iterator[Item]:
    appeal = steps.appeal
    yield Item(
        appeal.received_at,
        _("Received: %(channel)s") % {"channel": appeal.get_channel_display()},
        _officer(appeal.entered_by_id),
        tone="blue",
    )
    if appeal.accepted_at and appeal.round == 1:
        yield Item(appeal.accepted_at, _("Accepted"), tone="blue")
    if appeal.closed_at:
        now = state_words(appeal.state)
        yield Item(appeal.closed_at, _("Closed") if appeal.state in REVIEWING else now, tone="grey")


ROUTING_TITLES: dict[str, Callable[[], str]] = {
    RoutingKind.ROUTED: lambda: _("Sent to %(body)s"),
    RoutingKind.OBJECTED: lambda: _("Sent back as wrongly routed, to %(body)s"),
    RoutingKind.ESCALATED: lambda: _("Taken up by %(body)s"),
}


def _routing(steps: Steps) -> Iterator[Item]:
    for step in steps.routing:
        title = ROUTING_TITLES[step.kind]() if step.from_body_id else _("Routed by the rules to %(body)s")
        yield Item(
            step.moved_at,
            title % {"body": step.to_body.name},
            step.moved_by if step.from_body_id else "",
            step.reason,
        )


def _assignments(steps: Steps) -> Iterator[Item]:
    for row in steps.assignments:
        if row.signed_at != row.assigned_at or row.assigned_by != _officer(row.handler_id):
            yield Item(
                row.assigned_at,
                _("Given to {user:%(handler)s}") % {"handler": row.handler_id},
                row.assigned_by,
            )
        if row.signed_at:
            yield Item(row.signed_at, _("Signed for"), _officer(row.handler_id), tone="blue")
        if row.ended_at and row.end_reason:
            yield Item(row.ended_at, _("Handed over"), _officer(row.handler_id), row.end_reason)


def _holds(steps: Steps) -> Iterator[Item]:
    for hold in steps.holds:
        yield Item(
            hold.started_at,
            f"{_('The clock stands')}: {hold.get_reason_display()}",
            "",
            hold.explanation,
            "amber",
        )
        if hold.ended_at:
            yield Item(hold.ended_at, _("The clock runs again"))


def _extensions(steps: Steps) -> Iterator[Item]:
    for row in steps.extensions:
        title = _("%(days)s more days asked for") % {"days": row.days}
        yield Item(row.asked_at, title, _officer(row.asked_by_id), row.reason, "amber")
        if row.decided_at:
            verdict = _("More time granted") if row.is_approved else _("More time refused")
            yield Item(row.decided_at, verdict, _officer(row.decided_by_id))


def _replies(steps: Steps) -> Iterator[Item]:
    for row in steps.replies:
        title = _("Answer, round %(round)s: %(opinion)s") % {
            "round": row.round,
            "opinion": row.get_opinion_display(),
        }
        parts = [row.text]
        if row.legal_basis:
            parts.append(_("Legal basis: %(basis)s") % {"basis": row.legal_basis})
        if row.correction:
            parts.append(_("Put right: %(correction)s") % {"correction": row.correction})
        yield Item(row.replied_at, title, row.replied_by, "\n".join(parts), "green")


def _ratings(steps: Steps) -> Iterator[Item]:
    for row in steps.ratings:
        title = _("Judged: result “%(result)s”, attitude “%(attitude)s”") % {
            "result": row.get_result_display(),
            "attitude": row.get_attitude_display(),
        }
        tone = "red" if row.result == "dissatisfied" else "green"
        yield Item(row.rated_at, title, "", row.comment, tone)


def _from_above(steps: Steps) -> Iterator[Item]:
    for row in steps.supervisions:
        title = _("Supervised by %(body)s") % {"body": row.body.name}
        yield Item(row.supervised_at, title, _officer(row.supervised_by_id), row.demand, "red")
    for row in steps.escalations:
        title = _("Late (%(clock)s): %(body)s was told") % {
            "clock": row.get_clock_display(),
            "body": row.to_body.name,
        }
        yield Item(row.escalated_at, title, tone="red")


def _reviews(steps: Steps) -> Iterator[Item]:
    for row in steps.reviews:
        asked = _("%(kind)s asked from %(body)s") % {"kind": row.get_kind_display(), "body": row.body.name}
        yield Item(row.asked_at, asked, "", row.reason, "amber")
        if row.decided_at:
            title = f"{row.get_kind_display()}: {row.get_decision_display()}"
            yield Item(row.decided_at, title, row.decided_by, row.text, "blue")


PARTS = (_beginning, _routing, _assignments, _holds, _extensions, _replies, _ratings, _from_above, _reviews)


def with_names(items: list[Item], names: dict[str, str]) -> list[Item]:
    """Put the names of officers in the place of their ids."""
    return [
        Item(item.at, _named(item.title, names), names.get(item.by, ""), item.text, item.tone)
        for item in items
    ]


def _named(title: str, names: dict[str, str]) -> str:
    head, mark, rest = title.partition("{user:")
    actor, _end, tail = rest.partition("}")
    return f"{head}{names.get(f'user:{actor}', '')}{tail}" if mark else title
