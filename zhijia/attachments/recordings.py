"""Sound and film from phones name place, person and device; the copy that people open does not."""

import re
from typing import BinaryIO

from zhijia.attachments.errors import FileDamaged
from zhijia.attachments.types import name_of

_HOLD_BOXES = {b"moov", b"trak", b"mdia", b"moof", b"traf"}
_TELLING = {b"udta", b"meta", b"uuid"}
"""User data (place, author, device), key-value metadata, private extensions."""


def without_place(file: BinaryIO) -> bytes:
    """Return the bytes with every telling box turned into an empty one of the same length.

    Offsets stay as they are, so sound and picture are untouched. A file whose boxes make no sense
    is returned as far as they do: players decide about the rest.
    """
    file.seek(0)
    content = bytearray(file.read())
    _blank(content, 0, len(content))
    return bytes(content)


def _blank(content: bytearray, start: int, end: int) -> None:
    while start + 8 <= end:
        size = int.from_bytes(content[start : start + 4], "big")
        kind, header = bytes(content[start + 4 : start + 8]), 8
        if size == 1:
            size, header = int.from_bytes(content[start + 8 : start + 16], "big"), 16
        if size == 0:
            size = end - start
        if size < header or start + size > end:
            return
        if kind in _TELLING:
            content[start + 4 : start + 8] = b"free"
            content[start + header : start + size] = bytes(size - header)
        elif kind in _HOLD_BOXES:
            _blank(content, start + header, start + size)
        start += size


def without_tags(file: BinaryIO, *, kind: str, name: str) -> bytes:
    """Return an MP3 or WAV with its sound only; raise ``FileDamaged`` when no sound is found."""
    file.seek(0)
    content = file.read()
    sound = _bare_mp3(content) if kind == "mp3" else _bare_wav(content)
    if not sound:
        raise FileDamaged(name=name, kind=name_of(kind))
    return sound


def _bare_mp3(content: bytes) -> bytes:
    """Cut off ID3 tags, before (version 2) and behind (version 1)."""
    while content[:3] == b"ID3" and len(content) > 10:
        size = sum((byte & 127) << shift for byte, shift in zip(content[6:10], (21, 14, 7, 0), strict=True))
        content = content[10 + size :].lstrip(b"\0")
    if content[-128:-125] == b"TAG":
        content = content[:-128]
    begins = re.search(rb"\xff[\xe0-\xff]", content[:8192])
    return content[begins.start() :] if begins else b""


def _bare_wav(content: bytes) -> bytes:
    """Keep the pieces that sound needs; LIST, id3, bext and the rest name people and places."""
    kept, at = [], 12
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        if content[at : at + 4] in (b"fmt ", b"fact", b"data"):
            kept.append(content[at : at + 8 + size + size % 2])
        at += 8 + size + size % 2
    sound = b"".join(kept)
    is_whole = content[8:12] == b"WAVE" and b"fmt " in sound[:4] and b"data" in sound
    return b"RIFF" + (len(sound) + 4).to_bytes(4, "little") + b"WAVE" + sound if is_whole else b""
