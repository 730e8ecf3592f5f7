"""How far an appeal has come: the line of steps, what comes next, who does it, by when."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from zhijia.appeals.enums import State as S
from zhijia.appeals.models import Appeal
from zhijia.appeals.windows import LAST_ROUND, rating_until
from zhijia.appeals.workflow import RUNNING, TABLE
from zhijia.core.clock import local_date
from zhijia.core.words import _

MAIN = (S.RECEIVED, S.ACCEPTED, S.HANDLING, S.REPLIED, S.CONFIRMED)
STANDS_AT = {
    S.ASSIGNED: S.ACCEPTED, S.WAITING: S.HANDLING, S.SUSPENDED: S.HANDLING,
    S.UNCONFIRMED: S.CONFIRMED, S.UNSATISFIED: S.CONFIRMED,
}  # fmt: skip
"""States that stand at the place of another one of the line."""
BRANCHES = {
    S.REFUSED: (S.RECEIVED, S.REFUSED),
    S.REFERRED: (S.RECEIVED, S.REFERRED),
    S.WITHDRAWN: (S.RECEIVED, S.WITHDRAWN),
    S.UNDER_REVIEW: (S.RECEIVED, S.REPLIED, S.UNDER_REVIEW, S.REVIEWED),
    S.REVIEWED: (S.RECEIVED, S.REPLIED, S.UNDER_REVIEW, S.REVIEWED),
    S.UNDER_RE_REVIEW: (S.RECEIVED, S.REPLIED, S.REVIEWED, S.UNDER_RE_REVIEW, S.RE_REVIEWED),
    S.RE_REVIEWED: (S.RECEIVED, S.REPLIED, S.REVIEWED, S.UNDER_RE_REVIEW, S.RE_REVIEWED),
}
"""Lines that leave the main one."""
AHEAD = {S.CONFIRMED: _("You judge"), S.REVIEWED: _("Decision"), S.RE_REVIEWED: _("Decision")}
"""What a step is called before it is reached, where the state's own name would promise an outcome."""
AFTER_LAST_ROUND = {
    S.CONFIRMED: _("It is closed. If something is still wrong you can ask the body above for a review."),
    S.UNCONFIRMED: _(
        "It was closed without your answer. You can still judge, or ask the body above for a review."
    ),
    S.UNSATISFIED: _("It was handled twice. You can ask the body above for a review."),
}
"""What comes next where the matter cannot be reopened any more."""
WITH_WORKER = (S.WAITING, S.REPLIED)
"""States in which the next step is the worker's."""


@dataclass(frozen=True)
class ProgressStep:
    """One dot of the line; ``state`` is ``done``, ``now`` or ``ahead``."""

    label: Any
    state: str


def progress(state: str) -> tuple[ProgressStep, ...]:
    """Return the line of steps with the present one marked."""
    now = S(state)
    line = BRANCHES.get(now, MAIN)
    at = line.index(STANDS_AT.get(now, now))
    reached = at + 1 if TABLE.state(now).final else at
    return tuple(
        ProgressStep(_label(step, now, place - at), _when(place, reached)) for place, step in enumerate(line)
    )


def _when(place: int, reached: int) -> str:
    if place < reached:
        return "done"
    return "now" if place == reached else "ahead"


def _label(step: S, now: S, distance: int) -> Any:
    if distance == 0:
        return TABLE.state(now).label
    return AHEAD.get(step, step.label) if distance > 0 else step.label


def happens_next(appeal: Appeal) -> str:
    """Return the sentence that tells the worker what comes next."""
    last = AFTER_LAST_ROUND.get(S(appeal.state)) if appeal.round >= LAST_ROUND else None
    return str(last or TABLE.state(appeal.state).happens_next)


def next_due(appeal: Appeal) -> dt.date | None:
    """Return the China date by which the next step is due, None where no clock runs."""
    if appeal.state in RUNNING:
        waits = appeal.first_responded_at is None and appeal.state == S.RECEIVED
        return local_date(appeal.first_due_at if waits else appeal.final_due_at)
    if appeal.state == S.REPLIED:
        return rating_until(appeal)
    return None
