"""What the databases say differently, and names of tables."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from zhijia.membership.models import BodyTotals, Membership, TotalsDelta, Worker
from zhijia.membership.models.totals import FIGURES
from zhijia.unions.models import Headcount, UnionBody


@dataclass(frozen=True)
class Dialect:
    """Pieces of SQL of one database."""

    above: str
    """Joins to a body ``b`` itself and all above it: ``up.id`` and ``up.step``, the root first."""
    parent: str
    """Path of the body above a body ``b``; "" for the root."""
    larger: str
    """The larger of two numbers."""


DIALECTS = {
    "postgresql": Dialect(
        "CROSS JOIN LATERAL unnest(string_to_array(rtrim(b.path, '/'), '/')::bigint[])"
        " WITH ORDINALITY AS up(id, step)",
        "left(b.path, length(b.path) - length(b.id::text) - 1)",
        "GREATEST",
    ),
    "sqlite": Dialect(
        "CROSS JOIN json_each('[' || replace(rtrim(b.path, '/'), '/', ',') || ']') AS up",
        "substr(b.path, 1, length(b.path) - length(b.id) - 1)",
        "MAX",
    ),
}


def pieces(**more: str) -> dict[str, str]:
    """Return what the statements fill in: tables, pieces of this database and ``more``."""
    dialect = DIALECTS[connection.vendor]
    is_sqlite = connection.vendor == "sqlite"
    return {
        "above": dialect.above, "parent": dialect.parent, "larger": dialect.larger,
        "totals": _table(BodyTotals),
        "body": _table(UnionBody),
        "membership": _table(Membership), "worker": _table(Worker), "delta": _table(TotalsDelta),
        "headcount": _table(Headcount), "up_id": "up.value" if is_sqlite else "up.id",
        "up_step": "up.key" if is_sqlite else "up.step", **more,
    }  # fmt: skip


def _table(model: Any) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def listed(pattern: str, joint: str = ", ") -> str:
    """Return the pattern once for each figure: ``listed("own_{0}")`` is ``own_members, own_women, …``."""
    return joint.join(pattern.format(name) for name in FIGURES)
