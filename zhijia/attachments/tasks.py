"""Work in the background; safe to repeat."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django_tasks import task

from zhijia.attachments import services
from zhijia.attachments.models import Attachment
from zhijia.core import clock

GRACE = dt.timedelta(days=1)
"""A file younger than this may belong to a transaction that is still open."""


@task()
def make_copy_of(attachment_id: int) -> bool:
    """Make the copy that people open of one document."""
    return services.make_copy(attachment_id=attachment_id, now=clock.now())


def work_off(now: dt.datetime) -> int:
    """Take up what waits for the scanner or for its copy; return how many files moved on."""
    return services.work_off(now=now)


def remove_orphans(now: dt.datetime) -> int:
    """Remove files on disk that no row needs: what a crash or a rolled-back form left; return how many."""
    removed = 0
    for folder in sorted(Path(settings.ZHIJIA_ATTACHMENTS).glob("*/??")):
        removed += _clean_folder(folder, now)
    return removed


def _clean_folder(folder: Path, now: dt.datetime) -> int:
    limit = (now - GRACE).timestamp()
    old = [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < limit]
    named = {path: _public_id(path) for path in old}
    wanted = [public_id for public_id in named.values() if public_id]
    tenant = int(folder.parent.name)
    rows = Attachment.objects.filter(tenant=tenant, public_id__in=wanted)
    known = dict(rows.values_list("public_id", "work_key"))
    orphans = [path for path, public_id in named.items() if not _is_named(path, public_id, known)]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _is_named(path: Path, public_id: uuid.UUID | None, known: dict[uuid.UUID, Any]) -> bool:
    """Say whether a row needs this file; a working copy only as long as the row has its key."""
    if public_id is None or public_id not in known:
        return False
    return path.suffix != ".work" or bool(known[public_id])


def _public_id(path: Path) -> uuid.UUID | None:
    """Return the id in a file's name; None for temporary files."""
    try:
        return uuid.UUID(path.stem)
    except ValueError:
        return None
