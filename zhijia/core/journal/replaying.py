"""Back from the journal: puts into the database what it lacks, and names every row that it refuses.

An envelope was applied if its entry stands in the database, for both were committed together; then it is
left alone, whatever became of its rows since. Otherwise its rows are inserted one by one: with their own
keys where those are free, else with new ones that later rows of the envelope follow.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction

from zhijia.core.journal import envelope
from zhijia.core.journal.files import Damage, Record, files_in, read
from zhijia.core.journal.keeping import index_of
from zhijia.core.journal.mirror import copy_sealed
from zhijia.core.manifest import contributions
from zhijia.core.models import JournalEntry
from zhijia.core.sealing import SealBroken

Key = tuple[str, Any]
"""Model label and primary key as the envelope has it."""


@dataclass
class Replayed:
    """What a replay found and did; with ``dry_run`` what it would have done."""

    envelopes: int = 0
    present: int = 0
    forgotten: int = 0
    restored: int = 0
    rows: int = 0
    files: int = 0
    refused: list[str] = field(default_factory=list)
    """One sentence for each row, file or envelope that was not taken, or not as it was."""
    damage: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Say whether everything in the journal is in the database now."""
        return not self.refused and not any("DAMAGED" in line for line in self.damage)


class _Undone(Exception):
    """Ends a trial."""


def replay(folder: Path, *, now: dt.datetime, dry_run: bool = False) -> Replayed:
    """Insert what the database lacks from the journal files in ``folder``, which may be a second place.

    Sealed files that lie beside the journal come back into ``ZHIJIA_ATTACHMENTS``. Safe to repeat. Call it
    after the restore of a backup and before anything opens the house, as the system's own work (row-level
    security). Erasures must be applied again afterwards.
    """
    told, touched = Replayed(), set[type[models.Model]]()
    for path in files_in(folder):
        for found in read(path):
            if isinstance(found, Damage):
                told.damage.append(str(found))
                continue
            told.envelopes += 1
            _replay_record(found, folder, told, touched, now, dry_run)
    if touched and not dry_run:
        _reset_sequences(touched)
    return told


def _replay_record(
    record: Record, folder: Path, told: Replayed, touched: set[type[models.Model]], now: dt.datetime,
    dry_run: bool,
) -> None:  # fmt: skip
    if record.is_forgotten:
        told.forgotten += 1
        return
    if JournalEntry.objects.filter(pk=record.id).exists():
        told.present += 1
        return
    try:
        content = envelope.open_envelope(record.id, record.body)
        with transaction.atomic():
            applied = _Applied(record, content)
            applied.run(now)
            if dry_run:
                raise _Undone
            told.files += _bring_files(content["files"], folder, applied.refused)
    except _Undone:
        pass
    except (SealBroken, DatabaseError, OSError, LookupError) as error:
        told.refused.append(f"{record.id}: not restored: {error}")
        return
    told.restored += 1
    told.rows += applied.rows
    told.refused += [f"{record.id}: {line}" for line in applied.refused]
    touched |= applied.touched


class _Applied:
    """One envelope on its way into the database."""

    def __init__(self, record: Record, content: dict[str, Any]) -> None:
        self.record, self.content = record, content
        self.keys: dict[Key, Any] = {}
        self.rows = 0
        self.refused: list[str] = []
        self.touched: set[type[models.Model]] = set()

    def run(self, now: dt.datetime) -> None:
        """Insert the rows, then the entry that says so."""
        for label, values in self.content["rows"]:
            model = apps.get_model(label)
            try:
                with transaction.atomic():
                    self._row(label, model, values, now)
            except (DatabaseError, _Refused) as error:
                self.refused.append(f"{label} {values[model._meta.pk.attname]}: {str(error).splitlines()[0]}")
        JournalEntry.objects.create(
            id=self.record.id, token=index_of(self.content["token"]), about=index_of(self.content["about"]),
            sealed=self.record.body, files=[[f["name"], f["sha256"]] for f in self.content["files"]],
            made_at=dt.datetime.fromisoformat(self.content["at"]),
        )  # fmt: skip

    def _row(self, label: str, model: type[models.Model], values: envelope.Values, now: dt.datetime) -> None:
        own = _replayers().get(label)
        if own is not None:
            self.rows += own(dict(values), now)
            return
        self._follow(label, model, values)
        pk = model._meta.pk.attname
        taken = model._base_manager.filter(pk=values[pk]).exists()
        self.keys[label, values[pk]] = insert(model, values, new_key=taken)
        self.touched.add(model)
        self.rows += 1

    def _follow(self, label: str, model: type[models.Model], values: envelope.Values) -> None:
        """Point foreign keys to the rows as they are here; leave empty what is not here and may be."""
        for column in model._meta.local_concrete_fields:
            target, old = column.related_model, values.get(column.attname)
            if not isinstance(target, type) or old is None:
                continue
            values[column.attname] = new = self.keys.get((target._meta.label, old), old)
            if target._base_manager.filter(**{column.target_field.attname: new}).exists():  # type: ignore[attr-defined]
                continue
            missing = f"{target._meta.label} {old} is not in this database"
            if not column.null:
                raise _Refused(missing)
            values[column.attname] = None
            self.refused.append(
                f"{label} {values[model._meta.pk.attname]}: came without {column.name}: {missing}"
            )


class _Refused(Exception):
    """A row that cannot stand alone."""


def insert(model: type[models.Model], values: envelope.Values, *, new_key: bool = False) -> Any:
    """Insert a row as the journal holds it, past every ``save``; return its key."""
    pk = model._meta.pk
    if pk is None:
        raise LookupError(model._meta.label)
    columns = [f for f in envelope.columns_of(model) if not (new_key and f is pk)]
    quote = connection.ops.quote_name
    held = [
        envelope.plain_field(f).get_db_prep_save(values.get(f.attname, f.get_default()), connection)
        for f in columns
    ]
    names = ", ".join(quote(str(f.column)) for f in columns)
    marks = ", ".join(["%s"] * len(columns))
    into = f"INSERT INTO {quote(model._meta.db_table)} ({names})"
    sql = f"{into} VALUES ({marks}) RETURNING {quote(str(pk.column))}"
    with connection.cursor() as cursor:
        cursor.execute(sql, held)
        key = cursor.fetchone()[0]
    return key if new_key else values[pk.attname]


def _replayers() -> dict[str, Any]:
    """Return, by model label, who puts back rows that cannot just be inserted."""
    return {each.model: each.call for each in contributions("replays")}


def _bring_files(files: list[dict[str, Any]], folder: Path, refused: list[str]) -> int:
    """Copy sealed files from beside the journal to where attachments lie; return how many were missing."""
    brought = 0
    for file in files:
        target = Path(settings.ZHIJIA_ATTACHMENTS) / file["name"]
        source = folder / "files" / file["name"]
        if target.exists():
            continue
        try:
            copy_sealed(source, target, file["sha256"])
            brought += 1
        except OSError as error:
            refused.append(f"file {file['name']}: {error}")
    return brought


def _reset_sequences(touched: set[type[models.Model]]) -> None:
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), sorted(touched, key=repr)):
            cursor.execute(statement)


def verify(folder: Path) -> Iterator[Record | Damage | str]:
    """Yield every record and every damage of a folder, and a sentence where the chain is broken.

    The seal of each record is checked as well: one that does not open is told by a sentence.
    """
    before: dict[str, bytes] = {}
    for path in files_in(folder):
        epoch = path.name[:8]
        for found in read(path):
            if isinstance(found, Record):
                expected = before.get(epoch)
                if expected is not None and found.before != expected:
                    yield f"{found.file}: the chain is BROKEN before {found.start}"
                before[epoch] = found.hash
                yield from _check_seal(found)
            yield found


def _check_seal(record: Record) -> Iterator[str]:
    if record.is_forgotten:
        return
    try:
        envelope.open_envelope(record.id, record.body)
    except SealBroken as error:
        yield f"{record.file}: the seal of {record.id} is BROKEN: {error}"
