"""The intake journal on disk: files that are only ever added to, each record on the disk before it counts.

A record is ``magic, length, id, hash before, body, hash, length again``. Each hash covers the record and
the hash before it, so that records form one chain from the first file to the last. A file whose end is
not whole (the machine died while writing) is never written again; the next record begins a new file.
"""

import fcntl
import hashlib
import os
import re
import struct
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

MAGIC = b"ZJr1"
HEADER = struct.Struct(">4sI16s32s")
"""Magic, bytes of the body, id of the envelope, hash of the record before."""
TRAILER = struct.Struct(">32sI")
"""Hash of header and body, bytes of the whole record (so that the last one is found from the end)."""
START = bytes(32)
"""What stands before the first record."""
FULL_AT = 32 * 1024 * 1024
"""Bytes after which the next record begins a new file; a new day (in China) begins one, too."""
NAME = re.compile(r"^([0-9a-f]{8})-(\d{6})-(\d{8})\.journal$")
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


class Position(NamedTuple):
    """Where a record ends: a file's name and the bytes up to there."""

    file: str
    end: int


@dataclass(frozen=True)
class Record:
    """A whole record as it was read back."""

    id: uuid.UUID
    body: bytes
    before: bytes
    hash: bytes
    file: str
    start: int
    end: int

    @property
    def is_forgotten(self) -> bool:
        """Say whether the contents were erased; place, length and hash remain."""
        return not any(self.body)


@dataclass(frozen=True)
class Damage:
    """Bytes that are no record."""

    file: str
    start: int
    size: int
    at_end: bool
    """Nothing whole follows: a record that was being written, so nobody was told that it was received."""

    def __str__(self) -> str:
        what = "an unfinished record" if self.at_end else "DAMAGED bytes"
        return f"{self.file}: {what} of {self.size} bytes at {self.start}"


def encode(identity: uuid.UUID, body: bytes, before: bytes) -> bytes:
    """Return a record as it is written."""
    head = HEADER.pack(MAGIC, len(body), identity.bytes, before)
    digest = hashlib.sha256(head + body).digest()
    return head + body + TRAILER.pack(digest, HEADER.size + len(body) + TRAILER.size)


def decode(data: bytes, start: int, file: str) -> Record | None:
    """Return the record at ``start``, None if there is no whole one."""
    if len(data) - start < HEADER.size + TRAILER.size:
        return None
    magic, length, identity, before = HEADER.unpack_from(data, start)
    end = start + HEADER.size + length + TRAILER.size
    if magic != MAGIC or end > len(data):
        return None
    covered = data[start : end - TRAILER.size]
    digest, total = TRAILER.unpack_from(data, end - TRAILER.size)
    if total != end - start:
        return None
    found = Record(uuid.UUID(bytes=identity), covered[HEADER.size :], before, digest, file, start, end)
    return found if found.is_forgotten or hashlib.sha256(covered).digest() == digest else None


def read(path: Path, start: int = 0) -> Iterator[Record | Damage]:
    """Yield every record from byte ``start`` on, and what lies between as damage."""
    with path.open("rb") as file:
        file.seek(start)
        data = file.read()
    place = 0
    while place < len(data):
        found = decode(data, place, path.name)
        if found is None:
            following = _next_whole(data, place + 1, path.name)
            until = len(data) if following is None else following
            yield Damage(path.name, start + place, until - place, following is None)
            place = until
            continue
        yield Record(found.id, found.body, found.before, found.hash, path.name,
                     start + found.start, start + found.end)  # fmt: skip
        place = found.end


def _next_whole(data: bytes, place: int, file: str) -> int | None:
    """Return where the next whole record begins."""
    while (place := data.find(MAGIC, place)) >= 0:
        if decode(data, place, file) is not None:
            return place
        place += 1
    return None


def files_in(folder: Path) -> list[Path]:
    """Return the journal files of a folder, of each installation in the order they were written."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if NAME.match(path.name))


def make_folder(folder: Path) -> None:
    """Make a private folder and those above it, each on the disk before the next."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Bring names that were added to or taken from a folder to the disk."""
    with opened(folder, os.O_RDONLY) as descriptor:
        os.fsync(descriptor)


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """Open a file for the length of a block; a new one is readable by its owner only."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte, or raise ``OSError``."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def blank(path: Path, identity: uuid.UUID, end: int) -> bool:
    """Write zeros over the body of the record that ends there; False if there is no such record any more."""
    if not path.exists() or path.stat().st_size < end:
        return False
    with opened(path, os.O_RDWR) as descriptor:
        total = TRAILER.unpack(os.pread(descriptor, TRAILER.size, end - TRAILER.size))[1]
        found = decode(os.pread(descriptor, total, end - total), 0, path.name)
        if found is None or found.id != identity:
            return False
        zeros = memoryview(bytes(len(found.body)))
        place = end - total + HEADER.size
        while zeros:
            written = os.pwrite(descriptor, zeros, place)
            zeros, place = zeros[written:], place + written
        os.fsync(descriptor)
    return True


class Journal:
    """The journal of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other thread and process from writing."""
        make_folder(self.folder)
        with opened(self.folder / "lock", os.O_RDWR | os.O_CREAT) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield

    def position(self) -> Position:
        """Return where the journal ends now; whatever is added from here on lies behind it."""
        own = self.own_files()
        return Position(own[-1].name, own[-1].stat().st_size) if own else Position("", 0)

    def append_once(self, identity: uuid.UUID, body: bytes, *, since: Position, day: str) -> Position:
        """Add a record unless it was added after ``since``; on the disk in either case when this returns.

        ``day`` is ``20261125``, the day in China. Raises ``OSError``; then nothing counts as received.
        """
        with self.locked():
            known = self._find(identity, since)
            if known is not None:
                # Whoever wrote it may have died before it was on the disk.
                self.sync(known.file)
                return known
            return self._append(identity, body, day)

    def sync(self, name: str) -> None:
        """Bring a file to the disk."""
        with opened(self.folder / name, os.O_RDONLY) as descriptor:
            os.fsync(descriptor)

    def end_on_disk(self) -> Position:
        """Return where the journal ends, everything before that on the disk."""
        with self.locked():
            end = self.position()
            if end.file:
                self.sync(end.file)
            return end

    def find(self, identity: uuid.UUID, since: Position) -> Position | None:
        """Return where a record stands that was added after ``since``, on the disk; None if it was not."""
        with self.locked():
            known = self._find(identity, since)
            if known is not None:
                self.sync(known.file)
            return known

    def is_own(self, name: str) -> bool:
        """Say whether a file of this name was written by this journal; the empty name is its beginning."""
        return not name or name.startswith(self._epoch() + "-")

    def own_files(self) -> list[Path]:
        """Return the files of this journal, oldest first."""
        epoch = self._epoch()
        return [path for path in files_in(self.folder) if path.name.startswith(epoch + "-")]

    def _epoch(self) -> str:
        """Return random digits in the name of each file, so that another journal is never overwritten."""
        try:
            return (self.folder / "epoch").read_text()
        except FileNotFoundError:
            return "none"

    def _find(self, identity: uuid.UUID, since: Position) -> Position | None:
        for path in self.own_files():
            if path.name < since.file:
                continue
            start = since.end if path.name == since.file else 0
            for found in read(path, start):
                if isinstance(found, Record) and found.id == identity:
                    return Position(path.name, found.end)
        return None

    def _append(self, identity: uuid.UUID, body: bytes, day: str) -> Position:
        path, before = self._tail(day)
        with opened(path, os.O_WRONLY | os.O_APPEND) as descriptor:
            size = os.fstat(descriptor).st_size
            try:
                write_all(descriptor, encode(identity, body, before))
                os.fsync(descriptor)
            except OSError:
                # What was not acknowledged shall not stand there as if it were.
                with suppress(OSError):
                    os.ftruncate(descriptor, size)
                raise
            return Position(path.name, os.fstat(descriptor).st_size)

    def _tail(self, day: str) -> tuple[Path, bytes]:
        """Return the file to write to, and the hash that the next record follows."""
        own = self.own_files()
        if not own:
            return self._begin(1, day), START
        newest = own[-1]
        head = _last_hash(newest) if newest.stat().st_size else self._last_of(own)
        named = NAME.match(newest.name)
        if head is not None and named and named[3] >= day and newest.stat().st_size < FULL_AT:
            return newest, head
        number = int(named[2]) + 1 if named else len(own) + 1
        return self._begin(number, max(day, named[3] if named else day)), self._last_of(own)

    def _last_of(self, own: list[Path]) -> bytes:
        """Return the hash of the last whole record of all."""
        for path in reversed(own):
            whole = [found.hash for found in read(path) if isinstance(found, Record)]
            if whole:
                return whole[-1]
        return START

    def _begin(self, number: int, day: str) -> Path:
        if self._epoch() == "none":
            with opened(self.folder / "epoch.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as descriptor:
                write_all(descriptor, os.urandom(4).hex().encode())
                os.fsync(descriptor)
            (self.folder / "epoch.new").rename(self.folder / "epoch")
        path = self.folder / f"{self._epoch()}-{number:06d}-{day}.journal"
        with opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL):
            pass
        sync_folder(self.folder)
        return path


def _last_hash(path: Path) -> bytes | None:
    """Return the hash of the last record, found from the end; None if the end is not a whole one."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size < HEADER.size + TRAILER.size:
            return None
        file.seek(size - TRAILER.size)
        total = TRAILER.unpack(file.read(TRAILER.size))[1]
        if not HEADER.size + TRAILER.size <= total <= size:
            return None
        file.seek(size - total)
        last = decode(file.read(total), 0, path.name)
        return last.hash if last else None
