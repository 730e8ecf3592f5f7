"""Until when a worker may judge, reopen or ask for a review: the windows after an answer."""

import datetime as dt

from zhijia.appeals.enums import ReviewKind
from zhijia.appeals.models import Appeal
from zhijia.core.clock import local_date
from zhijia.regulations.calendar import due_at
from zhijia.regulations.selectors import period

LAST_ROUND = 2
"""An appeal may be reopened once; after that the body above reviews."""
REVIEW_WINDOWS = {
    ReviewKind.REVIEW: "appeal.review_request",
    ReviewKind.RE_REVIEW: "appeal.re_review_request",
}
"""30 days each (Petition Work Regulations art. 35 and 36)."""


def rating_until(appeal: Appeal) -> dt.date:
    """Return the last day on which silence does not yet close the matter."""
    return _last_day("appeal.rating_window", appeal)


def reopen_until(appeal: Appeal) -> dt.date:
    """Return the last day for reopening, counted from the answer."""
    return _last_day("appeal.reopen_window", appeal)


def _last_day(key: str, appeal: Appeal) -> dt.date:
    start = appeal.replied_at or appeal.changed_at
    window = period(key, appeal.place, local_date(start))
    return local_date(due_at(start, window, place=appeal.place).at)


def review_until(
    appeal: Appeal, kind: ReviewKind, decided_at: dt.datetime | None, now: dt.datetime
) -> dt.datetime:
    """Return the last instant for asking a review, or a final one of what ``decided_at`` was decided."""
    own = appeal.replied_at or appeal.closed_at if kind == ReviewKind.REVIEW else decided_at
    start = own or appeal.changed_at
    return due_at(start, period(REVIEW_WINDOWS[kind], appeal.place, local_date(now)), place=appeal.place).at
