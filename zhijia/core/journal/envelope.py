"""What the journal keeps of one submission: its rows as the database holds them, and its files' names."""

import base64
import datetime as dt
import decimal
import json
import uuid
from collections.abc import Callable
from functools import cache, reduce
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Value

from zhijia.core.journal.collecting import Collected, RowsUnseen
from zhijia.core.sealing import seal, unseal

VERSION = 1
PURPOSE = "journal"
Values = dict[str, Any]


def place_of(identity: uuid.UUID) -> str:
    """Return what binds a sealed envelope to its record."""
    return f"journal|{identity}"


def build(identity: uuid.UUID, collected: Collected, *, about: str, token: str, now: dt.datetime) -> bytes:
    """Return the sealed envelope; call it last in the transaction that made the rows."""
    collected.check()
    content = {
        "version": VERSION,
        "about": about,
        "token": token,
        "at": now.isoformat(),
        "rows": rows_of(list(collected.rows)),
        "files": [vars(file) for file in collected.files.values()],
    }
    text = json.dumps(content, ensure_ascii=False, default=_plain).encode()
    return seal(text, purpose=PURPOSE, place=place_of(identity))


def open_envelope(identity: uuid.UUID, sealed: bytes) -> dict[str, Any]:
    """Return the content; raise ``SealBroken`` when it was altered or belongs to another record."""
    return dict(json.loads(unseal(sealed, purpose=PURPOSE, place=place_of(identity)), object_hook=_rich))


def columns_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the columns that are written; the database computes the others."""
    return [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]


def plain_field(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """Return a field that reads and writes the column as it stands, whatever our own field makes of it."""
    kind: models.Field[Any, Any] = field
    while isinstance(kind, models.ForeignKey):
        kind = kind.target_field
    if kind.__class__.__module__.startswith("django."):
        return kind
    return getattr(models, kind.get_internal_type())()


def rows_of(noted: list[tuple[str, Any]]) -> list[tuple[str, Values]]:
    """Return (model, values by attribute) of the noted rows in their order; raise ``RowsUnseen``."""
    found: dict[tuple[str, Any], Values] = {}
    for label in dict.fromkeys(label for label, _pk in noted):
        model = apps.get_model(label)
        keys = [pk for each, pk in noted if each == label]
        for values in _read(model, keys):
            found[label, values[model._meta.pk.attname]] = values
    if missing := [row for row in noted if row not in found]:
        raise RowsUnseen(f"deleted again, or hidden by row-level security: {missing}")
    return [(label, found[label, pk]) for label, pk in noted]


def _read(model: type[models.Model], keys: list[Any]) -> list[Values]:
    """Read rows as they stand. A prepared statement: the query compiler would cost more than all the rest."""
    statement, columns = _reader(model, connection.vendor)
    pk = model._meta.pk
    held = [pk.get_db_prep_value(key, connection) for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(", ".join(["%s"] * len(held))), held)
        rows = cursor.fetchall()
    return [
        {
            name: reduce(lambda value, convert: convert(value, told, connection), converters, value)
            for value, (name, told, converters) in zip(row, columns, strict=True)
        }
        for row in rows
    ]


@cache
def _reader(model: type[models.Model], vendor: str) -> tuple[str, list[tuple[str, Value, list[Any]]]]:
    """Return the statement, and for each column its name and what turns its values into Python's."""
    quote, fields = connection.ops.quote_name, columns_of(model)
    columns = []
    for field in fields:
        plain = plain_field(field)
        told = Value(None, output_field=plain)
        converters = [*connection.ops.get_db_converters(told), *plain.get_db_converters(connection)]
        columns.append((field.attname, told, converters))
    names = ", ".join(quote(str(field.column)) for field in fields)
    own = quote(str(model._meta.pk.column))
    return f"SELECT {names} FROM {quote(model._meta.db_table)} WHERE {own} IN ({{}})", columns  # noqa: S608


def _plain(value: Any) -> Any:
    """Return how JSON holds a value that JSON does not know."""
    match value:
        case bytes() | memoryview() | bytearray():
            return {"$": "bytes", "v": base64.b64encode(bytes(value)).decode()}
        case dt.datetime():
            return {"$": "instant", "v": value.isoformat()}
        case dt.date():
            return {"$": "day", "v": value.isoformat()}
        case dt.time():
            return {"$": "time", "v": value.isoformat()}
        case uuid.UUID():
            return {"$": "uuid", "v": str(value)}
        case decimal.Decimal():
            return {"$": "decimal", "v": str(value)}
    raise TypeError(f"the journal cannot keep a {type(value).__name__}")


_READ: dict[str, Callable[[str], Any]] = {
    "bytes": base64.b64decode,
    "instant": dt.datetime.fromisoformat,
    "day": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "uuid": uuid.UUID,
    "decimal": decimal.Decimal,
}


def _rich(found: dict[str, Any]) -> Any:
    if set(found) == {"$", "v"} and found["$"] in _READ:
        return _READ[found["$"]](found["v"])
    return found
