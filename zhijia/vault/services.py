"""Sealing, opening and erasing. No other code reads ``SealedPart.content``."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.audit import services as audit
from zhijia.core.actors import SYSTEM, Actor, actor_id
from zhijia.core.errors import NotAllowed
from zhijia.core.sealing import seal_json, unseal_json
from zhijia.core.services import load_locked
from zhijia.core.text import tidy
from zhijia.vault import permissions
from zhijia.vault.enums import Purpose
from zhijia.vault.errors import AlreadySealed, NoSuchPart, PurposeUnknown, ReasonMissing
from zhijia.vault.models import Disclosure, SealedPart
from zhijia.vault.selectors import disclosures_of, parts_of

__all__ = ["disclosures_of", "erase_part", "open_part", "seal_part", "update_part"]

Content = dict[str, Any]
REASON_LENGTH = 200


@transaction.atomic
def seal_part(
    *, owner: str, part: str, content: Content, tenant: int, now: dt.datetime, by: Actor = SYSTEM
) -> SealedPart:
    """Seal ``content`` as a new part of ``owner`` (``type:id``); raise ``AlreadySealed``."""
    row = SealedPart(tenant=tenant, owner=owner, part=part, sealed_at=now, changed_at=now)
    row.content = _seal(row, content)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise AlreadySealed from None
    audit.record("vault.sealed", obj=owner, by=by, now=now, tenant=tenant, data={"part": part})
    return row


@transaction.atomic
def update_part(
    *,
    owner: str,
    part: str,
    content: Content,
    now: dt.datetime,
    by: Actor = SYSTEM,
    tenant: int | None = None,
) -> SealedPart:
    """Seal other content in place of the old, which is gone; raise ``NoSuchPart``."""
    row = load_locked(parts_of(owner, tenant=tenant).filter(erased_at__isnull=True), part=part)
    row.content, row.changed_at = _seal(row, content), now
    row.save(update_fields=["content", "changed_at"])
    audit.record("vault.updated", obj=owner, by=by, now=now, tenant=row.tenant, data={"part": part})
    return row


@transaction.atomic
def erase_part(
    *, owner: str, part: str, now: dt.datetime, by: Actor = SYSTEM, tenant: int | None = None
) -> bool:
    """Erase the content for good, keep that it existed; return False if it was gone already."""
    row = parts_of(owner, tenant=tenant).select_for_update().filter(part=part, erased_at__isnull=True).first()
    if row is None:
        return False
    row.content, row.erased_at, row.changed_at = b"", now, now
    row.save(update_fields=["content", "erased_at", "changed_at"])
    audit.record("vault.erased", obj=owner, by=by, now=now, tenant=row.tenant, data={"part": part})
    return True


def open_part(
    *, owner: str, part: str, by: Actor, purpose: Purpose, reason: str, now: dt.datetime,
    office: str = "", tenant: int | None = None,
) -> Content:  # fmt: skip
    """Open a sealed part for ``by``; the worker will see that, for which office and why.

    The disclosure and its audit row are committed before the seal is opened, so this must not be
    called inside another transaction (whose failure would take the record back): it raises
    ``RuntimeError`` there. Raises ``NotAllowed``, ``NoSuchPart``, ``ReasonMissing``, ``PurposeUnknown``.
    """
    reason = tidy(reason)[:REASON_LENGTH]
    if purpose not in Purpose.values:
        raise PurposeUnknown
    if not permissions.may_open(by, owner, part, Purpose(purpose)):
        raise NotAllowed
    if not reason:
        raise ReasonMissing
    row = parts_of(owner, tenant=tenant).filter(part=part, erased_at__isnull=True).first()
    if row is None:
        raise NoSuchPart
    _disclose(row, by=by, purpose=Purpose(purpose), reason=reason, now=now, office=office)
    return dict(unseal_json(bytes(row.content), purpose="vault", place=row.place))


@transaction.atomic(durable=True)
def _disclose(
    row: SealedPart, *, by: Actor, purpose: Purpose, reason: str, now: dt.datetime, office: str
) -> Disclosure:
    entry = audit.record_read(
        "vault.opened", obj=row.owner, by=by, now=now, tenant=row.tenant, purpose=purpose.value,
        data={"part": row.part},
    )  # fmt: skip
    line = Disclosure(
        tenant=row.tenant, owner=row.owner, part=row.part, opened_by=actor_id(by), office=office,
        purpose=purpose.value, opened_at=now, audit_seq=entry.seq,
    )  # fmt: skip
    line.reason = seal_json(reason, purpose="vault/reason", place=line.place)
    line.save()
    return line


def _seal(row: SealedPart, content: Content) -> bytes:
    return seal_json(content, purpose="vault", place=row.place)
