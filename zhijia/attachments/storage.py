"""Sealed bytes on disk, one megabyte at a time: constant memory, nothing half-written.

A file is a row of ``length, sealed chunk`` under a key of its own. Each chunk is bound to the file's
place, its number and whether it is the last, so that a file cut short, re-ordered or moved does not
open. Files from before there were keys of their own (``key=None``) lie under the installation's.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from zhijia.core.errors import storage_guard
from zhijia.core.journal import note_file
from zhijia.core.sealing import SealBroken, seal_under, unseal, unseal_under

CHUNK = 1 << 20
KEY_BYTES = 32
PURPOSE = "attachments"
PARTS = ("original", "rendition", "work")
"""What came, what people open, and what the checks work on until they are done."""
_LENGTH = 4


def path_of(tenant: int, public_id: object, part: str) -> Path:
    """Return where a part of a file lies; the name says nothing about it."""
    name = str(public_id)
    return Path(settings.ZHIJIA_ATTACHMENTS) / str(tenant) / name[:2] / f"{name}.{part}"


def write_sealed(path: Path, source: BinaryIO, *, place: str, key: bytes) -> None:
    """Seal ``source`` under ``key`` into ``path``, which exists whole or not at all; raise ``StorageFull``.

    Temporary file, fsync, rename, fsync of the folder.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    with storage_guard():
        try:
            _make_folder(path.parent)
            with open(temporary, "xb", opener=_private) as out:
                for piece in _sealed_pieces(source, place, key):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            temporary.rename(path)
            _sync_folder(path.parent)
            if not path.name.endswith(".work"):  # it is gone before a second place could fetch it
                note_file(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def read_sealed(path: Path, *, place: str, key: bytes | None) -> Iterator[bytes]:
    """Yield the plain bytes; raise ``SealBroken`` when anything was altered, moved or cut off."""
    with path.open("rb") as file:
        number, last = 0, False
        while header := file.read(_LENGTH):
            if last:
                raise SealBroken("bytes after the end")
            length = int.from_bytes(header, "big")
            if length > CHUNK + 1024:
                raise SealBroken("a chunk of impossible length")
            sealed = file.read(length)
            at_end = len(file.peek(1)) == 0
            yield _open(sealed, key, _chunk_place(place, number, at_end))
            number, last = number + 1, at_end
        if not last:
            raise SealBroken("the file is cut off")


def _open(sealed: bytes, key: bytes | None, place: str) -> bytes:
    if key is None:
        return unseal(sealed, purpose=PURPOSE, place=place)
    return unseal_under(key, sealed, place=place)


def _sealed_pieces(source: BinaryIO, place: str, key: bytes) -> Iterator[bytes]:
    source.seek(0)
    number, chunk = 0, source.read(CHUNK)
    while True:
        following = source.read(CHUNK)
        sealed = seal_under(key, chunk, place=_chunk_place(place, number, not following))
        yield len(sealed).to_bytes(_LENGTH, "big") + sealed
        if not following:
            return
        number, chunk = number + 1, following


def _chunk_place(place: str, number: int, last: bool) -> str:
    return f"{place}|{number}|{'last' if last else 'more'}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _make_folder(folder: Path) -> None:
    """Make the folder and those above it, durable each."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
