"""Which types are taken, and what a file really is: judged by its content, never by its name."""

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import filetype
from django.utils.translation import gettext_lazy as _

HEAD = 8192
IMAGES = ("jpeg", "png", "gif", "webp")
DOCUMENTS = ("pdf", "docx", "xlsx")
"""Types whose copy the sandbox makes in the background."""


@dataclass(frozen=True)
class FileType:
    """An allowed type."""

    kind: str
    mime: str
    extension: str


ALLOWED = {
    kind: FileType(kind, mime, extension)
    for kind, mime, extension in (
        ("jpeg", "image/jpeg", "jpg"),
        ("png", "image/png", "png"),
        ("gif", "image/gif", "gif"),
        ("webp", "image/webp", "webp"),
        ("pdf", "application/pdf", "pdf"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        ("mp3", "audio/mpeg", "mp3"),
        ("m4a", "audio/mp4", "m4a"),
        ("wav", "audio/wav", "wav"),
        ("ogg", "audio/ogg", "ogg"),
        ("webm", "video/webm", "webm"),
        ("amr", "audio/amr", "amr"),
        ("mp4", "video/mp4", "mp4"),
    )
}
_BY_MIME = {t.mime: t.kind for t in ALLOWED.values()} | {
    "audio/x-wav": "wav", "audio/mp4": "m4a", "audio/x-m4a": "m4a", "video/x-m4v": "mp4",
    "video/quicktime": "mov",
}  # fmt: skip
_AUDIO_BRANDS = (b"M4A ", b"M4B ")
_VIDEO_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"MSNV",
    b"dash",
    b"M4V ",
)
_NAMES = {
    "exe": _("a Windows program"), "elf": _("a Linux program"), "html": _("a web page"),
    "svg": _("an SVG drawing, which can hold programs"), "script": _("a script"), "text": _("plain text"),
    "zip": _("a ZIP archive"), "docm": _("an Office document with macros"), "mov": _("a QuickTime film"),
    "heic": _("a HEIC photo"), "doc": _("an old Word, Excel or PowerPoint file"),
}  # fmt: skip


def true_kind(file: BinaryIO) -> str:
    """Return what the content is: a key of ``ALLOWED``, or another short name such as ``exe``.

    Leaves the file at its start.
    """
    file.seek(0)
    head = file.read(HEAD)
    kind = _kind_of(head)
    if kind == "zip":
        kind = _office_kind(file)
    file.seek(0)
    return kind


def name_of(kind: str) -> str:
    """Return what a type is called, for people."""
    return str(_NAMES.get(kind, kind.upper()))


def _kind_of(head: bytes) -> str:
    for sniff in (_by_box, _by_own_marks, _by_library, _by_text):
        kind = sniff(head)
        if kind:
            return kind
    return "unknown"


def _by_box(head: bytes) -> str:
    """Tell MPEG-4 sound from film, and both from HEIC and QuickTime, by the brand."""
    if head[4:8] != b"ftyp":
        return ""
    brand = head[8:12]
    if brand in _AUDIO_BRANDS:
        return "m4a"
    if brand in _VIDEO_BRANDS:
        return "mp4"
    if brand in (b"heic", b"heix", b"hevc", b"mif1", b"msf1"):
        return "heic"
    return "mov" if brand == b"qt  " else f"ftyp {brand.decode('ascii', 'replace').strip()}"


def _by_own_marks(head: bytes) -> str:
    marks = ((b"%PDF-", "pdf"), (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"MZ", "exe"),
             (b"\x7fELF", "elf"), (b"#!", "script"), (b"\xd0\xcf\x11\xe0", "doc"),
             (b"#!AMR", "amr"))  # fmt: skip
    found = [kind for mark, kind in marks if head.startswith(mark)]
    return found[-1] if found else ""


def _by_library(head: bytes) -> str:
    found = filetype.guess(head)
    if found is None:
        return ""
    return str(_BY_MIME.get(found.mime, found.extension))


def _by_text(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").lower()
    if b"<svg" in start[:2048]:
        return "svg"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<?php")):
        return "html"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return ""
    return "text"


def _office_kind(file: BinaryIO) -> str:
    """Tell docx and xlsx from other archives by the parts every such document must have."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "zip"
    if "[Content_Types].xml" not in names:
        return "zip"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "docm"
    return "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else "zip"
