"""What runs without a person at a page: timed jobs, and the search that portal asks for."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from zhijia.appeals import services
from zhijia.appeals.selectors import desk
from zhijia.core import clock, idempotency
from zhijia.core.manifest import SearchHit, Timer

TIMERS = (
    Timer("appeals.end_waiting", services.end_waiting, dt.timedelta(minutes=10)),
    Timer("appeals.close_silent", services.close_silent, dt.timedelta(minutes=30)),
    Timer("appeals.escalate_overdue", services.escalate_overdue, dt.timedelta(minutes=5)),
    Timer("appeals.clear_conflicts", services.clear_conflicts, dt.timedelta(minutes=30)),
    Timer("appeals.tell_by_phone", services.tell_by_phone, dt.timedelta(minutes=1)),
    Timer("appeals.erase_expired", services.erase_expired, dt.timedelta(hours=6)),
    Timer("core.forget_old_submissions", idempotency.forget_old, dt.timedelta(hours=6)),
)


def search(user: Any, query: str, limit: int) -> Iterator[SearchHit]:
    """Answer the global search; posts and conflicts are those of this moment."""
    return desk.search_hits(user, query, limit, clock.now())


def may_enter(user: Any) -> bool:
    """Say whether the menu offers entering a matter for a person."""
    return desk.holds_post(user, clock.local_date(clock.now()), "hotline_agent", "handler", "dispatcher")


def may_keep_texts(user: Any) -> bool:
    """Say whether the menu offers saved texts."""
    return desk.holds_post(user, clock.local_date(clock.now()), "dispatcher", "chair", "handler")


def may_promise(user: Any) -> bool:
    """Say whether the menu offers the service promises."""
    return desk.holds_post(user, clock.local_date(clock.now()), "steward", "chair")


def sees_flags(user: Any) -> bool:
    """Say whether the menu offers the flags."""
    return desk.holds_post(user, clock.local_date(clock.now()), "dispatcher", "chair", "supervisor")
