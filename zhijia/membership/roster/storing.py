"""Sealed files of an import: what was uploaded, and the rows made ready from it.

Both lie under the key of the row; to destroy the row is to destroy them.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from zhijia.core.errors import storage_guard
from zhijia.core.sealing import SealBroken, seal, seal_under, unseal, unseal_under
from zhijia.membership.models import RosterImport

PURPOSE = "roster"
KEY_BYTES = 32
PIECE = 1 << 20
"""Bytes of an upload that are sealed at once."""
_HEAD = 4
"""Bytes of a number: how many rows a piece holds, how long it is."""
LAST = 0xFFFFFFFF
"""Stands for the number of rows in the mark at the end."""


def folder() -> Path:
    """Return where rosters lie."""
    return Path(settings.ZHIJIA_ROSTERS)


def path_of(roster: RosterImport, part: str = "original") -> Path:
    """Return where a part lies: ``original``, or ``ready`` for rows that can be written."""
    return folder() / str(roster.tenant) / f"{roster.stored_as}.{part}"


def new_key(roster: RosterImport) -> bytes:
    """Return a fresh key and lock it away on the row, which is not saved here."""
    key = os.urandom(KEY_BYTES)
    roster.file_key = seal(key, purpose=PURPOSE, place=roster.place)
    return key


def key_of(roster: RosterImport) -> bytes:
    """Return the key of the files."""
    return unseal(roster.file_key, purpose=PURPOSE, place=roster.place)


def keep(roster: RosterImport, file: BinaryIO) -> None:
    """Seal an upload into its place, piece by piece; raise ``StorageFull``."""
    new_key(roster)
    file.seek(0)
    with _whole(roster, "original") as pieces:
        while piece := file.read(PIECE):
            pieces.add(piece, 0)


def chunks(roster: RosterImport) -> Iterator[bytes]:
    """Yield the bytes of the upload; raise ``SealBroken`` where it was altered or cut off."""
    yield from (piece for _count, piece in _pieces(roster, "original"))


def forget(roster: RosterImport, *parts: str) -> None:
    """Remove parts from the disk; one that is gone already is no fault."""
    for part in parts:
        path_of(roster, part).unlink(missing_ok=True)


class Pieces:
    """Sealed pieces one after the other, each bound to its place and number, then a mark for the end."""

    def __init__(self, roster: RosterImport, part: str, out: BinaryIO) -> None:
        self.key, self.place, self.out, self.number = key_of(roster), f"{roster.place}|{part}", out, 0

    def add(self, content: bytes, count: int) -> None:
        """Seal a piece; ``count`` says in the clear how many rows it holds."""
        sealed = seal_under(self.key, content, place=f"{self.place}|{self.number}|{count}")
        self.out.write(count.to_bytes(_HEAD, "big") + len(sealed).to_bytes(_HEAD, "big") + sealed)
        self.number += 1

    def end(self) -> None:
        """Write the sealed mark, without which the file counts as cut off."""
        self.add(b"", LAST)


@contextmanager
def _whole(roster: RosterImport, part: str) -> Iterator[Pieces]:
    """Write a part that takes its place when all is in it, or never."""
    path = path_of(roster, part)
    temporary = path.with_suffix(f".{part}.{os.getpid()}.part")
    with storage_guard():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with open(temporary, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
                pieces = Pieces(roster, part, out)
                yield pieces
                pieces.end()
                out.flush()
                os.fsync(out.fileno())
            temporary.rename(path)
            _sync(path.parent)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _sync(directory: Path) -> None:
    """Let the new name of a file outlive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pieces(roster: RosterImport, part: str, skip: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield (rows, content) of each piece; those within the first ``skip`` rows without opening them."""
    key, number = key_of(roster), 0
    with path_of(roster, part).open("rb") as file:
        while True:
            head = file.read(2 * _HEAD)
            if len(head) < 2 * _HEAD:
                raise SealBroken("the file is cut off")
            count, sealed = (
                int.from_bytes(head[:_HEAD], "big"),
                file.read(int.from_bytes(head[_HEAD:], "big")),
            )
            if count != LAST and skip >= count > 0:
                skip, number = skip - count, number + 1
                continue
            content = unseal_under(key, sealed, place=f"{roster.place}|{part}|{number}|{count}")
            if count == LAST:
                return
            yield count, content
            number += 1


class Batches:
    """Writes batches of rows one after the other."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces = pieces

    def add(self, lines: Iterable[str]) -> None:
        """Seal a batch; an empty one leaves no trace."""
        if kept := list(lines):
            self.pieces.add("\n".join(kept).encode(), len(kept))


@contextmanager
def batches(roster: RosterImport) -> Iterator[Batches]:
    """Open the file of rows that can be written; it takes its place when all are in it."""
    with _whole(roster, "ready") as pieces:
        yield Batches(pieces)


def read_batches(roster: RosterImport, done: int) -> Iterator[list[str]]:
    """Yield the batches behind the first ``done`` rows, which end with a batch; raise ``SealBroken``."""
    for _count, content in _pieces(roster, "ready", done):
        yield content.decode().split("\n")
