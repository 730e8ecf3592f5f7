"""Sealing, opening and erasing parts."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.audit import services as audit
from zhijia.core.actors import SYSTEM, Actor, System, actor_id
from zhijia.core.boxes import Pair, new_pair, open_with, seal_to
from zhijia.core.errors import NotAllowed
from zhijia.core.journal import note
from zhijia.core.sealing import seal_json, seal_under
from zhijia.core.services import load_locked
from zhijia.core.text import tidy
from zhijia.unions.models import UnionBody
from zhijia.vault import keys, permissions
from zhijia.vault.enums import Purpose
from zhijia.vault.errors import AlreadySealed, PurposeUnknown, ReasonMissing
from zhijia.vault.keys import FOR_PLATFORM, Readers
from zhijia.vault.models import Disclosure, PartKey, SealedPart
from zhijia.vault.selectors import live_part, parts_of

Content = dict[str, Any]
REASON_LENGTH = 200


@dataclass(frozen=True)
class OpenPart:
    """An opened part, in memory only."""

    part: str
    private: bytes = field(repr=False)
    """Opens whatever else is sealed to the part (``core.sealed_fields.unseal_texts``)."""
    content: Content = field(repr=False)
    body: int | None = None
    """Union body whose officers hold the key."""


@dataclass(frozen=True)
class NewPart:
    """What is to be sealed, and for whom."""

    content: Content
    readers: Readers = FOR_PLATFORM
    pair: Pair = field(default_factory=new_pair)
    """Key of the part; give one when texts are sealed to its public half before the part exists."""


def seal_part(
    *, owner: str, part: str, content: Content, tenant: int, now: dt.datetime, by: Actor = SYSTEM,
    readers: Readers = FOR_PLATFORM,
) -> SealedPart:  # fmt: skip
    """Seal ``content`` as a new part of ``owner`` (``type:id``) for ``readers``; raise ``AlreadySealed``."""
    parts = {part: NewPart(content, readers)}
    return seal_parts(owner=owner, parts=parts, tenant=tenant, now=now, by=by)[part]


@transaction.atomic
def seal_parts(
    *, owner: str, parts: Mapping[str, NewPart], tenant: int, now: dt.datetime, by: Actor = SYSTEM
) -> dict[str, SealedPart]:
    """Seal several parts of one record, each under a key of its own; raise ``AlreadySealed``.

    Three statements whatever their number. Only public halves are needed, so anybody may hand in.
    """
    rows, privates = {}, {}
    for name, new in parts.items():
        row = SealedPart(
            tenant=tenant, owner=owner, part=name, group=new.readers.group,
            body=new.readers.body.pk if new.readers.body else None, public=new.pair.public,
            sealed_at=now, changed_at=now,
        )  # fmt: skip
        row.content = _seal(row, new.content)
        rows[name], privates[name] = row, new.pair.private
    try:
        with transaction.atomic():
            for row in rows.values():
                row.save(force_insert=True)
    except IntegrityError:
        raise AlreadySealed from None
    wanted = {holder for new in parts.values() for holder in keys.holders_for(new.readers)}
    pairs = keys.pairs_in_use(wanted)
    made = PartKey.objects.bulk_create(
        key
        for name, new in parts.items()
        for key in keys.part_keys(rows[name], privates[name], new.readers, pairs, now)
    )
    note(*made)
    data = {"parts": sorted(parts)} if len(parts) > 1 else {"part": next(iter(parts))}
    audit.record("vault.sealed", obj=owner, by=by, now=now, tenant=tenant, data=data)
    return rows


@transaction.atomic
def update_part(
    *, owner: str, part: str, content: Content, now: dt.datetime, by: Actor = SYSTEM,
    tenant: int | None = None,
) -> SealedPart:  # fmt: skip
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
    """Destroy every key of the part, then its content; keep that it existed.

    Whatever was sealed to the part is unreadable from then on, wherever a copy lies. Returns False
    if it was gone already. Source: Personal Information Protection Law, article 47.
    """
    row = parts_of(owner, tenant=tenant).select_for_update().filter(part=part, erased_at__isnull=True).first()
    if row is None:
        return False
    PartKey.objects.filter(tenant=row.tenant, part=row).delete()
    row.content, row.public, row.erased_at, row.changed_at = b"", b"", now, now
    row.save(update_fields=["content", "public", "erased_at", "changed_at"])
    audit.record("vault.erased", obj=owner, by=by, now=now, tenant=row.tenant, data={"part": part})
    return True


def erase_record(*, owner: str, now: dt.datetime, by: Actor = SYSTEM, tenant: int | None = None) -> int:
    """Erase every part of a record; return how many there were."""
    names = list(parts_of(owner, tenant=tenant).values_list("part", flat=True))
    return sum(erase_part(owner=owner, part=name, now=now, by=by, tenant=tenant) for name in names)


# Opening --------------------------------------------------------------------------------------


def open_part(
    *, owner: str, part: str, by: Actor, purpose: Purpose, reason: str, now: dt.datetime,
    office: str = "", tenant: int | None = None,
) -> Content:  # fmt: skip
    """Open one sealed part for ``by`` and return its content; see ``open_parts``."""
    opened = open_parts(
        owner=owner, parts=(part,), by=by, purpose=purpose, reason=reason, now=now, office=office,
        tenant=tenant,
    )  # fmt: skip
    return opened[part].content


def open_parts(
    *, owner: str, parts: Iterable[str], by: Actor, purpose: Purpose, reason: str, now: dt.datetime,
    office: str = "", tenant: int | None = None,
) -> dict[str, OpenPart]:  # fmt: skip
    """Open sealed parts for ``by``; the worker will see that, for which office and why.

    A disclosure and its audit row for each part are committed before a key is used, so this must
    not be called inside another transaction (whose failure would take the record back): it raises
    ``RuntimeError`` there. Raises ``NotAllowed``, ``NoSuchPart``, ``ReasonMissing``,
    ``PurposeUnknown``, ``RequestNeeded``, ``KeyLocked`` or ``KeyNotGiven``; then nothing is written.
    """
    reason = _checked(owner, parts := tuple(parts), by, purpose, reason, now)
    found = [(row, keys.opening_of(row, by, now)) for row in _rows(owner, parts, tenant)]
    _disclose([row for row, _ in found], by, Purpose(purpose), reason, now, office)
    return {row.part: _opened(row, opening) for row, opening in found}


def open_own(
    *, owner: str, parts: Iterable[str], by: Actor, now: dt.datetime, tenant: int | None = None
) -> dict[str, OpenPart]:
    """Open one's own parts: a worker reads what he wrote, which is nobody's disclosure.

    Raises ``NotAllowed``, ``NoSuchPart``, ``KeyLocked`` or ``KeyNotGiven``.
    """
    if isinstance(by, System) or not permissions.is_own(by, owner):
        raise NotAllowed
    found = [(row, keys.opening_of(row, by, now)) for row in _rows(owner, parts, tenant)]
    return {row.part: _opened(row, opening) for row, opening in found}


def _checked(
    owner: str, parts: Iterable[str], by: Actor, purpose: Purpose, reason: str, now: dt.datetime
) -> str:
    if purpose not in Purpose.values:
        raise PurposeUnknown
    for part in parts:
        permissions.require_opening(by, owner, part, Purpose(purpose), now)
    reason = tidy(reason)[:REASON_LENGTH]
    if not reason:
        raise ReasonMissing
    return reason


def _rows(owner: str, parts: Iterable[str], tenant: int | None) -> list[SealedPart]:
    return [live_part(owner, part, tenant=tenant) for part in parts]


def _opened(row: SealedPart, opening: Callable[[], bytes]) -> OpenPart:
    private = opening()
    text = open_with(private, row.content, place=row.place)
    return OpenPart(row.part, private, dict(json.loads(text)), row.body)


@transaction.atomic(durable=True)
def _disclose(
    rows: list[SealedPart], by: Actor, purpose: Purpose, reason: str, now: dt.datetime, office: str
) -> None:
    for row in rows:
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


def _seal(row: SealedPart, content: Content) -> bytes:
    return seal_to(row.public, json.dumps(content, ensure_ascii=False).encode(), place=row.place)


# Handing on -----------------------------------------------------------------------------------


@transaction.atomic
def move_part(
    *, owner: str, part: str, body: UnionBody, by: Actor, now: dt.datetime, tenant: int | None = None
) -> None:
    """Give a part to the officers of another body, and take it from those of the former.

    Raises ``KeyLocked`` or ``KeyNotGiven`` when ``by`` cannot open it himself.
    """
    row = live_part(owner, part, tenant=tenant, locked=True)
    if row.body == body.pk or not row.group:
        return
    line = keys.keepers(row.group, body)
    pairs, readers = keys.pairs_in_use(line), Readers(group=row.group, body=body)
    target = next((holder for holder in line if holder in pairs), keys.PLATFORM)
    if not PartKey.objects.filter(tenant=row.tenant, part=row, to=target).exists():
        private = keys.opening_of(row, by, now)()
        former = PartKey.objects.filter(tenant=row.tenant, part=row)
        for to in former.values_list("to", flat=True):
            if to == keys.PLATFORM or to.partition(":")[0] == row.group:
                former.filter(to=to).delete()
        wanted = {target: pairs[target]} if target in pairs else {}
        PartKey.objects.bulk_create(keys.part_keys(row, private, readers, wanted, now))
    row.body = body.pk
    row.save(update_fields=["body"])


@transaction.atomic
def give_to_user(
    *, owner: str, parts: Iterable[str], user: Any, by: Actor, now: dt.datetime, tenant: int | None = None
) -> int:
    """Give a person who has a key of his own a key to the parts that ``by`` can open; return how many."""
    pair = keys.pairs_in_use([keys.holder_of_user(user)]).get(keys.holder_of_user(user))
    if pair is None:
        return 0
    done = 0
    for name in parts:
        row = live_part(owner, name, tenant=tenant, locked=True)
        if not PartKey.objects.filter(tenant=row.tenant, part=row, to=pair.holder).exists():
            keys.to_pair(row, keys.opening_of(row, by, now)(), pair, now).save(force_insert=True)
            done += 1
    return done


@transaction.atomic
def give_to_receipt(
    *, owner: str, parts: Iterable[str], receipt: bytes, by: Actor, now: dt.datetime, tenant: int
) -> None:
    """Let a new receipt open the parts that ``by`` can open; the former receipt opens none from now on.

    Raises ``KeyLocked`` or ``KeyNotGiven``.
    """
    for name in parts:
        row = live_part(owner, name, tenant=tenant, locked=True)
        private = keys.opening_of(row, by, now)()
        box = seal_under(receipt, private, place=keys.part_place(row, keys.RECEIPT))
        PartKey.objects.filter(tenant=tenant, part=row, to=keys.RECEIPT).delete()
        PartKey.objects.create(tenant=tenant, part=row, to=keys.RECEIPT, box=box, granted_at=now)
    given = PartKey.objects.filter(tenant=tenant, part__owner=owner, to=keys.RECEIPT)
    given.exclude(part__part__in=list(parts)).delete()
