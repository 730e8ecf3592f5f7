"""Timers of the kept totals; safe to repeat, and to be cut off."""

import datetime as dt

from zhijia.core.manifest import Timer
from zhijia.membership.services import totals

TOTALS_TIMERS = (
    Timer("membership.fold_totals", lambda now: totals.fold_totals(now=now), dt.timedelta(minutes=1)),
    Timer("membership.recount_totals", lambda now: totals.recount_if_due(now=now), dt.timedelta(minutes=10)),
)
