"""The second copy: the same bytes in another place, on the disk there before it counts.

A journal file grows at its end only, so the second place lacks nothing but the rest of it. A file there
that differs is set aside, never written over: it may be all that is left of something.
"""

import fcntl
import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from zhijia.core.journal.files import TRAILER, Position, blank, make_folder, opened, sync_folder, write_all

COMPARED = TRAILER.size
"""Bytes before the end that must be the same on both sides before more is added: the hash of the last
record there, which stands for all before it."""
MARK = "second-place-of-the-journal"
"""Name of the file by which the second place is known to be what it should be."""
CHUNK = 1 << 20
PATIENCE = 2.0
"""Seconds to wait for another process that is copying; after that there is one copy for now."""


class Mirror(Protocol):
    """A second place."""

    def copy(self, source: Path, until: int) -> None:
        """Have the first ``until`` bytes of a journal file on the disk over there; raise ``OSError``."""

    def copy_file(self, source: Path, name: str, sha256: str) -> None:
        """Have a sealed file on the disk over there; raise ``OSError``."""

    def blank(self, position: Position, identity: uuid.UUID) -> None:
        """Make a record unreadable over there; raise ``OSError``."""

    def forget(self, name: str) -> None:
        """Delete a journal file whose time is over; raise ``OSError``."""

    def forget_file(self, name: str) -> None:
        """Delete the copy of a sealed file; raise ``OSError``."""

    def reach(self) -> None:
        """Raise ``OSError`` when the place cannot be reached now."""


class OtherFolder:
    """A folder on another disk or a mount from another machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copy(self, source: Path, until: int) -> None:
        """Add what is missing; see ``Mirror.copy``."""
        self.reach()
        target = self.folder / source.name
        with source.open("rb") as ours:
            have = self._agreed(ours.fileno(), target, until)
            if have >= until:
                return
            is_new = not target.exists()
            with opened(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT) as theirs:
                ours.seek(have)
                while have < until:
                    piece = ours.read(min(CHUNK, until - have))
                    if not piece:
                        raise OSError(f"{source} ends before {until}")
                    write_all(theirs, piece)
                    have += len(piece)
                os.fsync(theirs)
            if is_new:
                sync_folder(self.folder)

    def _agreed(self, ours: int, target: Path, until: int) -> int:
        """Return how many bytes are the same on both sides; set a file aside that is not ours."""
        if not target.exists():
            return 0
        have = target.stat().st_size
        place = min(have, until)
        length = min(COMPARED, place)
        with opened(target, os.O_RDONLY) as theirs:
            same = os.pread(theirs, length, place - length) == os.pread(ours, length, place - length)
            if same and have >= until:
                os.fsync(theirs)
        if same:
            return have
        set_aside(target)
        return 0

    def copy_file(self, source: Path, name: str, sha256: str) -> None:
        """See ``Mirror.copy_file``."""
        self.reach()
        copy_sealed(source, self.folder / "files" / name, sha256)

    def blank(self, position: Position, identity: uuid.UUID) -> None:
        """See ``Mirror.blank``."""
        self.reach()
        blank(self.folder / position.file, identity, position.end)

    def forget(self, name: str) -> None:
        """See ``Mirror.forget``; files that were set aside go as well."""
        self.reach()
        for path in (self.folder / name, *self.folder.glob(f"{name}.aside-*")):
            path.unlink(missing_ok=True)

    def forget_file(self, name: str) -> None:
        """See ``Mirror.forget_file``."""
        (self.folder / "files" / name).unlink(missing_ok=True)

    def reach(self) -> None:
        """Raise ``OSError`` unless the mark is there: a mount that is away leaves an empty folder behind."""
        if not (self.folder / MARK).exists():
            raise FileNotFoundError(f"{self.folder} is away, or is not marked: zhijia journal second")


def mark_second(folder: Path) -> None:
    """Make a folder, on another disk or mount, the second place; safe to repeat."""
    make_folder(folder)
    with opened(folder / MARK, os.O_WRONLY | os.O_CREAT) as descriptor:
        os.fsync(descriptor)
    sync_folder(folder)


def set_aside(path: Path) -> None:
    """Give a file a name under which nobody writes to it."""
    number = 1
    while path.with_name(f"{path.name}.aside-{number}").exists():
        number += 1
    path.rename(path.with_name(f"{path.name}.aside-{number}"))


def copy_sealed(source: Path, target: Path, sha256: str) -> None:
    """Copy a file whose bytes have this hash; whole and on the disk, or not at all. Raises ``OSError``."""
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return
    make_folder(target.parent)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with source.open("rb") as ours, opened(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as theirs:
            while piece := ours.read(CHUNK):
                digest.update(piece)
                write_all(theirs, piece)
            os.fsync(theirs)
        if digest.hexdigest() != sha256:
            raise OSError(f"{source} is not the file that was handed in")
        part.rename(target)
        sync_folder(target.parent)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


@contextmanager
def one_at_a_time(folder: Path, patience: float = PATIENCE) -> Iterator[bool]:
    """Hold the right to copy for the length of a block; yields False when somebody else keeps it too long."""
    with opened(folder / "mirror.lock", os.O_RDWR | os.O_CREAT) as descriptor:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    yield False
                    return
                time.sleep(0.002)
        yield True


def copied_files(folder: Path) -> list[Path]:
    """Return the sealed files that stand beside the journal in a second place."""
    return sorted(path for path in (folder / "files").rglob("*") if path.is_file() and path.name[0] != ".")
