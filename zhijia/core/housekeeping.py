"""What is thrown away in time, so that nothing is kept longer than it is needed."""

import datetime as dt

TASKS_KEPT = dt.timedelta(days=14)
"""Finished background tasks hold ids only; two weeks are enough to look into a fault."""


def forget_tasks(now: dt.datetime) -> int:
    """Delete background tasks that were finished two weeks ago; return how many."""
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.filter(finished_at__lt=now - TASKS_KEPT).delete()[0]
