"""Which files lie in the folder because a row needs them: for backup and restore."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from zhijia.attachments.enums import CopyState
from zhijia.attachments.models import Attachment
from zhijia.attachments.storage import path_of

NO_COPY = (CopyState.PREPARING, CopyState.IMPOSSIBLE)


def referenced(using: str) -> Iterator[str]:
    """Yield the name, relative to the folder, of each file that rows of this database need."""
    root = Path(settings.ZHIJIA_ATTACHMENTS)
    for each in Attachment.objects.using(using).order_by("pk").iterator():
        for part in _parts(each):
            yield path_of(each.tenant, each.public_id, part).relative_to(root).as_posix()


def _parts(attachment: Attachment) -> Iterator[str]:
    yield "original"
    if attachment.rendition_kind and attachment.copy_state not in NO_COPY:
        yield "rendition"
    if attachment.work_key:
        yield "work"
