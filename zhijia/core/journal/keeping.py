"""From the committed transaction to the receipt: into the journal here, then to the second place."""

import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings

from zhijia.core.clock import local_date
from zhijia.core.errors import NotReceived
from zhijia.core.journal import collecting, envelope
from zhijia.core.journal.files import Journal, Position
from zhijia.core.journal.mirror import one_at_a_time
from zhijia.core.journal.second import Second, attachment_path
from zhijia.core.models import JournalEntry
from zhijia.core.sealing import blind_index

log = structlog.get_logger(__name__)
INDEX = "journal"


def own_journal() -> Journal:
    """Return the journal of this machine."""
    return Journal(Path(settings.ZHIJIA_JOURNAL))


def index_of(name: str) -> str:
    """Return the look-up key under which entries about a record, or of a sending, are found."""
    return blind_index(name, purpose=INDEX)


def make_entry(collected: collecting.Collected, *, about: str, token: str, now: dt.datetime) -> JournalEntry:
    """Seal what was collected into a row of the same transaction; call it last."""
    since = own_journal().position()
    entry = JournalEntry(
        id=uuid.uuid4(), token=index_of(token), about=index_of(about), made_at=now,
        files=[[file.name, file.sha256] for file in collected.files.values()],
        since_file=since.file, since_end=since.end,
    )  # fmt: skip
    entry.sealed = envelope.build(entry.pk, collected, about=about, token=token, now=now)
    entry.save(force_insert=True)
    return entry


def entry_of(token: str) -> JournalEntry | None:
    """Return the entry of an earlier sending; None if it was made without a journal."""
    return JournalEntry.objects.filter(token=index_of(token)).order_by("-made_at").first()


def keep(entry: JournalEntry, now: dt.datetime) -> int:
    """Have a committed entry in the journal, on the disk; return how many copies there are: 1 or 2.

    Safe to repeat: an entry is added once. Raises ``NotReceived``.
    """
    if entry.forget_at is not None:
        return 2 if entry.second_at else 1  # erased since: nothing is to be added
    position = place_locally(entry, now)
    if entry.second_at is not None:
        return 2
    if not own_journal().is_own(position.file):
        return 1  # it stands in the journal of another machine, whose own timer copies it
    return 2 if _copied(entry, position, now) else 1


def place_locally(entry: JournalEntry, now: dt.datetime) -> Position:
    """Add an entry to the journal of this machine unless it stands there; raise ``NotReceived``."""
    if entry.local_at is not None:
        return Position(entry.file, entry.end)
    journal = own_journal()
    since = Position(entry.since_file, entry.since_end)
    try:
        return journal.append_once(
            entry.pk,
            bytes(entry.sealed),
            since=since if journal.is_own(since.file) else journal.position(),
            day=local_date(now).strftime("%Y%m%d"),
        )
    except OSError as error:
        log.exception("journal_failed", error=error.strerror or str(error))
        raise NotReceived from error


def _copied(entry: JournalEntry, position: Position, now: dt.datetime) -> bool:
    second = Second.here()
    if second is None or not second.may_try(now):
        return False
    journal = own_journal()
    try:
        with one_at_a_time(journal.folder) as ours:
            if not ours:
                return False
            copy_files(second, entry)
            second.mirror.copy(journal.folder / position.file, position.end)
    except OSError as error:
        second.failed(now)
        log.warning("journal_second_failed", error=error.strerror or str(error))
        return False
    second.worked()
    return True


def copy_files(second: Second, entry: JournalEntry) -> None:
    """Have the sealed files of an entry in the second place; raise ``OSError``."""
    for name, digest in entry.files:
        source = attachment_path(name)
        if source.exists():  # gone: it was erased meanwhile
            second.mirror.copy_file(source, name, digest)


def copies_of(about: str) -> int | None:
    """Return how many copies there are of what was handed in about a record (``appeal:UUID``): 1 or 2.

    None when nothing is known, e.g. because the time of the journal is over and backups hold it.
    """
    entries = JournalEntry.objects.filter(about=index_of(about), forget_at=None)
    seen = list(entries.values_list("second_at", flat=True))
    if not seen:
        return None
    return 2 if all(seen) else 1


@dataclass(frozen=True)
class Standing:
    """What a receipt page says about copies."""

    copies: int
    awaits: bool
    """Whether a second place is set that will have it as soon as it can be reached."""


def standing_of(about: str, told: int = 0) -> Standing | None:
    """Return what to say about the copies of a record, None when nothing is known.

    ``told`` is what the answer to the sending said a moment ago: there are never fewer than that.
    """
    copies = max(copies_of(about) or 0, told)
    return Standing(copies, copies < 2 and Second.here() is not None) if copies else None
