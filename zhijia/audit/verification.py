"""Walking the chains in the database: streaming, constant memory, no long transaction."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from zhijia.audit.models import Entry, Head, SignedHead, SigningKey
from zhijia.audit.verify_audit import (
    GENESIS,
    KEY_CHANGED,
    Broken,
    Heads,
    Mark,
    Marks,
    Statement,
    Walker,
    check_announced,
    held_by,
    line_of,
    trust_of,
)
from zhijia.core.manifest import contributions

BATCH = 5000
COLUMNS = (
    "seq", "at", "actor", "kind", "purpose", "action", "object", "data", "previous", "hash",
)  # fmt: skip
Row = tuple[int, dt.datetime, str, str, str, str, str, str, str, str]


@dataclass(frozen=True)
class Checkpoint:
    """A head that was noted down earlier: the chain must still pass through it."""

    tenant: int
    seq: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read ``TENANT:SEQ:HASH`` as ``audit verify`` prints it; raise ``ValueError``."""
        tenant, seq, digest = text.split(":")
        if len(digest) != len(GENESIS):
            raise ValueError("the hash must have 64 digits")
        return cls(int(tenant), int(seq), digest)


def rows_of(tenant: int) -> Iterator[tuple[Row, str]]:
    """Yield the rows of a tenant in order, each with its canonical line."""
    seen = -1
    while batch := list(
        Entry.objects.filter(tenant=tenant, seq__gt=seen).order_by("seq").values_list(*COLUMNS)[:BATCH]
    ):
        for row in batch:
            yield row, _line(tenant, row)
        seen = batch[-1][0]


def verify_tenant(
    tenant: int, *, marks: Marks | None = None, progress: Callable[[int], None] | None = None
) -> Walker:
    """Check one chain to its head; raise ``Broken`` naming the first bad row.

    Rows that are added meanwhile are checked too. ``marks`` are rows that somebody vouched for:
    without them, somebody who can rewrite the whole table can also rewrite the whole chain.
    """
    walker = Walker(tenant, marks=(marks or {}).get(tenant, {}))
    for row, line in rows_of(tenant):
        walker.step(row[0], row[8], line, row[9])
        if progress and walker.seq % BATCH == 0:
            progress(BATCH)
    walker.finish()
    _check_head(walker)
    return walker


def tenants_to_check() -> list[int]:
    """Return every tenant with a head or with rows: a deleted head hides nothing."""
    with_rows = Entry.objects.order_by().values_list("tenant", flat=True).distinct()
    return sorted({*with_rows, *Head.objects.values_list("tenant", flat=True)})


def signed_heads(
    *, expect: Iterable[Checkpoint] = (), witnesses: Iterable[Path] = (), trust: str = ""
) -> Heads:
    """Check the signatures of all heads, ours and those that witnesses hold; return them as marks.

    ``trust`` is the public key as somebody else knows it. Raises ``Broken``, ``BadStatement``,
    ``CannotCheck``.
    """
    keys = SigningKey.objects.order_by("number").values_list("public", "announcement")
    heads = Heads(trust_of(list(keys), trust))
    rows = SignedHead.objects.order_by("pk").values_list("pk", "statement", "tenant", "seq", "hash")
    own = heads.take((_same(*row) for row in rows.iterator()), "was signed on")
    ours = {(head.tenant, head.seq) for head in own}
    for path in witnesses:
        for head in held_by(path, heads):
            if (head.tenant, head.seq) not in ours:
                raise Broken(head.tenant, head.seq, "has a head that a witness holds and we do not")
    for mark in expect:
        known = heads.marks.setdefault(mark.tenant, {}).setdefault(mark.seq, Mark(mark.hash))
        if known.hash != mark.hash:
            raise Broken(mark.tenant, mark.seq, "is not the row that was noted down earlier")
    return heads


def check_key_changes(heads: Heads) -> None:
    """Check that the chain of tenant 0 announces each key; raise ``Broken``."""
    rows = Entry.objects.filter(tenant=0, action=KEY_CHANGED).order_by("seq").values_list("seq", "data")
    told = [(seq, str(json.loads(data).get("statement"))) for seq, data in rows]
    head = Head.objects.filter(tenant=0).first()
    check_announced(heads.trust, told, Walker(0, seq=head.seq if head else 0))


def check_apps(tenant: int, now: dt.datetime) -> None:
    """Ask the apps whether what they keep agrees with the chain of ``tenant``; raise ``Broken``."""
    for check in contributions("audit_checks"):
        for seq, reason in check(tenant, now):
            raise Broken(tenant, seq, reason)


def _same(pk: int, statement: str, tenant: int, seq: int, digest: str) -> tuple[str, str]:
    """Return a statement with its place, if it says what its row says; raise ``Broken``."""
    place = f"signed head {pk}"
    said = Statement.read(statement, place).content
    if (said.get("tenant"), said.get("seq"), said.get("hash")) != (tenant, seq, digest):
        raise Broken(tenant, seq, f"is not what {place} was signed about")
    return statement, place


def _check_head(walker: Walker) -> None:
    head = Head.objects.filter(tenant=walker.tenant).first()
    if head is None:
        raise Broken(walker.tenant, walker.seq, "has lost the head of its chain")
    if head.seq > walker.seq and Entry.objects.filter(tenant=walker.tenant, seq=walker.seq + 1).exists():
        return  # a row was added after the last look; the next check walks it
    if head.seq > walker.seq:
        raise Broken(walker.tenant, walker.seq + 1, "is missing")
    if (head.seq, head.hash) != (walker.seq, walker.hash):
        raise Broken(walker.tenant, walker.seq, "does not agree with the head of the chain")


def _line(tenant: int, row: Row) -> str:
    seq, at, actor, kind, purpose, action, obj, data, previous, _ = row
    stamp = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
    return line_of(
        tenant=tenant, seq=seq, at=stamp, actor=actor, kind=kind, purpose=purpose, action=action, obj=obj,
        data=data, previous=previous,
    )  # fmt: skip
