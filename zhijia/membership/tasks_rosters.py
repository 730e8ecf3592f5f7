"""Rosters in the background; safe to repeat, and to be cut off."""

import datetime as dt
from collections import deque
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from zhijia.core import clock
from zhijia.core.manifest import MenuEntry, Timer
from zhijia.membership.services import importing, pairs
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL as KEEPERS
from zhijia.unions.selectors import scope


@task()
def check_roster(roster_id: int) -> None:
    """Check the rows of one file."""
    deque(importing.check_roster(roster_id=roster_id, now=clock.now()), maxlen=0)


@task()
def write_roster(roster_id: int) -> None:
    """Write the good rows of one file."""
    deque(importing.write_roster(roster_id=roster_id, now=clock.now()), maxlen=0)


@task()
def find_pairs(roster_id: int) -> int:
    """Look for people of one file who may stand on the roll twice."""
    return pairs.find_pairs_of_roster(roster_id=roster_id, now=clock.now())


def resume(now: dt.datetime) -> int:
    """Take up what was cut off; return how many imports."""
    return importing.resume_rosters(now=now)


def keeps_a_roll(user: Any) -> bool:
    """Say whether the menu offers rosters."""
    return bool(scope(user, KEEPERS, clock.local_date(clock.now())))


ROSTER_MENU = (
    MenuEntry(_("Rosters"), "membership:rosters", "officer", icon="people", order=62, visible=keeps_a_roll),
)
ROSTER_TIMERS = (Timer("membership.resume_rosters", resume, dt.timedelta(minutes=10)),)
