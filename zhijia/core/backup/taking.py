"""Making a backup: tables of one instant, the files that they refer to, the journal, the ledger of "
"erasures."""

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from zhijia.core import key_ring
from zhijia.core.backup.errors import BackupRefused
from zhijia.core.backup.frozen import facts_of, frozen
from zhijia.core.backup.key_files import fingerprint, public_key
from zhijia.core.backup.repository import DATABASE, FACTS, Repository, Snapshot, installation, write_whole
from zhijia.core.backup.stream import Watched, Written, seal_stream
from zhijia.core.erasures import own_ledger
from zhijia.core.journal.files import files_in
from zhijia.core.manifest import FileFolder, contributions

JOURNAL, LEDGER = "journal", "ledger"
"""Kinds of files that are not in the folder of a setting."""
Say = Callable[[str], object]


@dataclass
class Taken:
    """What a backup holds."""

    snapshot: Snapshot | None = None
    files: int = 0
    new_files: int = 0
    new_bytes: int = 0
    missing: list[str] = field(default_factory=list)
    """Files that rows refer to and that could not be read."""
    pruned: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """A file that a backup takes along."""

    kind: str
    name: str
    path: Path


def files_of(using: str) -> Iterator[Wanted]:
    """Yield the files that rows of that database refer to."""
    for folder in contributions("file_folders"):
        root = Path(getattr(settings, folder.setting))
        for name in folder.referenced(using):
            yield Wanted(folder.setting, name, root / name)


def later_files() -> Iterator[Wanted]:
    """Yield what is copied after the tables: the journal, and last the ledger of erasures."""
    for path in files_in(Path(settings.ZHIJIA_JOURNAL)):
        yield Wanted(JOURNAL, path.name, path)
    if own_ledger().exists():
        yield Wanted(LEDGER, own_ledger().name, own_ledger())


def plan() -> tuple[int, int]:
    """Return how many files a backup would look at and how many bytes they and the tables have."""
    files = [wanted.path for wanted in (*files_of("default"), *later_files()) if wanted.path.exists()]
    size = sum(path.stat().st_size for path in files)
    if connection.vendor == "sqlite":
        return len(files), size + Path(str(connection.settings_dict["NAME"])).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return len(files), size + int(cursor.fetchone()[0])


def take_backup(
    target: Path, *, now: dt.datetime, keep: dt.timedelta, progress: Callable[[int], object] = lambda n: None
) -> Taken:
    """Make a backup in the repository ``target``, then forget those older than ``keep``.

    ``progress`` is told the bytes that were read. Raises ``BackupRefused``, ``StorageFull``; then the
    repository holds no half of it.
    """
    public = public_key()
    if not key_ring.numbers():
        raise BackupRefused("This installation has no keys yet, so there is nothing to back up.")
    repository, taken = Repository(target), Taken()
    repository.begin()
    with repository.writing():
        taken.snapshot = _Taking(repository, public, taken, progress).run(now)
        taken.pruned = repository.prune(now - keep)
    _remember(taken.snapshot, target)
    return taken


class _Taking:
    """One backup on its way."""

    def __init__(
        self, repository: Repository, public: bytes, taken: Taken, progress: Callable[[int], object]
    ) -> None:
        self.repository, self.public, self.taken, self.progress = repository, public, taken, progress
        self.recipient = fingerprint(public)
        self.parts: dict[str, list[Any]] = {}
        self.written: dict[str, list[Any]] = {}
        self.names: list[tuple[str, str, str, int]] = []

    def run(self, now: dt.datetime) -> Snapshot:
        """Write every part; return the finished backup."""
        folder = self.repository.new_folder(now)
        name = folder.name.removeprefix(".new-")
        with frozen() as held:
            facts = facts_of(held.using)
            content = Watched(self._told(held.dump()))
            self._part(folder, name, DATABASE, content)
            for wanted in files_of(held.using):
                self._file(wanted)
        for wanted in later_files():
            self._file(wanted)
        facts |= {"at": now.isoformat(), "database": content.sha256, "files": self.names}
        self._part(folder, name, FACTS, iter([json.dumps(facts).encode()]))
        return self.repository.finish(folder, self._manifest(now, facts))

    def _manifest(self, now: dt.datetime, facts: dict[str, Any]) -> dict[str, Any]:
        return {
            "form": 1, "at": now.isoformat(), "version": facts["version"], "engine": facts["engine"],
            "recipient": self.recipient, "installation": installation(), "parts": self.parts,
            "files": self.written,
        }  # fmt: skip

    def _part(self, folder: Path, backup: str, name: str, source: Any) -> None:
        written = write_whole(
            folder / f"{name}.sealed",
            lambda out: seal_stream(source, out, public=self.public, place=f"{name}|{backup}", squeeze=True),
        )
        self.parts[name] = _listed(written)

    def _told(self, source: Iterator[bytes]) -> Iterator[bytes]:
        for piece in source:
            self.progress(len(piece))
            yield piece

    def _file(self, wanted: Wanted) -> None:
        try:
            digest, size, written, is_new = self.repository.add_file(
                wanted.path, public=self.public, recipient=self.recipient
            )
        except FileNotFoundError:
            if _is_still_wanted(wanted):
                self.taken.missing.append(f"{wanted.path} is not there, but a row refers to it")
            return
        self.progress(size)
        self.written[digest] = _listed(written)
        self.names.append((wanted.kind, wanted.name, digest, size))
        self.taken.files += 1
        self.taken.new_files += is_new
        self.taken.new_bytes += written.size * is_new


def _listed(written: Written) -> list[Any]:
    return [written.size, written.sha256]


def _is_still_wanted(wanted: Wanted) -> bool:
    """Say whether rows still refer to a file; it may have been erased since the tables were held still."""
    folders: list[FileFolder] = [f for f in contributions("file_folders") if f.setting == wanted.kind]
    return any(wanted.name in set(folder.referenced("default")) for folder in folders)


def last_backup() -> Path:
    """Return the file that says when the last backup was made."""
    return Path(settings.DATA) / "backup.json"


def _remember(snapshot: Snapshot, target: Path) -> None:
    fresh = last_backup().with_suffix(".fresh")
    fresh.write_text(
        json.dumps({"at": snapshot.at.isoformat(), "name": snapshot.name, "target": str(target)})
    )
    os.replace(fresh, last_backup())
