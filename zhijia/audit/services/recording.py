"""Adding to the chain."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.audit.enums import Kind
from zhijia.audit.models import Entry, Head
from zhijia.audit.references import reference_of, tenant_of
from zhijia.audit.verify_audit import GENESIS, canonical, hash_of, line_of
from zhijia.core.actors import Actor, actor_id


def record(
    action: str,
    *,
    obj: Any,
    by: Actor,
    now: dt.datetime,
    tenant: int | None = None,
    data: dict[str, Any] | None = None,
    purpose: str = "",
) -> Entry:
    """Append a deed to the tenant's chain, in the caller's transaction.

    Call it last: it locks the head of the chain until the transaction ends. ``tenant`` defaults to
    the object's own, else 0. ``data`` holds ids and codes only, never names or case text.
    """
    return _append(Kind.CHANGE, action, obj, by, now, tenant, data, purpose)


def record_read(
    action: str,
    *,
    obj: Any,
    by: Actor,
    now: dt.datetime,
    tenant: int | None = None,
    data: dict[str, Any] | None = None,
    purpose: str = "",
) -> Entry:
    """Append the reading of a sealed or otherwise sensitive thing; write it before reading."""
    return _append(Kind.READ, action, obj, by, now, tenant, data, purpose)


# No savepoint: it costs two questions, and whoever catches a failure here must not commit without the row.
@transaction.atomic(savepoint=False)
def _append(
    kind: Kind, action: str, obj: Any, by: Actor, now: dt.datetime, tenant: int | None,
    data: dict[str, Any] | None, purpose: str,
) -> Entry:  # fmt: skip
    entry = Entry(
        tenant=tenant_of(obj, tenant), at=now.astimezone(dt.UTC), actor=actor_id(by), kind=kind.value,
        purpose=str(purpose), action=action, object=reference_of(obj), data=canonical(data or {}),
    )  # fmt: skip
    head = _locked_head(entry.tenant)
    entry.seq, entry.previous = head.seq + 1, head.hash
    entry.hash = hash_of(entry_line(entry))
    entry.save()
    head.seq, head.hash, head.at = entry.seq, entry.hash, entry.at
    head.save(update_fields=["seq", "hash", "at"])
    return entry


def entry_line(entry: Entry) -> str:
    """Return the canonical line that the entry's hash stands for."""
    return line_of(
        tenant=entry.tenant, seq=entry.seq, at=stamp(entry.at), actor=entry.actor, kind=entry.kind,
        purpose=entry.purpose, action=entry.action, obj=entry.object, data=entry.data,
        previous=entry.previous,
    )  # fmt: skip


def stamp(instant: dt.datetime) -> str:
    """Return an instant as the chain writes it: UTC, microseconds, ``Z``."""
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _locked_head(tenant: int) -> Head:
    locked = Head.objects.select_for_update().filter(tenant=tenant)
    head = locked.first()
    if head is None:
        try:
            with transaction.atomic():
                Head.objects.create(tenant=tenant, hash=GENESIS)
        except IntegrityError:
            pass  # another writer began this chain a moment ago
        head = locked.get()
    return head
