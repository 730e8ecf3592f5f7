"""The statements of a recount, each of them one snapshot of the database.

What is kept and what still waits as a change is together the truth: ``kept + waiting = counted``.
So a statement may run while members join and leave; only folding must not run beside it.
"""

import datetime as dt
from typing import Any

from django.db import connection

from zhijia.membership.totals.dialects import listed, pieces

# What is counted of the full memberships of one body; ``services.base.counts`` says the same of one.
TRUTH = """
    SELECT m.body_id, COUNT(*) FILTER (WHERE m.state IN ('active', 'held')) AS members,
        COUNT(*) FILTER (WHERE m.state IN ('active', 'held') AND w.sex = 2) AS women,
        COUNT(*) FILTER (WHERE m.state IN ('active', 'held') AND w.is_migrant) AS migrants,
        COUNT(*) FILTER (WHERE m.state IN ('active', 'held') AND w.trade <> '') AS platform,
        COUNT(*) FILTER (WHERE m.state = 'retained') AS retained
    FROM {membership} m JOIN {worker} w ON w.id = m.worker_id
    WHERE m.kind = 'full' AND m.ended_on IS NULL AND NOT (m.is_discreet AND m.employer_id IS NOT NULL)
    GROUP BY m.body_id
"""

OWN = """
    WITH truth AS ({truth}), waiting AS (
        SELECT body_id, {sums} FROM {delta} GROUP BY body_id
    ), fresh AS (
        SELECT b.id, b.tenant, {fresh} FROM {body} b
        LEFT JOIN truth ON truth.body_id = b.id LEFT JOIN waiting ON waiting.body_id = b.id
    )
    INSERT INTO {totals} (body_id, tenant, {own}, {zero_names}, bodies, hidden_members, reporting_members,
        reports, counted_at, mended_at, mended_own, mended_sums)
    SELECT id, tenant, {names}, {zeros}, 0, 0, 0, 0, %(now)s, {when_new}, {sum_new}, 0 FROM fresh WHERE true
    ON CONFLICT (body_id) DO UPDATE SET {set_own}, tenant = excluded.tenant,
        counted_at = excluded.counted_at, mended_at = excluded.counted_at, mended_own = {off}, mended_sums = 0
    WHERE {differs}
"""

# Most bodies stand lowest, so they are put together by their parents before anything climbs the tree.
SUMS = """
    WITH children AS (
        SELECT {parent} AS path, {own_sums}, COUNT(*) FILTER (WHERE b.is_active) AS bodies
        FROM {totals} t JOIN {body} b ON b.id = t.body_id GROUP BY 1
    ), below AS (
        SELECT {up_id} AS body_id, {sums}, CAST(SUM(b.bodies) AS bigint) AS bodies
        FROM children b {above} GROUP BY {up_id}
    ), added AS (
        SELECT b.id AS body_id, {below},
            COALESCE(below.bodies, 0) + CASE WHEN b.is_active THEN 1 ELSE 0 END AS bodies
        FROM {body} b LEFT JOIN below ON below.body_id = b.id
    )
    UPDATE {totals} SET {set}, bodies = added.bodies, counted_at = %(now)s, mended_sums = {off},
        mended_own = CASE WHEN {totals}.mended_at = %(now)s THEN {totals}.mended_own ELSE 0 END,
        mended_at = CASE WHEN {off} > 0 THEN %(now)s ELSE {totals}.mended_at END
    FROM added WHERE {totals}.body_id = added.body_id AND ({differs} OR {totals}.bodies <> added.bodies)
"""

REPORTED = """
    WITH ranked AS (
        SELECT h.body_id, h.workers, h.reported_on,
            ROW_NUMBER() OVER (PARTITION BY h.body_id ORDER BY h.reported_on DESC, h.id DESC) AS place
        FROM {headcount} h WHERE h.reported_on <= %(today)s
    ), latest AS (
        SELECT r.body_id, r.workers, r.reported_on, t.members FROM ranked r
        JOIN {totals} t ON t.body_id = r.body_id WHERE r.place = 1
    ), line AS (
        SELECT l.body_id, {up_id} AS above, {up_step} AS step
        FROM latest l JOIN {body} b ON b.id = l.body_id {above}
    ), stopped AS (
        SELECT line.body_id, MAX(line.step) AS step FROM line
        JOIN latest ON latest.body_id = line.above AND latest.body_id <> line.body_id GROUP BY line.body_id
    ), added AS (
        SELECT line.above AS body_id, SUM(latest.workers) AS workers, SUM(latest.members) AS members,
            COUNT(*) AS reports, MIN(latest.reported_on) AS oldest
        FROM line JOIN latest ON latest.body_id = line.body_id
        LEFT JOIN stopped ON stopped.body_id = line.body_id
        WHERE stopped.step IS NULL OR line.step > stopped.step GROUP BY line.above
    ), fresh AS (
        SELECT t.body_id, a.workers, COALESCE(a.members, 0) AS members, COALESCE(a.reports, 0) AS reports,
            a.oldest FROM {totals} t LEFT JOIN added a ON a.body_id = t.body_id
    )
    UPDATE {totals} SET workers = fresh.workers, reporting_members = fresh.members, reports = fresh.reports,
        oldest_report_on = fresh.oldest
    FROM fresh WHERE {totals}.body_id = fresh.body_id AND (
        {totals}.reports <> fresh.reports OR {totals}.reporting_members <> fresh.members
        OR COALESCE({totals}.workers, -1) <> COALESCE(fresh.workers, -1)
        OR {totals}.oldest_report_on <> fresh.oldest)
"""

HIDDEN = """
    WITH hidden AS (
        SELECT m.body_id, COUNT(*) AS members FROM {membership} m
        WHERE m.kind = 'full' AND m.ended_on IS NULL AND m.is_discreet AND m.employer_id IS NOT NULL
            AND m.state IN ('active', 'held') AND m.joined_on < %(first)s GROUP BY m.body_id
    ), added AS (
        SELECT {up_id} AS body_id, SUM(h.members) AS members
        FROM hidden h JOIN {body} b ON b.id = h.body_id {above} GROUP BY {up_id}
    ), fresh AS (
        SELECT b.id AS body_id, CASE WHEN b.level <= %(lowest)s AND a.members >= %(least)s
            THEN a.members - a.members %% %(base)s ELSE 0 END AS members
        FROM {body} b LEFT JOIN added a ON a.body_id = b.id
    )
    UPDATE {totals} SET hidden_members = fresh.members
    FROM fresh WHERE {totals}.body_id = fresh.body_id AND {totals}.hidden_members <> fresh.members
"""


def count_own(now: dt.datetime) -> None:
    """Let the own figures of every body be what its memberships say, less what still waits."""
    _run(
        OWN, {"now": now}, truth=TRUTH, sums=listed("SUM({0}) AS {0}"),
        own=listed("own_{0}"), names=listed("{0}"),
        fresh=listed("{{larger}}(COALESCE(truth.{0}, 0) - COALESCE(waiting.{0}, 0), 0) AS {0}"),
        zero_names=listed("{0}"), zeros=listed("0"),
        set_own=listed("own_{0} = excluded.own_{0}"),
        sum_new=listed("{0}", " + "),
        when_new="CASE WHEN " + listed("{0}", " + ") + " > 0 THEN %(now)s END",
        off=listed("ABS(excluded.own_{0} - {{totals}}.own_{0})", " + "),
        differs=listed("excluded.own_{0} <> {{totals}}.own_{0}", " OR "),
    )  # fmt: skip


def add_up(now: dt.datetime) -> None:
    """Let the figures with all below be the sums of the own ones, along the path; one pass."""
    fresh = "{{totals}}.own_{0} + added.{0}"
    _run(
        SUMS, {"now": now}, own_sums=listed("SUM(t.own_{0}) AS {0}"),
        sums=listed("CAST(SUM(b.{0}) AS bigint) AS {0}"),
        below=listed("COALESCE(below.{0}, 0) AS {0}"), set=listed(f"{{0}} = {fresh}"),
        off=listed(f"ABS({fresh} - {{{{totals}}}}.{{0}})", " + "),
        differs=listed(f"{fresh} <> {{{{totals}}}}.{{0}}", " OR "),
    )  # fmt: skip


def add_up_reported(today: dt.date) -> None:
    """Add up the workers that bodies reported; the outermost report of a branch of the tree stands."""
    _run(REPORTED, {"today": today})


def add_up_hidden(first: dt.date, *, lowest: int, least: int, base: int) -> None:
    """Count members who must not be known, joined before ``first``, for bodies down to level ``lowest``.

    Fewer than ``least`` are none, more are rounded down to a multiple of ``base``.
    """
    _run(HIDDEN, {"first": first, "lowest": lowest, "least": least, "base": base})


def widen() -> None:
    """Let PostgreSQL keep the sums of a nation in memory until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '128MB'")


def _run(statement: str, values: dict[str, Any], **more: str) -> None:
    told = pieces()
    filled = statement.format(**told, **{name: text.format(**told) for name, text in more.items()})
    with connection.cursor() as cursor:
        cursor.execute(filled, {name: adapted(value) for name, value in values.items()})


def adapted(value: Any) -> Any:
    """Return an instant or a day as the columns of this database hold it."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, dt.date) else value
