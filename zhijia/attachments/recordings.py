"""MPEG-4 sound and film from phones name the place of recording; the copy that people open does not."""

from typing import BinaryIO

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
