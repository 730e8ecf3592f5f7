"""What all batches of an import share on their way into the tables of workers and memberships.

How a database takes them stands in ``copying`` (PostgreSQL) and ``inserting`` (SQLite).
"""

import datetime as dt
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as quoted
from typing import Any, Protocol

from django.db import connection

from zhijia.core.sealing import Sealer, indexer
from zhijia.membership.enums import Kind
from zhijia.membership.models import TotalsDelta, Worker
from zhijia.membership.models.person import PURPOSE
from zhijia.membership.roster.bodies import Bodies
from zhijia.membership.roster.rows import DETAIL_NAMES, Ready, details_of

WORKER = (
    "id", "tenant", "person", "person_key", "id_index", "id_standing", "phone_index", "sex", "birth_year",
    "place",
    "education", "is_migrant", "work_status", "engagement", "trade", "industry", "created_at", "changed_at",
)  # fmt: skip
IDENTITY = ("index", "tenant", "worker_id")
MEMBERSHIP = (
    "tenant", "worker_id", "body_id", "kind", "state", "joined_on", "ending", "channel", "employer_id",
    "is_discreet", "card_number", "roster_import", "written_at", "changed_at",
)  # fmt: skip


_BEGINS = tuple(f'"{name}": ' for name in DETAIL_NAMES)


@dataclass(frozen=True)
class Order:
    """What all rows of an import have in common."""

    roster: int
    bodies: Bodies
    now: dt.datetime


class Made(Protocol):
    """A batch made ready for the tables."""

    def store(self) -> None:
        """Put it there, in the caller's transaction."""


class Maker:
    """Seals people and makes look-up keys for one import."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.sealer = Sealer(PURPOSE)
        self.phone_index = indexer("roll-phone")

    def person(self, row: Ready, key: str) -> bytes:
        """Return the sealed details of a person, bound to ``key`` as ``Worker.sealed_place`` is."""
        told = [begin + quoted(value) for begin, value in zip(_BEGINS, details_of(row)) if value]  # noqa: B905
        return self.sealer.seal(f"{{{', '.join(told)}}}".encode(), f"membership_worker|person|{key}")


def new_keys(count: int) -> Iterator[str]:
    """Yield as many texts of fresh UUIDs of version 4."""
    drawn = os.urandom(16 * count).hex()
    for at in range(0, 32 * count, 32):
        yield (f"{drawn[at : at + 8]}-{drawn[at + 8 : at + 12]}-4{drawn[at + 13 : at + 16]}"
               f"-a{drawn[at + 17 : at + 20]}-{drawn[at + 20 : at + 32]}")  # fmt: skip


def figures(rows: Iterable[Ready]) -> dict[int, Counter[str]]:
    """Return by body how many members, women, migrants and platform workers rows add."""
    kinds = Counter((row.body, row.sex == "2", row.is_migrant == "1", row.trade != "") for row in rows)
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for (body, is_woman, is_migrant, is_platform), count in kinds.items():
        found[int(body)].update(
            members=count, women=count * is_woman, migrants=count * is_migrant, platform=count * is_platform
        )
    return found


def store_figures(rows: Sequence[Ready], order: Order) -> None:
    """Append what the totals change by, one row for each body; a further membership counts nobody twice."""
    full = Kind.FULL.value
    counted = figures(row for row in rows if row.kind == full)
    TotalsDelta.objects.bulk_create(
        TotalsDelta(tenant=order.bodies.tenants[body], body_id=body, at=order.now, **count)
        for body, count in sorted(counted.items())
    )


def reserve(count: int) -> list[int]:
    """Return as many fresh ids for workers; gaps harm nobody."""
    return reserve_ids(Worker, count)


def reserve_ids(model: Any, count: int) -> list[int]:
    """Return as many fresh ids of a table; on SQLite the caller's transaction must use them."""
    if not count:
        return []
    if connection.vendor == "postgresql":
        return _from_sequence(model, count)
    first = _next_id(model)
    return list(range(first, first + count))


def _from_sequence(model: Any, count: int) -> list[int]:
    """Draw from the table's sequence: its name asked for once, the numbers answered as one text."""
    question = """
        WITH its AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name)
        SELECT string_agg(nextval(its.name)::text, ',') FROM its, generate_series(1, %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(question, [model._meta.db_table, count])
        return list(map(int, cursor.fetchone()[0].split(",")))


def _next_id(model: Any) -> int:
    """Return the id after the last ever given; the caller's transaction holds the write lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        row = cursor.fetchone()
    return (row[0] if row else 0) + 1
