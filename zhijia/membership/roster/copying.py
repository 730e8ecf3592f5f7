"""Batches for PostgreSQL: three COPY commands, made in a thread while the server takes the batch before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from zhijia.membership.enums import Channel, State
from zhijia.membership.models import Identity, Membership, Worker
from zhijia.membership.roster.rows import Ready
from zhijia.membership.roster.tables import IDENTITY, MEMBERSHIP, WORKER, Maker, new_keys

NULL = "\\N"


@dataclass
class Copied:
    """A batch as the texts of three COPY commands."""

    workers: bytes
    identities: bytes
    memberships: bytes

    def store(self) -> None:
        """Send it."""
        for model, columns, text in (
            (Worker, WORKER, self.workers), (Identity, IDENTITY, self.identities),
            (Membership, MEMBERSHIP, self.memberships),
        ):  # fmt: skip
            if text:
                _copy(model, columns, text)


def _copy(model: Any, columns: Sequence[str], text: bytes) -> None:
    quote = connection.ops.quote_name
    named = ", ".join(
        quote(model._meta.get_field(name).column if name != "worker_id" else name) for name in columns
    )
    with (
        connection.wrap_database_errors,  # COPY goes past Django, and so would what a constraint says
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({named}) FROM STDIN") as copy,
    ):
        copy.write(text)


def copied(maker: Maker, rows: Sequence[Ready], ids: Sequence[int]) -> Copied:
    """Return the texts of a batch. Every value is a code, a number or hexadecimal: nothing needs escaping."""
    workers: list[str] = []
    identities: list[str] = []
    memberships: list[str] = []
    now = maker.order.now.isoformat()
    tenants, employers = maker.order.bodies.tenants, maker.order.bodies.employers
    joining = f"\t\t{Channel.ROSTER.value}\t"
    ending = f"{maker.order.roster}\t{now}\t{now}\n"
    for row, worker, key in zip(rows, ids, new_keys(len(rows)), strict=True):
        tenant, employer = tenants[int(row.body)], employers[int(row.body)]
        if not row.worker:
            phone = maker.phone_index(row.phone) if row.phone else NULL
            workers.append(
                f"{worker}\t{tenant}\t\\\\x{maker.person(row, key).hex()}\t{key}\t{row.id_index or NULL}"
                f"\t{row.standing}\t{phone}\t{row.sex}\t{row.birth_year or NULL}\t\t{row.education}"
                f"\t{row.is_migrant or 0}\t{row.work_status}\t{row.engagement}\t{row.trade}\t\t{now}\t{now}\n"
            )
            if row.id_index:
                identities.append(f"{row.id_index}\t{tenant}\t{worker}\n")
        memberships.append(
            f"{tenant}\t{row.worker or worker}\t{row.body}\t{row.kind}\t{ACTIVE}"
            f"\t{row.joined_on}{joining}{employer or NULL}\tf\t{escaped(row.card_number)}\t{ending}"
        )
    return Copied("".join(workers).encode(), "".join(identities).encode(), "".join(memberships).encode())


ACTIVE = State.ACTIVE.value


def escaped(text: str) -> str:
    """Return a text for COPY; line ends and tabs are gone since the check."""
    return text.replace("\\", "\\\\") if text else ""
