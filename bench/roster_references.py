"""The plain ways to load a roster, for comparison: the same checks in a loop, then one table.

No look at the roll, no sealed file, no sealed person, no problem kept, nothing to resume. The table
is what Django makes of three indexed text columns: four indexes on SQLite, seven on PostgreSQL.
"""

import csv
import datetime as dt
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from bench.roster_run import Watch
from bench.rosters import WEIGHTS

BATCH = 2_000


class Row(models.Model):
    """A member as a plain application keeps him."""

    name = models.CharField(max_length=60, db_index=True)
    id_number = models.CharField(max_length=18, unique=True)
    sex = models.CharField(max_length=1)
    phone = models.CharField(max_length=16, db_index=True)
    education = models.CharField(max_length=20)
    joined_on = models.DateField()
    card_number = models.CharField(max_length=20)
    born_on = models.DateField()

    class Meta:
        app_label = "bench"


COLUMNS = ("name", "id_number", "sex", "phone", "education", "joined_on", "card_number", "born_on")
Values = tuple[Any, ...]


def load(path: Path, kind: str, watch: Watch) -> tuple[int, int]:
    """Load a file; return the rows of it and the rows written."""
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    counted = [0]
    with watch.step("write"), transaction.atomic():
        good = _checked(path, counted)
        written = _copy(good) if kind == "copy" else _bulk(good)
    return counted[0], written


def _checked(path: Path, counted: list[int]) -> Iterator[Values]:
    """Yield the rows with a right identity number and mobile number that stand there for the first time."""
    seen: set[str] = set()
    with path.open(encoding="gb18030", newline="") as file:
        for _order, name, number, sex, phone, education, joined, card in islice(csv.reader(file), 2, None):
            counted[0] += 1
            born = _born(number)
            if born is None or len(phone) != 11 or not phone.isdecimal() or number in seen:
                continue
            seen.add(number)
            yield name, number, sex, phone, education, dt.date.fromisoformat(joined), card, born


def _born(number: str) -> dt.date | None:
    if len(number) != 18 or not number[:17].isdecimal():
        return None
    if "10X98765432"[sum(int(d) * w for d, w in zip(number[:17], WEIGHTS, strict=True)) % 11] != number[17]:
        return None
    try:
        return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _bulk(rows: Iterator[Values]) -> int:
    written = 0
    while part := [Row(**dict(zip(COLUMNS, row, strict=True))) for row in islice(rows, BATCH)]:
        Row.objects.bulk_create(part)
        written += len(part)
    return written


def _copy(rows: Iterator[Values]) -> int:
    written = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {Row._meta.db_table} ({', '.join(COLUMNS)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
            written += 1
    return written
