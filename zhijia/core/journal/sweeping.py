"""Timed work: what did not reach the journal or the second place goes there; what is too old is let go."""

import datetime as dt
import uuid
from pathlib import Path

import structlog

from zhijia.core.clock import local_date
from zhijia.core.errors import NotReceived
from zhijia.core.journal.files import NAME, Journal, Position
from zhijia.core.journal.forgetting import finish_forgetting
from zhijia.core.journal.keeping import copy_files, own_journal, place_locally
from zhijia.core.journal.mirror import one_at_a_time
from zhijia.core.journal.second import Second
from zhijia.core.models import JournalEntry

log = structlog.get_logger(__name__)
IN_FLIGHT = dt.timedelta(minutes=1)
"""A sender may still be between his commit and his journal; after that he is gone."""
KEPT = dt.timedelta(days=35)
"""As long as backups (``retention.backup``): the journal is a part of them, never an archive."""
BATCH = 500


def sweep(now: dt.datetime) -> int:
    """Note which entries stand in the journal, add those left behind, copy what has one copy only.

    Returns how many entries moved on.
    """
    return _note_local(now) + _note_second(now) + finish_forgetting(now)


def _note_local(now: dt.datetime) -> int:
    journal = own_journal()
    found = []
    for entry in JournalEntry.objects.filter(local_at=None, forget_at=None).order_by("made_at")[:BATCH]:
        position = _found(journal, entry)
        if position is None and entry.made_at > now - IN_FLIGHT:
            continue
        try:
            position = position or place_locally(entry, now)
        except NotReceived:  # logged already; the next sweep tries again
            break
        entry.file, entry.end, entry.local_at, entry.sealed = position.file, position.end, now, b""
        found.append(entry)
    JournalEntry.objects.bulk_update(found, ["file", "end", "local_at", "sealed"])
    return len(found)


def _found(journal: Journal, entry: JournalEntry) -> Position | None:
    if not journal.is_own(entry.since_file):
        return None
    return journal.find(entry.pk, Position(entry.since_file, entry.since_end))


def _note_second(now: dt.datetime) -> int:
    second = Second.here()
    if second is None or not second.may_try(now):
        return 0
    waiting = JournalEntry.objects.filter(second_at=None, local_at__isnull=False, forget_at=None)
    journal = own_journal()
    # What stands in the journal of another machine is copied from there.
    entries = [
        entry for entry in waiting.order_by("made_at")[:BATCH] if (journal.folder / entry.file).exists()
    ]
    try:
        with one_at_a_time(journal.folder) as ours:
            done = _copy_all(second, journal, entries if ours else [])
    except OSError as error:
        second.failed(now)
        log.warning("journal_second_failed", error=error.strerror or str(error))
        return 0
    second.worked()
    return JournalEntry.objects.filter(pk__in=done).update(second_at=now)


def _copy_all(second: Second, journal: Journal, entries: list[JournalEntry]) -> list[uuid.UUID]:
    """Copy the files of each entry, then each journal file once."""
    ends: dict[str, int] = {}
    for entry in entries:
        copy_files(second, entry)
        ends[entry.file] = max(entry.end, ends.get(entry.file, 0))
    for name, end in ends.items():
        second.mirror.copy(journal.folder / name, end)
    return [entry.pk for entry in entries]


def prune(now: dt.datetime, before: dt.datetime | None = None) -> int:
    """Delete journal files whose last day lies before ``before`` (default: 35 days ago); return how many.

    Here and in the second place, with the rows that speak of them. The newest file always stays.
    """
    until = local_date(before or now - KEPT).strftime("%Y%m%d")
    journal, second = own_journal(), Second.here()
    old = [path for path in journal.own_files()[:-1] if _day_of(path) < until]
    for path in old:
        if second is not None:
            second.mirror.forget(path.name)
        path.unlink(missing_ok=True)
    JournalEntry.objects.filter(file__in=[path.name for path in old]).delete()
    _forget_copies(before or now - KEPT)
    return len(old)


def _day_of(path: Path) -> str:
    named = NAME.match(path.name)
    return named[3] if named else ""


def _forget_copies(before: dt.datetime) -> None:
    """Delete rows whose files are gone, whatever machine wrote them."""
    JournalEntry.objects.filter(made_at__lt=before - dt.timedelta(days=2), local_at__isnull=False).delete()
