"""Envelopes that still wait in the database are sealed anew; those on disk keep the key of their day."""

from collections.abc import Iterator

from django.apps import apps
from django.db import transaction

from zhijia.core.journal.envelope import place_of
from zhijia.core.rekeying import Rekey
from zhijia.core.sealing import SealBroken, is_current, key_number, seal, unseal


def _stale() -> Iterator[object]:
    waiting = apps.get_model("core.JournalEntry").objects.exclude(sealed=b"").order_by("made_at")
    return (row for row in waiting.iterator(500) if not is_current(row.sealed))


def _numbers() -> Iterator[int]:
    return (key_number(row.sealed) for row in _stale())  # type: ignore[attr-defined]


def _seal_anew() -> Iterator[str]:
    for found in list(_stale()):
        with transaction.atomic():
            row = type(found).objects.select_for_update().get(pk=found.pk)  # type: ignore[attr-defined]
            if not row.sealed:
                continue  # the journal has taken it meanwhile
            try:
                text = unseal(row.sealed, purpose="journal", place=place_of(row.pk))
            except SealBroken as error:
                yield f"JournalEntry {row.pk}: {error}"
                continue
            row.sealed = seal(text, purpose="journal", place=place_of(row.pk))
            row.save(update_fields=["sealed"])
        yield ""


REKEYS = (Rekey("core.JournalEntry.sealed", "journal", _numbers, _seal_anew),)
