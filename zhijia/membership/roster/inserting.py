"""Batches for SQLite: many rows at once into each table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from zhijia.membership.enums import Channel, State
from zhijia.membership.models import Identity, Membership, Worker
from zhijia.membership.roster.rows import Ready
from zhijia.membership.roster.tables import IDENTITY, MEMBERSHIP, WORKER, Maker, new_keys


@dataclass
class Bulk:
    """A batch as rows of values."""

    workers: list[tuple[Any, ...]]
    identities: list[tuple[Any, ...]]
    memberships: list[tuple[Any, ...]]

    def store(self) -> None:
        """Insert it."""
        _insert(Worker, WORKER, self.workers)
        _insert(Identity, IDENTITY, self.identities)
        _insert(Membership, MEMBERSHIP, self.memberships)


def _insert(model: Any, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    named, places = ", ".join(quote(name) for name in columns), ", ".join(["%s"] * len(columns))
    if rows:
        with connection.cursor() as cursor:
            table = quote(model._meta.db_table)
            cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({places})", rows)  # noqa: S608  (quoted)


def bulk(maker: Maker, rows: Sequence[Ready], ids: Sequence[int]) -> Bulk:
    """Return the rows of a batch as the database stores them."""
    made = Bulk([], [], [])
    tenants, employers = maker.order.bodies.tenants, maker.order.bodies.employers
    now = connection.ops.adapt_datetimefield_value(maker.order.now)
    state, channel, roster = State.ACTIVE.value, Channel.ROSTER.value, maker.order.roster
    for row, worker_id, key in zip(rows, ids, new_keys(len(rows)), strict=True):
        body = int(row.body)
        tenant, worker = tenants[body], int(row.worker or worker_id)
        if not row.worker:
            phone = maker.phone_index(row.phone) if row.phone else None
            made.workers.append((
                worker, tenant, maker.person(row, key), key.replace("-", ""), row.id_index or None,
                row.standing, phone, int(row.sex), int(row.birth_year) if row.birth_year else None, "",
                row.education, row.is_migrant == "1", row.work_status, row.engagement, row.trade, "", now,
                now,
            ))  # fmt: skip
            if row.id_index:
                made.identities.append((row.id_index, tenant, worker))
        made.memberships.append((
            tenant, worker, body, row.kind, state, row.joined_on, "", channel, employers[body],
            False, row.card_number, roster, now, now,
        ))  # fmt: skip
    return made
