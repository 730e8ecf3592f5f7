"""The background process: tasks from the database queue and the timers of the manifests, in turn."""

import datetime as dt
import signal
import time
from collections.abc import Iterator
from types import FrameType

import structlog
from django.db import DatabaseError, close_old_connections
from django.utils.crypto import get_random_string

from zhijia.core import clock
from zhijia.core.manifest import Timer, contributions

log = structlog.get_logger(__name__)
POLL = 1.0
"""Seconds between looks into an empty queue."""
TASKS_IN_A_ROW = 20
"""So many tasks at most before the timers get their turn."""


def timers() -> list[Timer]:
    """Return every timer of the house."""
    return list(contributions("timers"))


def run_timer(timer: Timer, now: dt.datetime) -> int | None:
    """Run one timer; return how many things it changed, or None when it failed.

    A failing timer is logged and must not keep the others from running.
    """
    try:
        return timer.call(now)
    except Exception:  # any bug of one app; the others go on
        log.exception("timer_failed", timer=timer.name)
        return None


def run_all_timers(now: dt.datetime) -> Iterator[tuple[Timer, int | None]]:
    """Run every timer once, in the order of the manifests."""
    for timer in timers():
        yield timer, run_timer(timer, now)


class Background:
    """The loop of the background process."""

    def __init__(self) -> None:
        self.running = True
        self.idle = False
        self.due: dict[str, dt.datetime] = {}

    def run(self) -> None:
        """Work until a signal says stop; a running task or timer is finished first."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while self.running:
            close_old_connections()
            try:
                busy = self.run_tasks()
                self.run_timers(clock.now())
            except DatabaseError:
                log.exception("background_database_error")
                busy = False
            close_old_connections()
            if self.running and not busy:
                self._rest()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.running = False
        if self.idle:
            raise SystemExit(0)

    def _rest(self) -> None:
        self.idle = True
        time.sleep(POLL)
        self.idle = False

    def run_tasks(self) -> bool:
        """Run waiting tasks; say whether there were any."""
        from django_tasks_db.management.commands.db_worker import Worker
        from django_tasks_db.models import DBTaskResult

        # A plain look first: taking a task locks the database, looking does not.
        if not DBTaskResult.objects.ready().exists():
            return False
        Worker(
            queue_names=["*"],
            interval=POLL,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=TASKS_IN_A_ROW,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        ).run()
        return True

    def run_timers(self, now: dt.datetime) -> None:
        """Run the timers whose time has come; one that seems further away than it can be, too."""
        for timer in timers():
            left = self.due.get(timer.name, now) - now
            # The clock may have been set back: nobody shall wait for the time it showed.
            if self.running and not dt.timedelta(0) < left <= timer.every:
                run_timer(timer, now)
                self.due[timer.name] = now + timer.every


def run() -> None:
    """Run the background process."""
    Background().run()
