"""Timed work, and what the desk and the menu ask."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhijia.core import clock
from zhijia.core.manifest import DeskCard, Timer
from zhijia.privacy import services
from zhijia.privacy.permissions import decides_anywhere
from zhijia.privacy.selectors.requests import requests_for

TIMERS = (
    Timer("privacy.carry_out", services.carry_out, dt.timedelta(minutes=10)),
    Timer("privacy.erase_inactive", services.erase_inactive, dt.timedelta(days=1)),
    Timer("privacy.forget", services.forget_old, dt.timedelta(days=1)),
)


def desk(user: Any, now: dt.datetime) -> Iterator[DeskCard]:
    """Yield the queue of requests for who decides about them."""
    on = clock.local_date(now)
    if not decides_anywhere(user, on):
        return
    waiting = requests_for(user, on).filter(state="asked")
    late = waiting.filter(due_at__lt=now).count()
    yield DeskCard(
        _("Requests about own data"), reverse("privacy:queue"), waiting.count(), overdue=late, order=80,
        hint=_("People who ask to see, correct or erase what is held about them"),
    )  # fmt: skip


def may_decide(user: Any) -> bool:
    """Say whether the menu offers the queue."""
    return decides_anywhere(user, clock.local_date(clock.now()))
