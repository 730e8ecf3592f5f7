"""Taking files in, and letting them go."""

import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from zhijia.attachments import storage, types
from zhijia.attachments.documents import check_document
from zhijia.attachments.errors import EmptyFile, FileTooBig, TooManyBytes, TypeRefused
from zhijia.attachments.models import Attachment
from zhijia.attachments.names import plain_name, safe_name
from zhijia.attachments.pictures import redraw
from zhijia.attachments.recordings import without_place
from zhijia.attachments.selectors import attachments_of, place_of
from zhijia.audit import services as audit
from zhijia.core.actors import Actor, actor_id
from zhijia.core.errors import storage_guard

__all__ = ["erase_attachments", "open_original", "store_upload"]

MEGABYTE = 1024 * 1024


@transaction.atomic
def store_upload(*, upload: Any, tenant: int, owner: str, by: Actor, now: dt.datetime) -> Attachment:
    """Check, clean, seal and keep one uploaded file; return its row.

    ``upload`` is Django's uploaded file (or anything with ``name`` and a seekable binary ``file``).
    ``owner`` is ``type:id``. Nothing is kept when it raises: ``EmptyFile``, ``FileTooBig``,
    ``TooManyBytes``, ``TypeRefused``, ``FileDamaged``, ``TooManyPixels``, ``UnpacksTooLarge``,
    ``StorageFull``.
    """
    file: BinaryIO = getattr(upload, "file", None) or upload
    typed = str(upload.name or "")
    size, digest = _measure(file, plain_name(typed))
    _check_room(owner, tenant, size)
    kind = types.true_kind(file)
    if kind not in types.ALLOWED:
        raise TypeRefused(name=plain_name(typed), kind=types.name_of(kind))
    attachment = Attachment(
        tenant=tenant, owner=owner, name=safe_name(typed, types.ALLOWED[kind].extension), kind=kind,
        size=size, sha256=digest, rendition_size=size, added_at=now, added_by=actor_id(by),
    )  # fmt: skip
    rendition = _rendition(attachment, file)
    with storage_guard(), _files_only_with_row(attachment):
        _write(attachment, "original", file)
        if rendition is not None:
            _write(attachment, "rendition", rendition)
        attachment.save(force_insert=True)
        audit.record("attachment.stored", obj=owner, by=by, now=now, tenant=tenant, data=_facts(attachment))
    return attachment


@transaction.atomic
def erase_attachments(*, owner: str, by: Actor, now: dt.datetime, tenant: int | None = None) -> int:
    """Erase every file of a record, bytes after the commit; return how many."""
    found = list(attachments_of(owner, tenant=tenant).select_for_update())
    for attachment in found:
        paths = _paths(attachment)
        facts = _facts(attachment)
        attachment.delete()
        transaction.on_commit(partial(_unlink, paths))
        audit.record("attachment.erased", obj=owner, by=by, now=now, tenant=attachment.tenant, data=facts)
    return len(found)


def open_original(*, attachment: Attachment, by: Actor, reason: str, now: dt.datetime) -> Iterator[bytes]:
    """Open the unaltered original, as evidence for a court or an authority; recorded before it opens.

    ``reason`` is a short code, not free text. Must not be called inside another transaction.
    """
    with transaction.atomic(durable=True):
        audit.record_read(
            "attachment.original_opened", obj=attachment.owner, by=by, now=now, tenant=attachment.tenant,
            data={"file": str(attachment.public_id), "reason": reason},
        )  # fmt: skip
    path = storage.path_of(attachment.tenant, attachment.public_id, "original")
    return storage.read_sealed(path, place=place_of(attachment, "original"))


def _facts(attachment: Attachment) -> dict[str, Any]:
    return {
        "file": str(attachment.public_id), "kind": attachment.kind, "size": attachment.size,
        "sha256": attachment.sha256,
    }  # fmt: skip


def _measure(file: BinaryIO, name: str) -> tuple[int, str]:
    """Return size and SHA-256, reading no further than the cap."""
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    while chunk := file.read(storage.CHUNK):
        size += len(chunk)
        if size > settings.ZHIJIA_FILE_CAP:
            raise FileTooBig(name=name, limit=settings.ZHIJIA_FILE_CAP // MEGABYTE)
        digest.update(chunk)
    if not size:
        raise EmptyFile(name=name)
    return size, digest.hexdigest()


def _check_room(owner: str, tenant: int, size: int) -> None:
    kept = attachments_of(owner, tenant=tenant).aggregate(total=Sum("size"))["total"] or 0
    if kept + size > settings.ZHIJIA_CASE_CAP:
        raise TooManyBytes(limit=settings.ZHIJIA_CASE_CAP // MEGABYTE)


def _rendition(attachment: Attachment, file: BinaryIO) -> BinaryIO | None:
    """Return the cleaned copy and note its type and size; None when the original is served as it is."""
    kind, name = attachment.kind, attachment.name
    if kind in types.IMAGES:
        content, attachment.rendition_kind = redraw(file, kind=kind, name=name)
    elif kind in ("mp4", "m4a"):
        content, attachment.rendition_kind = without_place(file), kind
    else:
        check_document(file, kind=kind, name=name)
        return None
    attachment.rendition_size = len(content)
    stem = name.rpartition(".")[0]
    attachment.name = f"{stem}.{types.ALLOWED[attachment.rendition_kind].extension}"
    return io.BytesIO(content)


def _write(attachment: Attachment, part: str, source: BinaryIO) -> None:
    path = storage.path_of(attachment.tenant, attachment.public_id, part)
    storage.write_sealed(path, source, place=place_of(attachment, part))


def _paths(attachment: Attachment) -> list[Path]:
    parts = ("original", "rendition")
    return [storage.path_of(attachment.tenant, attachment.public_id, part) for part in parts]


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


@contextmanager
def _files_only_with_row(attachment: Attachment) -> Iterator[None]:
    """Take the written files away when a later step fails; a crash leaves them to ``remove_orphans``."""
    try:
        yield
    except BaseException:
        _unlink(_paths(attachment))
        raise
