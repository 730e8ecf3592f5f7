"""What the menu and the pages ask about today."""

from typing import Any

from zhijia.core import clock
from zhijia.vault.permissions import is_custodian_on


def is_custodian_today(user: Any) -> bool:
    """Say whether the person decides about names anywhere today."""
    return is_custodian_on(user, clock.local_date(clock.now()))
