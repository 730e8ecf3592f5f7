"""A stream sealed to a public key, one megabyte at a time: constant memory, any length.

``magic, flags, length of the box, box`` and then ``length, sealed chunk`` again and again. The box holds
a random key for this stream alone and opens only with the private half. Each chunk is bound to the
stream's place, its number and whether it is the last: a stream cut short or re-ordered does not open.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from zhijia.core.backup.errors import BackupDamaged
from zhijia.core.boxes import open_with, seal_to
from zhijia.core.sealing import SealBroken, seal_under, unseal_under

MAGIC = b"ZJB1"
HEADER = struct.Struct(">4sBH")
LENGTH = struct.Struct(">I")
CHUNK = 1 << 20
MOST = CHUNK + 1024
"""Bytes of a sealed chunk at most."""
SQUEEZED = 1
LEVEL = 3
"""Of compression: a third of the size for a tenth of the time that the best would take."""
KEY_BYTES = 32


@dataclass(frozen=True)
class Written:
    """What was written: enough to see later that it is still the same."""

    size: int
    sha256: str


class _Counted:
    """Counts and hashes what passes on its way into a file."""

    def __init__(self, out: BinaryIO) -> None:
        self.out, self.size, self.digest = out, 0, hashlib.sha256()

    def write(self, data: bytes) -> None:
        self.out.write(data)
        self.size += len(data)
        self.digest.update(data)


def seal_stream(
    source: Iterable[bytes], out: BinaryIO, *, public: bytes, place: str, squeeze: bool = False
) -> Written:
    """Seal what ``source`` yields into ``out``; ``squeeze`` compresses it first."""
    flags, key, counted = SQUEEZED if squeeze else 0, os.urandom(KEY_BYTES), _Counted(out)
    box = seal_to(public, key, place=f"backup|{place}")
    counted.write(HEADER.pack(MAGIC, flags, len(box)) + box)
    pieces = _chunks(_squeezed(source) if squeeze else source)
    for number, (chunk, last) in enumerate(pieces):
        sealed = seal_under(key, chunk, place=_chunk_place(place, flags, number, last))
        counted.write(LENGTH.pack(len(sealed)) + sealed)
    return Written(counted.size, counted.digest.hexdigest())


def open_stream(file: BinaryIO, *, private: bytes, place: str) -> Iterator[bytes]:
    """Yield what was sealed; raise ``BackupDamaged`` when anything was altered, moved or cut off."""
    flags, key = _open_head(file, private, place)
    pieces = _open_chunks(file, key, place, flags)
    yield from _unsqueezed(pieces, place) if flags & SQUEEZED else pieces


def _open_head(file: BinaryIO, private: bytes, place: str) -> tuple[int, bytes]:
    head = file.read(HEADER.size)
    if len(head) < HEADER.size or not head.startswith(MAGIC):
        raise BackupDamaged(f"{place}: this is no sealed stream")
    _magic, flags, length = HEADER.unpack(head)
    try:
        return flags, open_with(private, file.read(length), place=f"backup|{place}")
    except SealBroken:
        raise BackupDamaged(f"{place}: it does not open with this private key, or it was altered") from None


def _open_chunks(file: BinaryIO, key: bytes, place: str, flags: int) -> Iterator[bytes]:
    number, last = 0, False
    following = file.read(LENGTH.size)
    while following:
        if len(following) < LENGTH.size:
            raise BackupDamaged(f"{place}: cut off")
        length = LENGTH.unpack(following)[0]
        sealed = file.read(min(length, MOST))
        if len(sealed) != length:
            raise BackupDamaged(f"{place}: cut off or altered in megabyte {number}")
        following = file.read(LENGTH.size)
        last = not following
        try:
            yield unseal_under(key, sealed, place=_chunk_place(place, flags, number, last))
        except SealBroken:
            raise BackupDamaged(f"{place}: cut off or altered in megabyte {number}") from None
        number += 1
    if not last:
        raise BackupDamaged(f"{place}: cut off")


def _chunk_place(place: str, flags: int, number: int, last: bool) -> str:
    return f"{place}|{flags}|{number}|{'last' if last else 'more'}"


def _chunks(source: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of one megabyte, each with whether it is the last; an empty source yields one, empty."""
    held = bytearray()
    for piece in source:
        held += piece
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True


def _squeezed(source: Iterable[bytes]) -> Iterator[bytes]:
    press = zlib.compressobj(LEVEL)
    for piece in source:
        yield press.compress(piece)
    yield press.flush()


def _unsqueezed(source: Iterable[bytes], place: str) -> Iterator[bytes]:
    press = zlib.decompressobj()
    for piece in source:
        while piece:
            yield press.decompress(piece, CHUNK)
            piece = press.unconsumed_tail
    yield press.flush()
    if not press.eof:
        raise BackupDamaged(f"{place}: cut off")


def pieces_of(file: BinaryIO, length: int | None = None) -> Iterator[bytes]:
    """Yield a file's content one megabyte at a time, at most ``length`` bytes."""
    left = length
    while piece := file.read(CHUNK if left is None else min(CHUNK, left)):
        yield piece
        left = None if left is None else left - len(piece)


@dataclass
class Watched:
    """Passes a stream on; afterwards knows its length and hash."""

    source: Iterable[bytes]
    size: int = 0

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.source:
            self.size += len(piece)
            self._digest.update(piece)
            yield piece

    @property
    def sha256(self) -> str:
        """Return the hash of what passed so far."""
        return self._digest.hexdigest()
