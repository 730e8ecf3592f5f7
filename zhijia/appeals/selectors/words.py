"""States in the words of an officer: the worker reads "you", the officer reads "the worker"."""

from typing import Any

from zhijia.appeals.enums import State
from zhijia.core.words import _

OTHER_WORDS: dict[str, Any] = {
    State.WAITING: _("Waiting for the worker"),
    State.REPLIED: _("Answered, the worker judges"),
    State.CONFIRMED: _("Solved, the worker confirmed"),
    State.UNSATISFIED: _("Closed, the worker was not satisfied"),
}

TABS = {
    "open": _("To do"),
    "mine": _("Mine"),
    "new": _("New"),
    "unassigned": _("Without a handler"),
    "late": _("Late"),
    "soon": _("Due soon"),
    "waiting": _("Clock stands"),
    "supervised": _("Supervised"),
    "escalated": _("Escalated"),
    "reviews": _("Reviews to decide"),
    "answered": _("With the worker"),
    "all": _("All"),
}
"""The tabs of the queue, in their order."""


def state_words(state: str) -> str:
    """Return what an officer reads for a state."""
    return str(OTHER_WORDS.get(state, State(state).label))
