"""Figures of what the ground floor itself promises: copies, backups, work that waits, the page policy."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from zhijia.core.clock import local_date
from zhijia.core.gauges import Gauge, Reading
from zhijia.core.models import JournalEntry
from zhijia.core.policy_reports import reports_since

WEEK = dt.timedelta(days=7)
DRILL = "trust/P5.json"
"""Where a drill of this house, or else the proof of promise 5, keeps its result."""
MOST_LAGS = 5000
"""Envelopes of the last week that are looked at, newest first."""


def policy_reports(now: dt.datetime) -> Reading:
    """Return how many breaches of the page policy browsers told in a week."""
    told = reports_since(local_date(now - WEEK))
    return Reading(told, told, now)


def backup_age(now: dt.datetime) -> Reading:
    """Return the hours since the last backup was made."""
    at = _moment(_kept("backup.json"))
    return Reading(round((now - at).total_seconds() / 3600), 1, now) if at else Reading(None, 0, None)


def drill_age(now: dt.datetime) -> Reading:
    """Return the days since the way back was last tried and worked."""
    told = _kept(DRILL)
    at = _moment(told) if told.get("held") else None
    return Reading((now - at).days, int(told.get("n") or 0), now) if at else Reading(None, 0, None)


def drill_minutes(now: dt.datetime) -> Reading:
    """Return how many minutes the last drill took from nothing to an open house."""
    told = _kept(DRILL)
    figures, at = told.get("figures", {}), _moment(told) if told.get("held") else None
    minutes = figures.get("rto_minutes", round(figures.get("rto_seconds", 0) / 60, 2))
    return Reading(minutes, int(told.get("n") or 0), at) if at and minutes else Reading(None, 0, None)


def one_copy(now: dt.datetime) -> Reading:
    """Return the minutes for which the oldest submission has waited for its second copy."""
    if not settings.ZHIJIA_JOURNAL_SECOND:
        return Reading(None, 0, None)
    waiting = JournalEntry.objects.filter(second_at=None, forget_at=None)
    return _oldest(waiting.aggregate(at=Min("made_at"))["at"], waiting.count(), now)


def lag_of_copies(now: dt.datetime) -> Reading:
    """Return the minutes within which 99 of 100 submissions of the last week had two copies."""
    copied = JournalEntry.objects.filter(second_at__gte=now - WEEK).order_by("-second_at")
    lags = sorted(
        then - made for made, then in copied.values_list("made_at", "second_at")[:MOST_LAGS] if then
    )
    if not lags:
        return Reading(None, 0, None)
    nearly_all = lags[min(len(lags) - 1, len(lags) * 99 // 100)]
    return Reading(round(nearly_all.total_seconds() / 60, 1), len(lags), now)


def oldest_waiting(now: dt.datetime) -> Reading:
    """Return the minutes for which the oldest thing has waited for the journal or for background work."""
    from django_tasks_db.models import DBTaskResult

    unwritten = JournalEntry.objects.filter(local_at=None, forget_at=None)
    ready = DBTaskResult.objects.filter(status="READY").exclude(run_after__gt=now)
    moments = [unwritten.aggregate(at=Min("made_at"))["at"], ready.aggregate(at=Min("enqueued_at"))["at"]]
    return _oldest(min(filter(None, moments), default=None), unwritten.count() + ready.count(), now)


def _oldest(since: dt.datetime | None, n: int, now: dt.datetime) -> Reading:
    return Reading(round((now - since).total_seconds() / 60) if since else 0, n, now)


def _kept(name: str) -> dict[str, Any]:
    """Return what a command wrote down in the data folder; a strange file counts as none."""
    try:
        told = json.loads((Path(settings.DATA) / name).read_text())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _moment(told: dict[str, Any]) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(told["at"])
    except (KeyError, TypeError, ValueError):
        return None
    return at if at.tzinfo else None


GAUGES = (
    Gauge(
        "core.policy_reports", _("Breaches of the page policy that browsers told in a week"),
        _("None is right. Look into the pages that are named; many at once: somebody tries to smuggle in."),
        policy_reports, lambda value: value == 0, "count",
    ),
    Gauge(
        "core.backup", _("Hours since the last backup"),
        _("More than a day and a bit: see whether zhijia backup runs, and whether its place has room."),
        backup_age, lambda value: value <= 26, "hours",
    ),
    Gauge(
        "core.drill", _("Days since the way back was last tried"),
        _("Every week: zhijia restore --drill. A backup from which nobody came back is none."),
        drill_age, lambda value: value < 8, "", public=True,
    ),
    Gauge(
        "core.drill_minutes", _("Minutes that coming back took when it was last tried"),
        _("Promised are four hours (240 minutes)."),
        drill_minutes, lambda value: value <= 240, "minutes", period=dt.timedelta(days=8), public=True,
    ),
    Gauge(
        "core.one_copy", _("Minutes for which the oldest submission has waited for its second copy"),
        _("More than five: the second place of the journal cannot be reached (zhijia doctor)."),
        one_copy, lambda value: value <= 5, "minutes",
    ),
    Gauge(
        "core.copy_lag", _("Minutes from one copy to two, for 99 of 100 submissions of a week"),
        _("Promised are five."), lag_of_copies, lambda value: value <= 5, "minutes",
    ),
    Gauge(
        "core.waiting", _("Minutes for which the oldest thing has waited for background work"),
        _("More than five: background work stands still. Restart zhijia serve and read its log."),
        oldest_waiting, lambda value: value <= 5, "minutes",
    ),
)  # fmt: skip
