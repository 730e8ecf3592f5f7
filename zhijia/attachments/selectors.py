"""Reading attachments. Who may see them, the app that owns the record decides before it asks."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from zhijia.attachments.models import Attachment
from zhijia.attachments.storage import path_of, read_sealed
from zhijia.audit import selectors as audit
from zhijia.core.errors import NotFound


def attachments_of(owner: str, *, tenant: int | None = None) -> QuerySet[Attachment]:
    """Return the files of a record (``type:id``), oldest first; without ``tenant``, of every tenant."""
    tenants = audit.tenants() if tenant is None else [tenant]
    return Attachment.objects.filter(tenant__in=tenants, owner=owner).order_by("added_at", "pk")


def attachment_of(owner: str, public_id: Any, *, tenant: int | None = None) -> Attachment:
    """Return one file of a record; raise ``NotFound``. Views use this, so that an id alone opens nothing."""
    found = attachments_of(owner, tenant=tenant).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def open_rendition(attachment: Attachment) -> Iterator[bytes]:
    """Yield the bytes that people may open: the cleaned copy, or the original of a type that has none."""
    part = "rendition" if attachment.rendition_kind else "original"
    return _open(attachment, part)


def is_unaltered(attachment: Attachment) -> bool:
    """Say whether the sealed original still has the hash taken when it came in; shows nobody its content."""
    digest = hashlib.sha256()
    for chunk in _open(attachment, "original"):
        digest.update(chunk)
    return digest.hexdigest() == attachment.sha256


def _open(attachment: Attachment, part: str) -> Iterator[bytes]:
    path = path_of(attachment.tenant, attachment.public_id, part)
    return read_sealed(path, place=place_of(attachment, part))


def place_of(attachment: Attachment, part: str) -> str:
    """Return the associated data that binds the bytes to this row."""
    return f"attachment|{attachment.tenant}|{attachment.public_id}|{part}"
