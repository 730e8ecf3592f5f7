"""A nation of union bodies with members who do not exist: for measuring, and for nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SHARES = (31, 341, 2_900, 29_000)
"""Provinces, cities, counties and towns of a nation of 280,000 bodies; the rest are unions."""
WHOLE = 280_000
NOW = "2026-11-30 00:00:00+00"
BODY = ("id", "tenant", "name", "short_name", "level", "kind", "path", "line_path", "depth", "place",
        "accepts_appeals", "is_active", "phone", "address", "hours", "about")  # fmt: skip


@dataclass(frozen=True)
class Nation:
    """How many bodies of each level, and from which number on the unions stand."""

    levels: tuple[int, ...]

    @classmethod
    def of(cls, bodies: int) -> "Nation":
        """Return a nation of so many bodies, its levels in proportion."""
        upper = [1, *(max(1, share * bodies // WHOLE) for share in SHARES)]
        upper[1] = min(SHARES[0], max(2, upper[1] if bodies < WHOLE else SHARES[0]))
        return cls((*upper, bodies - sum(upper)))

    @property
    def first_union(self) -> int:
        """Id of the first grassroots union; all after it are unions too."""
        return 1 + sum(self.levels[:-1])

    def bodies(self) -> Iterator[tuple[Any, ...]]:
        """Yield rows of bodies: children of a level stand below the bodies of the level above in turn."""
        above = [(1, 0, "1/")]
        yield self._row(1, 0, 0, "1/")
        number = 1
        for level, count in enumerate(self.levels[1:], start=1):
            here = []
            for place in range(count):
                number += 1
                _parent, tenant, path = above[place * len(above) // count]
                tenant = place + 1 if level == 1 else tenant
                own = f"{path}{number}/"
                yield self._row(number, tenant, level if level < 5 else 6, own)
                here.append((number, tenant, own))
            above = here

    @staticmethod
    def _row(number: int, tenant: int, level: int, path: str) -> tuple[Any, ...]:
        kind = "grassroots" if level == 6 else "federation"
        name = f"测算{number:07d}号工会"
        return (number, tenant, name, "", level, kind, path, "", path.count("/") - 1, "", True, True, "", "",
                "", "")  # fmt: skip


def load(connection: Any, nation: Nation, members: int) -> None:
    """Fill an empty house with the nation and its members; what they are follows from their number."""
    _load_bodies(connection, nation)
    unions, first = nation.levels[-1], nation.first_union
    numbers = _numbers(connection, members)
    blank = "'\\x'::bytea" if connection.vendor == "postgresql" else "x''"
    key = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    truth = {True: "true", False: "false"} if connection.vendor == "postgresql" else {True: "1", False: "0"}
    statements = [
        f"INSERT INTO membership_worker (id, tenant, person, person_key, id_standing, sex, birth_year, place,"
        f" education, is_migrant, work_status, engagement, trade, industry, created_at, changed_at)"
        f" SELECT n, 1, {blank}, {key}, 'missing', 1 + n % 100 / 62, 1960 + n % 45, '', '20', n % 10 < 3,"
        f" 'at_work', 'contract', CASE WHEN n % 25 = 0 THEN 'courier' ELSE '' END, '', '{NOW}', '{NOW}'"
        f" {numbers}",
        f"INSERT INTO membership_membership (id, tenant, worker_id, body_id, kind, state, joined_on, ending,"
        f" channel, is_discreet, card_number, written_at, changed_at)"
        f" SELECT n, b.tenant, n, b.id, 'full', CASE WHEN n % 40 = 0 THEN 'retained' ELSE 'active' END,"
        f" '2020-01-06', '', 'roster', {truth[False]}, '', '{NOW}', '{NOW}'"
        f" {numbers} JOIN unions_unionbody b ON b.id = {first} + n * 7919 % {unions}",
        f"INSERT INTO unions_headcount"
        f" (tenant, body_id, reported_on, workers, members, women, migrants, new_form)"
        f" SELECT tenant, id, '2026-06-30', 12 + id % 7, 5, 2, 1, 0 FROM unions_unionbody"
        f" WHERE id >= {first} AND id % 10 < 6",
    ]  # fmt: skip
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET session_replication_role = replica"
            )  # the rows are right; no key is asked for
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")
            for table in ("membership_worker", "membership_membership", "unions_unionbody"):
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _numbers(connection: Any, count: int) -> str:
    """Return the source of ``n`` from 1 to ``count``."""
    if connection.vendor == "postgresql":
        return f"FROM generate_series(1::bigint, {count}) AS n"
    return (
        f"FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count})"
        f" SELECT n FROM c) AS numbers"
    )


def _load_bodies(connection: Any, nation: Nation) -> None:
    named = ", ".join(BODY)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY unions_unionbody ({named}) FROM STDIN") as copy:
                for row in nation.bodies():
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(BODY))
            cursor.executemany(f"INSERT INTO unions_unionbody ({named}) VALUES ({places})", nation.bodies())


def adjacency(connection: Any) -> None:
    """Make the table of "who stands below whom" that a recursive query walks, for comparison only."""
    number = "b.id::text" if connection.vendor == "postgresql" else "b.id"
    parent = f"substr(b.path, 1, length(b.path) - length({number}) - 1)"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_nodes AS SELECT b.id, p.id AS parent, t.own_members, t.own_women"
            " FROM unions_unionbody b JOIN membership_bodytotals t ON t.body_id = b.id"
            f" LEFT JOIN unions_unionbody p ON p.tenant IN (b.tenant, 0) AND p.path = {parent}"
        )
        cursor.execute("CREATE INDEX bench_nodes_parent ON bench_nodes (parent)")
        cursor.execute("ANALYZE bench_nodes" if connection.vendor == "postgresql" else "ANALYZE")
