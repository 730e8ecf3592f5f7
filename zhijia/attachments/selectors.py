"""Reading attachments. Who may see them, the app that owns the record decides before it asks."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from zhijia.attachments import scanner
from zhijia.attachments.enums import CopyState, State
from zhijia.attachments.errors import FileWithheld
from zhijia.attachments.keys import key_of
from zhijia.attachments.models import Attachment
from zhijia.attachments.storage import path_of, read_sealed
from zhijia.audit import selectors as audit
from zhijia.core.errors import NotFound

PASSED = (State.CLEAN, State.UNSCANNED)


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


def open_rendition(attachment: Attachment, *, key: bytes | None = None) -> Iterator[bytes]:
    """Yield the bytes that people may open: the cleaned copy, or the original of a type that has none.

    ``key`` is the private half of the matter's evidence key, for a file that was sealed to it. Raises
    at once ``FileWithheld`` (being checked, being prepared, held back), ``FileLocked``, ``SealBroken``.
    """
    if not attachment.can_be_opened:
        raise FileWithheld(why=attachment.standing.label)
    return read_part(attachment, attachment.part, key=key)


def is_unaltered(attachment: Attachment, *, key: bytes | None = None) -> bool:
    """Say whether the sealed original still has the hash taken when it came in; shows nobody its content."""
    digest = hashlib.sha256()
    for chunk in read_part(attachment, "original", key=key):
        digest.update(chunk)
    return digest.hexdigest() == attachment.sha256


def read_part(attachment: Attachment, part: str, *, key: bytes | None = None) -> Iterator[bytes]:
    """Yield the plain bytes of a part, whatever its state: for services, not for pages."""
    path = path_of(attachment.tenant, attachment.public_id, part)
    return read_sealed(path, place=place_of(attachment, part), key=key_of(attachment, part, key))


def in_work() -> QuerySet[Attachment]:
    """Return the files that wait for the scanner or for their copy, oldest first."""
    waiting = Q(state=State.QUARANTINED) | Q(copy_state=CopyState.PREPARING, state__in=PASSED)
    return Attachment.objects.filter(waiting).order_by("added_at", "pk")


def by_public_id(public_id: Any, *, tenant: int) -> Attachment:
    """Return a file by its id, for a caller who proved that somebody may have it; raise ``NotFound``."""
    found = Attachment.objects.filter(tenant=tenant, public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class FileFigures:
    """What an operator wants to know about files; nothing in it is about a person."""

    states: dict[str, int]
    """How many files in each ``State``."""
    copies: dict[str, int]
    """How many in each ``CopyState``."""
    waiting_since: dt.datetime | None
    """When the oldest file came that waits for the scanner or for its copy."""
    has_scanner: bool
    signatures_at: dt.datetime | None
    """When the scanner's signatures were made; None when it does not say."""
    trial_at: dt.datetime | None
    trial_passed: bool
    """Whether the scanner spoke up about a test virus that is too large for it."""


def file_figures() -> FileFigures:
    """Return the figures of the operator's page; asks the scanner, for two seconds at most."""
    trial = scanner.last_trial()
    try:
        made = scanner.signatures_at(2.0) if settings.ZHIJIA_CLAMD else None
    except scanner.ScannerSilent:
        made = None
    return FileFigures(
        states=_counts("state", State.values),
        copies=_counts("copy_state", CopyState.values),
        waiting_since=in_work().values_list("added_at", flat=True).first(),
        has_scanner=bool(settings.ZHIJIA_CLAMD),
        signatures_at=made,
        trial_at=trial[0] if trial else None,
        trial_passed=bool(trial and trial[1]),
    )


def _counts(column: str, values: list[str]) -> dict[str, int]:
    found = dict(Attachment.objects.order_by().values_list(column).annotate(Count("pk")))
    return {value: found.get(value, 0) for value in values}


def place_of(attachment: Attachment, part: str) -> str:
    """Return the associated data that binds the bytes to this row."""
    return f"attachment|{attachment.tenant}|{attachment.public_id}|{part}"
