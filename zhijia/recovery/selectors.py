"""Reads of recoveries."""

import datetime as dt
from typing import Any

from zhijia.recovery.enums import State
from zhijia.recovery.models import Recovery
from zhijia.recovery.permissions import Ask, fitting_post, may_take_part

RUNNING = (State.WAITING, State.COOLING)


def running_of(user: Any) -> Recovery | None:
    """Return the running recovery of one's own account."""
    return Recovery.objects.filter(tenant=user.tenant, account=user, state__in=RUNNING).first()


def shows_counter(user: Any, on: dt.date) -> bool:
    """Say whether this officer may take part in recoveries today."""
    return bool(may_take_part(user, Ask(on)))


def has_counter(user: Any, on: dt.date) -> bool:
    """Say whether the counter belongs into this officer's menu; asks less than ``shows_counter``."""
    return bool(getattr(user, "is_officer", False)) and fitting_post(user, on) is not None
