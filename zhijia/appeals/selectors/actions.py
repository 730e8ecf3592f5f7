"""What this person may do with an appeal now: workflow and permission, so page and server agree."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhijia.appeals.enums import ReviewKind, State
from zhijia.appeals.models import Appeal
from zhijia.appeals.permissions import Ask, ask, may
from zhijia.appeals.windows import LAST_ROUND, rating_until, reopen_until, review_until
from zhijia.appeals.workflow import TABLE
from zhijia.core.clock import local_date
from zhijia.core.words import _


@dataclass(frozen=True)
class Action:
    """Something that may be done now."""

    name: str
    """Name of the transition, or of the deed that moves no state."""
    label: Any
    until: dt.date | None = None
    """Last day on which it is possible, where there is one."""
    article: str = ""


TALKING = tuple(s for s in State.values if s not in (State.WITHDRAWN, State.RE_REVIEWED))
UNANSWERED = (State.RECEIVED, State.WITHDRAWN, State.REFUSED, State.REFERRED)
PUBLISHABLE = tuple(s for s in State.values if s not in UNANSWERED)
DEEDS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("write_message", _("Write a message"), TALKING),
    ("write_note", _("Write a note"), tuple(State.values)),
    ("sort_appeal", _("Sort"), TABLE.open_states),
    ("link_appeals", _("Link similar matters"), tuple(State.values)),
    ("consent_to_publishing", _("Allow or forbid publishing"), tuple(State.values)),
    ("publish_answer", _("Publish the answer"), PUBLISHABLE),
    ("ask_name", _("Ask for the name"), TABLE.open_states),
    ("open_complainant", _("Open the person's data"), TABLE.open_states),
    ("renew_receipt", _("Give a new receipt"), tuple(State.values)),
)
"""Deeds that move no state: name, label, states in which they make sense."""


@dataclass(frozen=True)
class Actions:
    """The actions that are possible now, looked up by name: ``actions.rate_reply``."""

    items: tuple[Action, ...]

    def __getattr__(self, name: str) -> Action | None:
        if name.startswith("_"):
            raise AttributeError(name)
        return next((a for a in self.items if a.name == name), None)

    def __iter__(self) -> Any:
        return iter(self.items)

    def __contains__(self, name: str) -> bool:
        return any(a.name == name for a in self.items)


def available_actions(user: Any, appeal: Appeal, now: dt.datetime) -> Actions:
    """Return what ``user`` may do with ``appeal`` now, in the order of the table."""
    question = ask(appeal, now)
    found = [
        Action(t.name, t.label, _window(t.name, appeal, now), t.article)
        for t in TABLE.from_state(appeal.state)
        if not t.by_timer and may(user, t.permission, question)
    ]
    return Actions((*(a for a in found if _in_time(a, appeal, now)), *_deeds(user, appeal, question)))


def _deeds(user: Any, appeal: Appeal, question: Ask) -> list[Action]:
    return [
        Action(name, label)
        for name, label, states in DEEDS
        if appeal.state in states and may(user, f"appeals.{name}", question)
    ]


def _rating(appeal: Appeal, now: dt.datetime) -> dt.date:
    return reopen_until(appeal) if appeal.state == State.UNCONFIRMED else rating_until(appeal)


def _review(appeal: Appeal, now: dt.datetime) -> dt.date:
    return local_date(review_until(appeal, ReviewKind.REVIEW, None, now))


def _re_review(appeal: Appeal, now: dt.datetime) -> dt.date:
    last = appeal.reviews.filter(tenant=appeal.tenant).order_by("-asked_at").first()
    return local_date(review_until(appeal, ReviewKind.RE_REVIEW, last.decided_at if last else None, now))


WINDOWS: dict[str, Callable[[Appeal, dt.datetime], dt.date]] = {
    "rate_reply": _rating,
    "reopen_appeal": lambda appeal, _now: reopen_until(appeal),
    "ask_review": _review,
    "ask_re_review": _re_review,
}


def _window(name: str, appeal: Appeal, now: dt.datetime) -> dt.date | None:
    found = WINDOWS.get(name)
    return found(appeal, now) if found else None


def _in_time(action: Action, appeal: Appeal, now: dt.datetime) -> bool:
    """Say whether the window of an action is still open; an answer is judged until the timer closes."""
    if action.name == "reopen_appeal" and appeal.round >= LAST_ROUND:
        return False
    waiting = action.name == "rate_reply" and appeal.state == State.REPLIED
    return waiting or action.until is None or local_date(now) <= action.until
