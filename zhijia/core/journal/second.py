"""The second place of this installation, and when to leave it alone for a while."""

import datetime as dt
from functools import cache
from pathlib import Path

from django.conf import settings

from zhijia.core.journal.mirror import Mirror, OtherFolder

PAUSES = tuple(dt.timedelta(seconds=s) for s in (1, 2, 5, 10, 20, 30, 60))
"""How long to leave it alone after one failure, two in a row, …; the last one for all further."""


class Second:
    """The second place as this process knows it."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        self.failures = 0
        self.not_before: dt.datetime | None = None

    @staticmethod
    def here() -> "Second | None":
        """Return the second place that is set, None if there is none."""
        return _second(settings.ZHIJIA_JOURNAL_SECOND) if settings.ZHIJIA_JOURNAL_SECOND else None

    def may_try(self, now: dt.datetime) -> bool:
        """Say whether the pause after the last failure is over; a clock that was set back ends it, too."""
        if self.not_before is None:
            return True
        return not dt.timedelta(0) < self.not_before - now <= PAUSES[-1]

    def failed(self, now: dt.datetime) -> None:
        """Begin a pause, longer after each failure."""
        self.not_before = now + PAUSES[min(self.failures, len(PAUSES) - 1)]
        self.failures += 1

    def worked(self) -> None:
        """Forget earlier failures."""
        self.failures, self.not_before = 0, None


@cache
def _second(place: str) -> Second:
    return Second(OtherFolder(Path(place)))


def attachment_path(name: str) -> Path:
    """Return where a sealed file of this machine lies."""
    return Path(settings.ZHIJIA_ATTACHMENTS) / name
