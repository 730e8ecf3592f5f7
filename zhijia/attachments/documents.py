"""Checks on files that are served as they came."""

import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _

from zhijia.attachments.errors import FileDamaged, UnpacksTooLarge
from zhijia.attachments.types import name_of

MOST_UNPACKED = 90 * 1024 * 1024
"""Below what ClamAV looks at of one part (100 MB): it passes over larger ones in silence."""
MOST_RATIO = 200
MOST_PARTS = 5000
_RATIO_FROM = 10 * 1024 * 1024
"""Small documents may be packed tightly; the ratio counts from this size on."""


def check_document(file: BinaryIO, *, kind: str, name: str) -> None:
    """Refuse a document that is cut off, would burst, or carries another file; raise ``BadInput`` errors."""
    if kind == "pdf":
        _check_pdf(file, name)
    elif kind in ("docx", "xlsx"):
        _check_office(file, kind, name)
    file.seek(0)


def _check_pdf(file: BinaryIO, name: str) -> None:
    size = file.seek(0, 2)
    file.seek(max(0, size - 2048))
    tail = file.read()
    if b"%%EOF" not in tail:
        raise FileDamaged(name=name, kind=name_of("pdf"))
    if b"PK\x05\x06" in tail:
        raise UnpacksTooLarge(name=name, reason=_("an archive is hidden behind it"))


def _check_office(file: BinaryIO, kind: str, name: str) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            start = archive.start_dir
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileDamaged(name=name, kind=name_of(kind)) from None
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise UnpacksTooLarge(name=name, reason=_("it unpacks to far more than it weighs"))
    if unpacked > _RATIO_FROM and unpacked > packed * MOST_RATIO:
        raise UnpacksTooLarge(name=name, reason=_("it unpacks to far more than it weighs"))
    if any(part.flag_bits & 1 for part in parts):
        raise UnpacksTooLarge(name=name, reason=_("it is locked with a password"))
    _check_unpacks(file, parts, kind, name)
    _check_nothing_behind(file, start, name)


def _check_unpacks(file: BinaryIO, parts: list[zipfile.ZipInfo], kind: str, name: str) -> None:
    """Unpack for real: a directory that lies about sizes does not get through."""
    budget = sum(part.file_size for part in parts)
    try:
        with zipfile.ZipFile(file) as archive:
            for part in parts:
                with archive.open(part) as content:
                    while chunk := content.read(1 << 16):
                        budget -= len(chunk)
                        if budget < 0:
                            raise UnpacksTooLarge(
                                name=name, reason=_("it unpacks to far more than it weighs")
                            )
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, zipfile.zlib.error):  # type: ignore[attr-defined]
        raise FileDamaged(name=name, kind=name_of(kind)) from None


def _check_nothing_behind(file: BinaryIO, start: int, name: str) -> None:
    size = file.seek(0, 2)
    file.seek(start)
    tail = file.read(size - start)
    end = tail.rfind(b"PK\x05\x06")
    comment = int.from_bytes(tail[end + 20 : end + 22], "little") if end >= 0 else 0
    if end < 0 or comment or end + 22 != len(tail):
        raise UnpacksTooLarge(name=name, reason=_("something is hidden behind it"))
