"""Looking at a file before it is kept: size, true type, whether it can be read, what the scanner says."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings

from zhijia.attachments import types
from zhijia.attachments.copies import page_count
from zhijia.attachments.documents import check_document
from zhijia.attachments.enums import CopyState, State
from zhijia.attachments.errors import (
    EmptyFile,
    FileDamaged,
    FileTooBig,
    ProgramFound,
    TypeRefused,
    UnpacksTooLarge,
)
from zhijia.attachments.names import plain_name, safe_name
from zhijia.attachments.pictures import redraw
from zhijia.attachments.recordings import without_place, without_tags
from zhijia.attachments.sandbox.runner import NoSandbox, SandboxRefused
from zhijia.attachments.scanner import Verdict, scan
from zhijia.attachments.storage import CHUNK
from zhijia.attachments.words import reason_of

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class CheckedUpload:
    """A file that may be kept. ``name`` and ``size`` are those of the upload."""

    name: str
    size: int
    file: BinaryIO
    sha256: str
    kind: str
    shown_name: str
    """Safe name with the extension of what people open."""
    copy: bytes | None
    """The cleaned copy, where it is made at once."""
    copy_kind: str
    copy_state: CopyState
    verdict: Verdict


def look_at(upload: Any, now: dt.datetime) -> CheckedUpload:
    """Check one upload; raise the refusal that fits. Takes no lock and opens no transaction."""
    if isinstance(upload, CheckedUpload):
        return upload
    file: BinaryIO = getattr(upload, "file", None) or upload
    typed = str(upload.name or "")
    shown = plain_name(typed)
    size, digest = _measure(file, shown)
    kind = types.true_kind(file)
    if kind not in types.ALLOWED:
        raise TypeRefused(name=shown, kind=types.name_of(kind))
    name = safe_name(typed, types.ALLOWED[kind].extension)
    copy, copy_kind, state = _copy(file, kind, name)
    verdict = scan(file, now=now)
    if verdict.state == State.REFUSED:
        raise ProgramFound(name=shown, found=verdict.reason)
    ending = types.ALLOWED[copy_kind or kind].extension
    return CheckedUpload(
        name=typed, size=size, file=file, sha256=digest, kind=kind,
        shown_name=f"{name.rpartition('.')[0]}.{ending}", copy=copy, copy_kind=copy_kind, copy_state=state,
        verdict=verdict,
    )  # fmt: skip


def _measure(file: BinaryIO, name: str) -> tuple[int, str]:
    """Return size and SHA-256, reading no further than the cap."""
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    while chunk := file.read(CHUNK):
        size += len(chunk)
        if size > settings.ZHIJIA_FILE_CAP:
            raise FileTooBig(name=name, limit=settings.ZHIJIA_FILE_CAP // MEGABYTE)
        digest.update(chunk)
    if not size:
        raise EmptyFile(name=name)
    return size, digest.hexdigest()


def _copy(file: BinaryIO, kind: str, name: str) -> tuple[bytes | None, str, CopyState]:
    """Return the cleaned copy, its type, and whether one is still to be made."""
    if kind in types.IMAGES:
        return (*redraw(file, kind=kind, name=name), CopyState.READY)
    if kind in ("mp4", "m4a"):
        return without_place(file), kind, CopyState.READY
    if kind in ("mp3", "wav"):
        return without_tags(file, kind=kind, name=name), kind, CopyState.READY
    check_document(file, kind=kind, name=name)
    if kind == "pdf":
        _look_inside(file, name)
    if kind in types.DOCUMENTS:
        return None, "", CopyState.PREPARING
    return None, "", CopyState.AS_IT_CAME


def _look_inside(file: BinaryIO, name: str) -> None:
    """Refuse a PDF that nobody could read; where there is no sandbox now, this is found out later."""
    try:
        page_count(file)
    except NoSandbox:
        return
    except SandboxRefused as refused:
        if refused.code == "damaged":
            raise FileDamaged(name=name, kind=types.name_of("pdf")) from None
        raise UnpacksTooLarge(name=name, reason=reason_of(refused.code)) from None
    finally:
        file.seek(0)
