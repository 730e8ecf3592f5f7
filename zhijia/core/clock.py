"""The one clock.

Only views, API operations, tasks and commands ask it; everything below receives ``now``.
"""

import datetime as dt
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def local_date(instant: dt.datetime) -> dt.date:
    """Return the calendar date of ``instant`` in China, where all legal periods are counted."""
    return instant.astimezone(CHINA).date()


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the last instant of ``day`` in China: a period ends at 24:00 (Civil Code art. 203)."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=CHINA)
