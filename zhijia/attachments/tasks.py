"""Timed work."""

import datetime as dt
import uuid
from pathlib import Path

from django.conf import settings

from zhijia.attachments.models import Attachment

GRACE = dt.timedelta(days=1)
"""A file younger than this may belong to a transaction that is still open."""


def remove_orphans(now: dt.datetime) -> int:
    """Remove files on disk that no row names: what a crash or a rolled-back form left; return how many."""
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
    known = set(rows.values_list("public_id", flat=True))
    orphans = [path for path, public_id in named.items() if public_id not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _public_id(path: Path) -> uuid.UUID | None:
    """Return the id in a file's name; None for temporary files."""
    try:
        return uuid.UUID(path.stem)
    except ValueError:
        return None
