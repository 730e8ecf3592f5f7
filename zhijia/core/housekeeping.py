"""What is thrown away in time, so that nothing is kept longer than it is needed."""

import datetime as dt

TASKS_KEPT = dt.timedelta(days=14)
"""Finished background tasks hold ids only; two weeks are enough to look into a fault."""


def forget_cache(now: dt.datetime) -> int:
    """Delete cached values past their end (limits, one-time codes); return how many."""
    from django.conf import settings
    from django.db import connection

    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        end = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [end])  # noqa: S608
        return int(cursor.rowcount)


def forget_tasks(now: dt.datetime) -> int:
    """Delete background tasks that were finished two weeks ago; return how many."""
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.filter(finished_at__lt=now - TASKS_KEPT).delete()[0]


def sweep_journal(now: dt.datetime) -> int:
    """Bring what waits into the journal and to its second place; return how many entries moved on."""
    from zhijia.core.journal.sweeping import sweep

    return sweep(now)


def prune_journal(now: dt.datetime) -> int:
    """Delete journal files whose time is over; return how many."""
    from zhijia.core.journal.sweeping import prune

    return prune(now)


def forget_policy_reports(now: dt.datetime) -> int:
    """Delete counts of policy reports of days long past; return how many."""
    from zhijia.core.policy_reports import forget_reports

    return forget_reports(now)


def end_sessions(now: dt.datetime) -> int:
    """End every session and forget every one-time code; return how many sessions.

    After a restore: what was ended or withdrawn since the backup must not come back to life.
    """
    from django.contrib.sessions.models import Session
    from django.core.cache import cache

    cache.clear()
    return Session.objects.all().delete()[0]
