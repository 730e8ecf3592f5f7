"""Erasure reaches the journal: the bytes of an envelope become zeros, in both places.

Length and hash of the record stay, so that the chain goes on; what was in it is gone.
"""

import datetime as dt
from functools import partial

import structlog
from django.db import transaction

from zhijia.core.journal.files import Journal, Position, blank
from zhijia.core.journal.keeping import index_of, own_journal
from zhijia.core.journal.mirror import one_at_a_time
from zhijia.core.journal.second import Second
from zhijia.core.models import JournalEntry

log = structlog.get_logger(__name__)
BATCH = 500


def forget(reference: str, *, now: dt.datetime) -> int:
    """Make every envelope about a record (``appeal:UUID``) unreadable; return how many are affected.

    Done after the commit of the caller's transaction; a second place that cannot be reached now is done by
    the timer. Safe to repeat.
    """
    with transaction.atomic():
        entries = JournalEntry.objects.filter(about=index_of(reference), forget_at=None)
        changed = entries.update(forget_at=now, sealed=b"")
        transaction.on_commit(partial(finish_forgetting, now))
    return changed


def finish_forgetting(now: dt.datetime) -> int:
    """Blank what is to be forgotten and is not yet; return how many are done in both places."""
    journal, second = own_journal(), Second.here()
    waiting = JournalEntry.objects.filter(forget_at__isnull=False, forgotten_at=None).order_by("made_at")
    done = []
    for entry in waiting[:BATCH]:
        try:
            with one_at_a_time(journal.folder) as ours:
                if not ours or not _blanked(entry, journal, second):
                    continue
        except OSError as error:
            log.warning("journal_forget_failed", error=error.strerror or str(error))
            continue
        done.append(entry.pk)
    return JournalEntry.objects.filter(pk__in=done).update(forgotten_at=now)


def _blanked(entry: JournalEntry, journal: Journal, second: Second | None) -> bool:
    """Blank one record here and there; say whether that was possible from this machine."""
    position: Position | None = Position(entry.file, entry.end)
    if entry.local_at is None:
        position = journal.find(entry.pk, Position(entry.since_file, entry.since_end))
    if position is None:
        return True  # it never reached the journal
    if not journal.is_own(position.file):
        return False  # the machine that wrote it does it
    with journal.locked():
        blank(journal.folder / position.file, entry.pk, position.end)
    if second is not None:
        second.mirror.blank(position, entry.pk)
        for name, _digest in entry.files:
            second.mirror.forget_file(name)
    return True
