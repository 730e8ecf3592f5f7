"""Screening: a million households on DuckDB beside the same rule by hand; PostgreSQL; one household.

BENCH_HOUSEHOLDS=1000000; BENCH_POSTGRES=postgresql://… names a server for the way from tables and back.
"""

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.screen_population import RULES, make, rules

HOUSEHOLDS = int(os.environ.get("BENCH_HOUSEHOLDS", 1_000_000))
SERVER = os.environ.get("BENCH_POSTGRES", "postgresql://postgres@127.0.0.1/postgres")
TIMES = 7
TABLES = ("households", "persons", "places")
SUMS = "select sum(class)::bigint, sum(aid)::bigint, sum(reasons)::bigint, count(*) from"
ANCHORS = {
    "duckdb": "goal 0.25 s; DuckDB by hand 0.157, NumPy 0.070, OpenFisca 1.17 on a quiet machine",
    "postgres": "goal 10 s; in-database SQL 2.2, ORM 670-1,760",
    "one": "goal 0.2 ms; OpenFisca 0.73",
}


def main() -> None:
    """Measure each part in a process of its own and print what came out."""
    _one_household()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rule in RULES:
            make(folder, rule, HOUSEHOLDS)
            _whole_population(folder, rule)


def _whole_population(folder: Path, rule: str) -> None:
    both, alone = _part("both", folder, rule), _part("alone", folder, rule)
    plain, server = _part("numpy", folder, rule), _part("postgres", folder, rule)
    found = [part["sums"] for part in (both, alone, plain, server) if "sums" in part]
    if any(sums != found[0] for sums in found):
        raise SystemExit(f"the engines disagree: {found}")
    print(f"rule set {rule}: {HOUSEHOLDS:,} households; all engines have the sums {found[0]}")
    ours, hand, numpy = both["ours"], both["hand"], plain["numpy"]
    for label, times in (("ours, DuckDB", ours), ("by hand, DuckDB", hand), ("by hand, NumPy", numpy)):
        print(
            f"  {label:<18} best {times['best']:.3f} s, median {times['median']:.3f}, CPU {times['cpu']:.3f}"
        )
    print(f"  ours / DuckDB by hand: {ours['best'] / hand['best']:.2f}, CPU {ours['cpu'] / hand['cpu']:.2f} "
          f"(goal 1.5); ours / NumPy: {ours['best'] / numpy['best']:.2f}")  # fmt: skip
    print(f"  peak of the process with ours alone {alone['peak']:.0f} MiB (goal 400); {ANCHORS['duckdb']}")
    if "postgres" in server:
        print(f"  from PostgreSQL and back {server['postgres']['best']:.2f} s best, "
              f"{server['postgres']['median']:.2f} median; {ANCHORS['postgres']}")  # fmt: skip
    else:
        print(f"  from PostgreSQL and back: NOT RUN, {server['not_run']}")


def _part(what: str, folder: Path, rule: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.bench_screen", what, str(folder), rule]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def _timed(run: Callable[[], Any]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def _figures(times: list[tuple[float, float]]) -> dict[str, float]:
    walls, cpus = zip(*times, strict=True)
    return {"best": min(walls), "median": statistics.median(walls), "cpu": min(cpus)}


def _loaded(folder: Path, rule: str) -> tuple[Any, str]:
    """Load the columns into memory; return the connection and our query."""
    import ibis

    from zhijia.assistance.rules.tables import screen

    backend = ibis.duckdb.connect(":memory:")
    con = backend.con
    con.execute("set threads = 2; set preserve_insertion_order = false")
    for table in TABLES:
        con.execute(f"create table {table} as from read_parquet('{folder}/{rule}_{table}.parquet')")
    plan = rules(rule).plan
    query = ibis.to_sql(screen(plan, *(backend.table(name) for name in TABLES)))
    amount = plan.amounts[0].amount.name
    return (
        con,
        f"select household_id, class, {amount} as aid, reasons, missing from ({query})",
    )


def both(folder: Path, rule: str) -> dict[str, Any]:
    """Run ours and the one by hand in turn."""
    from bench.screen_references import SQL

    con, query = _loaded(folder, rule)
    ours, hand = [], []
    for _ in range(TIMES):
        con.execute("drop table if exists r; drop table if exists m")
        ours.append(_timed(lambda: con.execute(f"create table r as {query}")))
        hand.append(_timed(lambda: con.execute(f"create table m as {SQL[rule]}")))
    sums = con.execute(f"{SUMS} r").fetchone()
    by_hand = con.execute(f"{SUMS} m").fetchone()
    if sums != by_hand:
        raise SystemExit(f"ours {sums}, by hand {by_hand}")
    return {"ours": _figures(ours), "hand": _figures(hand), "sums": list(sums)}


def alone(folder: Path, rule: str) -> dict[str, Any]:
    """Run ours alone, for the memory of the process."""
    con, query = _loaded(folder, rule)
    con.execute(f"create table r as {query}")
    return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def numpy(folder: Path, rule: str) -> dict[str, Any]:
    """Run the rule by hand in NumPy, one core."""
    from bench.screen_references import NUMPY, read

    tables = [read(folder, rule, table) for table in TABLES]
    times = [_timed(lambda: NUMPY[rule](*tables)) for _ in range(TIMES)]
    found, aid, reasons = NUMPY[rule](*tables)
    return {
        "numpy": _figures(times),
        "sums": [int(found.sum()), int(aid.sum()), int(reasons.sum()), len(found)],
    }


def postgres(folder: Path, rule: str) -> dict[str, Any]:
    """Take the population out of tables of PostgreSQL, decide, and put the results back."""
    import duckdb
    import psycopg

    try:
        connection = psycopg.connect(SERVER, connect_timeout=5)
    except psycopg.OperationalError as error:
        return {"not_run": str(error).splitlines()[0]}
    with connection, connection.cursor() as cursor:
        source = duckdb.connect()
        for table in TABLES:
            path = folder / f"{table}.csv"
            source.execute(
                f"copy (from read_parquet('{folder}/{rule}_{table}.parquet')) to '{path}' (header false)"
            )
            columns = source.execute(
                f"describe from read_parquet('{folder}/{rule}_{table}.parquet')"
            ).fetchall()
            cursor.execute(f"create temp table {table} ({', '.join(f'{c[0]} {c[1]}' for c in columns)})")
            with path.open("rb") as file, cursor.copy(f"copy {table} from stdin (format csv)") as copy:
                while part := file.read(1 << 20):
                    copy.write(part)
        times = [_timed(lambda: _out_and_back(cursor, folder, rule)) for _ in range(3)]
        sums = cursor.execute(f"{SUMS} results").fetchone()
        connection.rollback()
    return {"postgres": _figures(times), "sums": [int(value) for value in sums]}


def _out_and_back(cursor: Any, folder: Path, rule: str) -> None:
    import ibis

    from zhijia.assistance.rules.tables import screen

    backend = ibis.duckdb.connect(":memory:")
    for table in TABLES:
        path = folder / f"out_{table}.csv"
        with path.open("wb") as file, cursor.copy(f"copy {table} to stdout (format csv, header)") as copy:
            for part in copy:
                file.write(part)
        backend.con.execute(f"create table {table} as from read_csv('{path}')")
    plan = rules(rule).plan
    query = ibis.to_sql(screen(plan, *(backend.table(name) for name in TABLES)))
    amount, path = plan.amounts[0].amount.name, folder / "back.csv"
    backend.con.execute(
        f"copy (select household_id, class, {amount}, reasons, missing from ({query})) "
        f"to '{path}' (header false)"
    )
    cursor.execute("drop table if exists results")
    cursor.execute(
        "create temp table results (household_id int, class int, aid bigint, reasons bigint, missing bigint)"
    )
    with path.open("rb") as file, cursor.copy("copy results from stdin (format csv)") as copy:
        while part := file.read(1 << 20):
            copy.write(part)


def _one_household() -> None:
    """Decide single households with the full trace."""
    from zhijia.assistance.tests.samples import random_household, random_values

    for rule in RULES:
        loaded, draw = rules(rule), random.Random(1)
        cases = [
            (*random_household(loaded, draw), random_values(loaded, draw, unknown=0)) for _ in range(500)
        ]
        times = []
        for _ in range(5):
            begun = time.process_time()
            for case in cases:
                loaded.evaluator.decide(*case)
            times.append((time.process_time() - begun) / len(cases))
        print(f"one household with its trace, rule set {rule}: {min(times) * 1000:.3f} ms ({ANCHORS['one']})")


if __name__ == "__main__":
    parts = {"both": both, "alone": alone, "numpy": numpy, "postgres": postgres}
    print(json.dumps(parts[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])))
