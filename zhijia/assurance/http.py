"""What the menu asks about who runs the house."""

from typing import Any

from zhijia.assurance.permissions import is_operator
from zhijia.core import clock


def is_operator_today(user: Any) -> bool:
    """Say whether the figures belong into this officer's menu today."""
    return is_operator(user, clock.local_date(clock.now()))
