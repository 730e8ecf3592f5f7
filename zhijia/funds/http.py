"""What the menu asks about money."""

from typing import Any

from zhijia.core import clock
from zhijia.funds import selectors


def has_money(user: Any) -> bool:
    """Say whether union money belongs into this officer's menu today."""
    today = clock.local_date(clock.now())
    return bool(getattr(user, "is_officer", False)) and bool(selectors.bodies_with_books(user, today))
