"""What the menu asks about the roll."""

from typing import Any

from zhijia.core import clock
from zhijia.membership import selectors
from zhijia.membership.selectors.coverage import may_see_figures


def keeps_roll_today(user: Any) -> bool:
    """Say whether the roll belongs into this officer's menu today."""
    return selectors.may_keep_some_roll(user, clock.local_date(clock.now()))


def reads_figures_today(user: Any) -> bool:
    """Say whether figures of members belong into this officer's menu today."""
    return may_see_figures(user, clock.local_date(clock.now()))
