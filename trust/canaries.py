"""Strings that stand nowhere else, and the search for them in every byte of a folder."""

import base64
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gbk")
FORMS = (*ENCODINGS, "base64", "hex", "HEX", "json", "percent")
"""Every form in which a text is looked for; base64 at each of its three beginnings."""
BLOCK = 1 << 22
STREAM_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b\x08")
"""How zlib and gzip streams begin. What is compressed has no bytes of its own to look for: it is unpacked."""
UNPACKED = 1 << 24
"""Bytes that are unpacked of one stream at most."""


def canary(name: str) -> str:
    """Return a text that nobody else writes, half of it Chinese."""
    return f"鸟{name}{secrets.token_hex(6)}雀"


def forms_of(text: str) -> Iterator[bytes]:
    """Yield a text as it could stand in a file."""
    for encoding in ENCODINGS:
        yield text.encode(encoding)
    plain = text.encode()
    for start in range(3):
        cut = plain[start:]
        whole = base64.b64encode(cut[: len(cut) - len(cut) % 3])
        yield whole
        yield base64.urlsafe_b64encode(cut[: len(cut) - len(cut) % 3])
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield text.encode("ascii", "backslashreplace").lower()
    yield "".join(f"%{byte:02X}" for byte in plain).encode()


def unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what every compressed stream in these bytes holds, whole or as far as it goes."""
    for head in STREAM_HEADS:
        place = content.find(head)
        while place >= 0:
            told = _unpack(content, place)
            if told:
                yield told
            place = content.find(head, place + 1)


def _unpack(content: bytes, place: int) -> bytes:
    """Return what unpacks from a place on; a stream that is cut or damaged gives what came before."""
    stream, told = zlib.decompressobj(zlib.MAX_WBITS | 32), b""
    piece = 4096
    while place < len(content) and not stream.eof and len(told) < UNPACKED:
        try:
            told += stream.decompress(content[place : place + piece], UNPACKED)
        except zlib.error:
            return told
        place, piece = place + piece, 1 << 18
    return told


@dataclass
class Search:
    """What was read and what was found."""

    bytes_read: int = 0
    files: int = 0
    found: dict[str, set[str]] = field(default_factory=dict)
    """Label of the needle: names of files."""

    @property
    def count(self) -> int:
        """Return how many needles were found anywhere."""
        return len(self.found)

    def of(self, kind: str) -> int:
        """Return how many needles of a kind (``kind/…``) were found."""
        return sum(label.startswith(f"{kind}/") for label in self.found)


@dataclass(frozen=True)
class Needles:
    """Bytes to look for, each with a label ``kind/what``."""

    by_bytes: dict[bytes, str]

    @classmethod
    def of_texts(cls, texts: dict[str, str]) -> "Needles":
        """Return the needles of texts in every form, with ``text/`` before their label."""
        return cls({form: f"text/{label}" for label, text in texts.items() for form in forms_of(text)})

    @classmethod
    def of_bytes(cls, kind: str, pieces: Iterable[bytes]) -> "Needles":
        """Return needles for sealed bytes: the middle 48 of each, which no two share by chance."""
        middle = (piece[max(0, len(piece) // 2 - 24) :][:48] for piece in pieces)
        return cls({cut: f"{kind}/{number}" for number, cut in enumerate(middle) if len(cut) >= 24})

    def __or__(self, other: "Needles") -> "Needles":
        return Needles(self.by_bytes | other.by_bytes)

    @property
    def labels(self) -> set[str]:
        """Return what is looked for."""
        return set(self.by_bytes.values())


def search(folder: Path, needles: Needles, *, leave_out: Iterable[Path] = ()) -> Search:
    """Read every byte of every file of a folder and look for the needles."""
    told, skipped = Search(), {path.resolve() for path in leave_out}
    longest = max(len(needle) for needle in needles.by_bytes)
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if (Path(root) / name).resolve() not in skipped]
        for name in names:
            path = Path(root) / name
            told.files += 1
            told.bytes_read += _look(
                path, needles.by_bytes, longest, told.found, str(path.relative_to(folder))
            )
    return told


def _look(path: Path, needles: dict[bytes, str], longest: int, found: dict[str, set[str]], name: str) -> int:
    size, tail = 0, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            size += len(block)
            for window in (tail + block, *unpacked(tail + block)):
                for needle, label in needles.items():
                    if needle in window:
                        found.setdefault(label, set()).add(name)
            tail = window_end(tail + block, longest)
    return size


def window_end(window: bytes, longest: int) -> bytes:
    """Return what must be looked at again with the next block: a needle, or a stream, may lie across."""
    return window[-max(longest, 1 << 16) :]
