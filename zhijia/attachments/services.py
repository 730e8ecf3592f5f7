"""Taking files in, checking them, making what people open, and letting them go."""

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from zhijia.attachments import scanner, storage
from zhijia.attachments.copies import cleaned
from zhijia.attachments.enums import CopyState, State
from zhijia.attachments.errors import FileLocked, TooManyBytes
from zhijia.attachments.intake import MEGABYTE, CheckedUpload, look_at
from zhijia.attachments.keys import new_key
from zhijia.attachments.models import Attachment
from zhijia.attachments.sandbox.runner import NoSandbox, SandboxRefused
from zhijia.attachments.selectors import PASSED, attachments_of, in_work, place_of, read_part
from zhijia.audit import services as audit
from zhijia.core.actors import SYSTEM, Actor, actor_id
from zhijia.core.errors import NotFound, StorageFull, storage_guard
from zhijia.core.sealing import SealBroken
from zhijia.core.services import load_locked

__all__ = [
    "check_upload", "erase_attachments", "make_copy", "open_original", "resume_work", "scan_again",
    "store_upload", "work_off",
]  # fmt: skip

log = structlog.get_logger(__name__)
AT_ONCE = 20
"""Files that one call of the timer takes up."""


def check_upload(*, upload: Any, now: dt.datetime) -> CheckedUpload:
    """Look at a file before a transaction begins; ``store_upload`` takes the result like an upload.

    So that no lock of the database waits for a scanner or a large picture. Raises the refusals that
    ``store_upload`` names.
    """
    return look_at(upload, now)


@transaction.atomic
def store_upload(
    *, upload: Any, tenant: int, owner: str, by: Actor, now: dt.datetime, seal_to: bytes | None = None
) -> Attachment:
    """Check, clean, seal and keep one uploaded file; return its row.

    ``upload`` is Django's uploaded file (or anything with ``name`` and a seekable binary ``file``), or
    what ``check_upload`` returned. ``owner`` is ``type:id``. ``seal_to`` is the public half of the
    matter's evidence key: then only its private half opens original and copy; a working copy lies
    under the installation's key until the checks are done. Nothing is kept when it raises:
    ``EmptyFile``, ``FileTooBig``, ``TooManyBytes``, ``TypeRefused``, ``FileDamaged``, ``TooManyPixels``,
    ``UnpacksTooLarge``, ``ProgramFound``, ``StorageFull``.
    """
    checked = look_at(upload, now)
    _check_room(owner, tenant, checked.size)
    attachment = Attachment(
        tenant=tenant, owner=owner, name=checked.shown_name, kind=checked.kind, size=checked.size,
        sha256=checked.sha256, rendition_kind=checked.copy_kind, copy_state=checked.copy_state,
        rendition_size=len(checked.copy) if checked.copy else checked.size, added_at=now,
        added_by=actor_id(by), sealed_to=seal_to or b"", **_verdict(checked.verdict, now),
    )  # fmt: skip
    with storage_guard(), _files_only_with_row(attachment):
        _write(attachment, "original", checked.file)
        if checked.copy:
            _write(attachment, "rendition", io.BytesIO(checked.copy))
        if _has_work(attachment):
            _write(attachment, "work", checked.file)
        attachment.save(force_insert=True)
        _queue(attachment)
        audit.record("attachment.stored", obj=owner, by=by, now=now, tenant=tenant, data=_facts(attachment))
    return attachment


@transaction.atomic
def erase_attachments(*, owner: str, by: Actor, now: dt.datetime, tenant: int | None = None) -> int:
    """Erase every file of a record, its keys with the row, bytes after the commit; return how many."""
    found = list(attachments_of(owner, tenant=tenant).select_for_update())
    for attachment in found:
        paths = _paths(attachment)
        facts = _facts(attachment)
        attachment.delete()
        transaction.on_commit(partial(_unlink, paths))
        audit.record("attachment.erased", obj=owner, by=by, now=now, tenant=attachment.tenant, data=facts)
    return len(found)


def open_original(
    *, attachment: Attachment, by: Actor, reason: str, now: dt.datetime, key: bytes | None = None
) -> Iterator[bytes]:
    """Open the unaltered original, as evidence for a court or an authority; recorded before it opens.

    ``reason`` is a short code, not free text; ``key`` the private half of the matter's evidence key.
    Also opens what is held back. Must not be called inside another transaction.
    """
    with transaction.atomic(durable=True):
        audit.record_read(
            "attachment.original_opened", obj=attachment.owner, by=by, now=now, tenant=attachment.tenant,
            data={"file": str(attachment.public_id), "reason": reason},
        )  # fmt: skip
    return read_part(attachment, "original", key=key)


# What happens after a file came ---------------------------------------------------------------


def work_off(*, now: dt.datetime) -> int:
    """Ask the scanner about files in quarantine, make missing copies; return how many moved on."""
    if settings.ZHIJIA_CLAMD:
        scanner.try_scanner(now=now)
    moved = 0
    for attachment in in_work()[:AT_ONCE]:
        try:
            moved += scan_again(attachment_id=attachment.pk, now=now)
            moved += make_copy(attachment_id=attachment.pk, now=now)
        except (OSError, SealBroken, FileLocked):  # one broken file must not keep the others waiting
            log.exception("file_work_failed", file=str(attachment.public_id))
    return moved


def scan_again(*, attachment_id: int, now: dt.datetime) -> bool:
    """Let the scanner look at a file in quarantine; say whether it left it. No lock while it looks."""
    attachment = Attachment.objects.filter(pk=attachment_id, state=State.QUARANTINED).first()
    if attachment is None:
        return False
    with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        _pour(attachment, file)
        verdict = scanner.scan(file, now=now, waits=False)
    return _note_verdict(attachment_id, verdict, now)


@transaction.atomic
def _note_verdict(attachment_id: int, verdict: scanner.Verdict, now: dt.datetime) -> bool:
    attachment = _still_there(attachment_id)
    if attachment is None or attachment.state != State.QUARANTINED:
        return False
    for column, value in _verdict(verdict, now).items():
        setattr(attachment, column, value)
    changed = ["state", "verdict", "checked_at", *_end_work(attachment)]
    attachment.save(update_fields=changed)
    if attachment.state == State.QUARANTINED:
        return False
    audit.record(
        "attachment.checked", obj=attachment.owner, by=SYSTEM, now=now, tenant=attachment.tenant,
        data={"file": str(attachment.public_id), "state": attachment.state},
    )  # fmt: skip
    return True


def make_copy(*, attachment_id: int, now: dt.datetime) -> bool:
    """Make the copy that people open, if it is still missing; say whether the file moved on.

    The document is read in the sandbox, without a lock. Where there is no sandbox it waits.
    """
    attachment = Attachment.objects.filter(
        pk=attachment_id, copy_state=CopyState.PREPARING, state__in=PASSED
    ).first()
    if attachment is None:
        return False
    try:
        with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
            _pour(attachment, file)
            content = cleaned(file, attachment.kind)
    except SandboxRefused:
        return _keep_copy(attachment_id, None)
    except NoSandbox:
        return False
    return _keep_copy(attachment_id, content)


@transaction.atomic
def _keep_copy(attachment_id: int, content: bytes | None) -> bool:
    attachment = _still_there(attachment_id)
    if attachment is None or attachment.copy_state != CopyState.PREPARING:
        return False
    attachment.copy_state = CopyState.READY if content else CopyState.IMPOSSIBLE
    changed = ["copy_state", *_end_work(attachment)]
    if content:
        attachment.rendition_kind, attachment.rendition_size = attachment.kind, len(content)
        try:
            _write(attachment, "rendition", io.BytesIO(content))
        except StorageFull:
            transaction.set_rollback(True)
            return False
        changed += ["rendition_kind", "rendition_size", "rendition_key"]
    attachment.save(update_fields=changed)
    return True


@transaction.atomic
def resume_work(*, attachment: Attachment, key: bytes, now: dt.datetime) -> bool:
    """Give the checks of a file their working copy again, from the original; say whether it was missing.

    For files whose working copy was lost (a restore): whoever holds the matter's key lets them go on.
    """
    row = _still_there(attachment.pk)
    if row is None or not _has_work(row) or _path(row, "work").exists():
        return False
    with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        for chunk in read_part(row, "original", key=key):
            file.write(chunk)
        _write(row, "work", file)
    row.save(update_fields=["work_key"])
    _queue(row)
    return True


def _queue(attachment: Attachment) -> None:
    """Ask the background to make the copy; a lost task is made good by the timer."""
    from zhijia.attachments.tasks import make_copy_of

    if attachment.copy_state == CopyState.PREPARING and attachment.state in PASSED:
        transaction.on_commit(lambda: make_copy_of.enqueue(attachment.pk))


def _still_there(attachment_id: int) -> Attachment | None:
    try:
        return load_locked(Attachment.objects.all(), pk=attachment_id)
    except NotFound:
        return None


def _has_work(attachment: Attachment) -> bool:
    """Say whether the checks will have to read the file once more."""
    waits = attachment.state in PASSED and attachment.copy_state == CopyState.PREPARING
    return waits or attachment.state == State.QUARANTINED


def _end_work(attachment: Attachment) -> list[str]:
    """Destroy the working copy when nothing needs it any more; return the columns that changed."""
    if _has_work(attachment):
        return []
    attachment.work_key = b""
    transaction.on_commit(partial(_unlink, [_path(attachment, "work")]))
    return ["work_key"]


def _pour(attachment: Attachment, file: BinaryIO) -> None:
    """Write the plain bytes into a file without a name: of the working copy, else of the original.

    After a restore there is no working copy; the original then needs the matter's key (``FileLocked``).
    """
    part = "work" if attachment.work_key and _path(attachment, "work").exists() else "original"
    for chunk in read_part(attachment, part):
        file.write(chunk)


# Pieces ---------------------------------------------------------------------------------------


def _facts(attachment: Attachment) -> dict[str, Any]:
    return {
        "file": str(attachment.public_id), "kind": attachment.kind, "size": attachment.size,
        "sha256": attachment.sha256,
    }  # fmt: skip


def _verdict(verdict: scanner.Verdict, now: dt.datetime) -> dict[str, Any]:
    said = verdict.state in (State.CLEAN, State.REFUSED)
    return {"state": verdict.state, "verdict": verdict.reason, "checked_at": now if said else None}


def _check_room(owner: str, tenant: int, size: int) -> None:
    kept = attachments_of(owner, tenant=tenant).aggregate(total=Sum("size"))["total"] or 0
    if kept + size > settings.ZHIJIA_CASE_CAP:
        raise TooManyBytes(limit=settings.ZHIJIA_CASE_CAP // MEGABYTE)


def _write(attachment: Attachment, part: str, source: BinaryIO) -> None:
    key = new_key(attachment, part)
    storage.write_sealed(_path(attachment, part), source, place=place_of(attachment, part), key=key)


def _path(attachment: Attachment, part: str) -> Path:
    return storage.path_of(attachment.tenant, attachment.public_id, part)


def _paths(attachment: Attachment) -> list[Path]:
    return [_path(attachment, part) for part in storage.PARTS]


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
