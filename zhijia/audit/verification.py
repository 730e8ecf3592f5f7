"""Walking the chains in the database: streaming, constant memory, no long transaction."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zhijia.audit.chain import GENESIS, Broken, Walker, line_of
from zhijia.audit.models import Entry, Head

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
    tenant: int, *, expect: tuple[Checkpoint, ...] = (), progress: Callable[[int], None] | None = None
) -> Walker:
    """Check one chain to its head; raise ``Broken`` naming the first bad row.

    Rows that are added meanwhile are checked too. ``expect`` are heads noted down earlier: without
    them, somebody who can rewrite the whole table can also rewrite the whole chain.
    """
    marks = {mark.seq: mark.hash for mark in expect if mark.tenant == tenant}
    walker = Walker(tenant)
    for row, line in rows_of(tenant):
        walker.step(row[0], row[8], line, row[9])
        if marks.pop(walker.seq, walker.hash) != walker.hash:
            raise Broken(tenant, walker.seq, "is not the row that was noted down earlier")
        if progress and walker.seq % BATCH == 0:
            progress(BATCH)
    if marks:
        raise Broken(tenant, min(marks), "was noted down earlier and is missing")
    _check_head(walker)
    return walker


def tenants_to_check() -> list[int]:
    """Return every tenant with a head or with rows: a deleted head hides nothing."""
    with_rows = Entry.objects.order_by().values_list("tenant", flat=True).distinct()
    return sorted({*with_rows, *Head.objects.values_list("tenant", flat=True)})


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
