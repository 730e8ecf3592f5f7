"""What the menu asks about recoveries."""

from typing import Any

from zhijia.core import clock
from zhijia.recovery import selectors


def has_counter_today(user: Any) -> bool:
    """Say whether the counter belongs into this officer's menu today."""
    return selectors.has_counter(user, clock.local_date(clock.now()))
