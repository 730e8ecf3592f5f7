"""Does every matter still say what was handed in, and when? The intake journal is the second witness.

That a text and a receipt are written once is kept by Python (``models.appeal``). Whoever sends statements
of his own to the database is past that, so ``zhijia audit verify`` compares the rows with the envelopes.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from zhijia.appeals.models import FILED, Appeal
from zhijia.appeals.models.appeal import FIXED
from zhijia.audit.models import Entry
from zhijia.core.journal.envelope import open_envelope
from zhijia.core.journal.files import Record, files_in, read
from zhijia.core.models import JournalEntry
from zhijia.core.sealed_fields import Sealed
from zhijia.core.sealing import SealBroken

CHANGED = "handed in %s, whose row now has another %s than the intake journal"
GONE = "handed in %s, which the intake journal has and the database has not"
LABEL = "appeals.Appeal"
BATCH = 500


def check(tenant: int, now: dt.datetime) -> Iterator[tuple[int, str]]:
    """Yield the row of the chain of each matter that was changed or taken away behind our back.

    Erased texts are gone on purpose: then only the number and the moment must still agree. Envelopes that
    were made unreadable say nothing any more, and damaged ones are for ``zhijia journal verify``.
    """
    for some in _in_batches(_filed(tenant)):
        ids = [values["public_id"] for _id, values in some]
        rows = {row["public_id"]: row for row in _rows(ids)}
        for identity, values in some:
            row = rows.get(values["public_id"])
            if reason := _compare(identity, values, row):
                yield _place(tenant, values["public_id"]), reason


def _filed(tenant: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield what the journal has of each matter of a tenant, with the id of its envelope."""
    for path in files_in(Path(settings.ZHIJIA_JOURNAL)):
        for found in read(path):
            if not isinstance(found, Record) or found.is_forgotten:
                continue
            try:
                rows = open_envelope(found.id, found.body)["rows"]
            except SealBroken:
                continue
            for label, values in rows:
                if label.lower() == LABEL.lower() and values["tenant"] == tenant:
                    yield found.id, values


def _in_batches(found: Iterator[Any]) -> Iterator[list[Any]]:
    some: list[Any] = []
    for one in found:
        some.append(one)
        if len(some) == BATCH:
            yield some
            some = []
    yield some


def _rows(ids: list[Any]) -> list[dict[str, Any]]:
    rows: Any = Appeal.objects.filter(public_id__in=ids).values("erased_at", *FIXED, *FILED)
    return list(rows)


def _compare(identity: Any, values: dict[str, Any], row: dict[str, Any] | None) -> str:
    """Return what is wrong with a row, or nothing."""
    number = values["number"]
    if row is None:
        kept = JournalEntry.objects.filter(pk=identity, forget_at=None).exists()
        return GONE % number if kept else ""
    names = FIXED if row["erased_at"] else (*FIXED, *FILED)
    for name in names:
        if _plain(row[name]) != _plain(values[name]):
            return CHANGED % (number, name)
    return ""


def _plain(value: Any) -> Any:
    """Return a value as both sides can be compared: a text under seal by its bytes."""
    if isinstance(value, Sealed):
        return value.box
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return value or b""


def _place(tenant: int, public_id: Any) -> int:
    rows = Entry.objects.filter(tenant=tenant, object=f"appeal:{public_id}").order_by("seq")
    first: int | None = rows.values_list("seq", flat=True).first()
    return first or 0
