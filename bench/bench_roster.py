"""Import of a city's roster: CPU of each step, rows a second and memory, on both databases.

BENCH_ROWS=20000,200000; BENCH_POSTGRES=postgresql://… names a server where databases may be made.
Each import runs in a process of its own, in an empty house. Other work on the machine changes the
time that passes, much less the CPU: that is printed for each step, ours and the server's.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.installation import zhijia
from bench.rosters import write_csv, write_workbook
from tests.browser.server import environment

SIZES = [int(size) for size in os.environ.get("BENCH_ROWS", "20000,200000").split(",")]
SERVER = os.environ.get("BENCH_POSTGRES", "postgresql://postgres@127.0.0.1")
NAME = f"zhijia_bench_{os.getpid()}"
EMPTY = f"{NAME}_empty"
GOAL = {"csv": 50_000, "xlsx": 35_000}
MEMORY = 150
REFERENCES = ("bulk_create", "copy")
STEPS = ("upload", "read", "check", "write")


def main() -> None:
    """Measure every size, form and database, beside other ways to load the same rows."""
    print(f"1.5 % of the rows are bad. Budgets on PostgreSQL: CSV {GOAL['csv']:,} rows/s in {MEMORY} MiB, "
          f"XLSX {GOAL['xlsx']:,} rows/s.\nµs = CPU of our process + CPU of the server, a row; “read” is a "
          "pass of its own over the file, which “check” contains.\n“alone” = rows/s that this CPU allows on "
          "two idle cores (a batch is made while the server takes the one before).")  # fmt: skip
    with tempfile.TemporaryDirectory() as name, _empty_houses(Path(name)) as databases:
        for size in SIZES:
            write_csv(Path(name) / "roster.csv", size)
            write_workbook(Path(name) / "roster.xlsx", size)
            for database in databases:
                _compare(Path(name), size, database)


def _compare(folder: Path, size: int, database: str) -> None:
    """Print our figures for each form of file, then the references and how many times dearer they are."""
    ours = {form: _run(folder, database, form, folder / f"roster.{form}") for form in GOAL}
    for form, found in ours.items():
        _print(f"{size:>7,} {database:<10} {form}", found)
    for kind in REFERENCES:
        if kind == "copy" and database == "SQLite":
            continue
        found = _run(folder, database, kind, folder / "roster.csv")
        ratio = _cpu(found) / _cpu(ours["csv"])
        _print(f"{size:>7,} {database:<10} {kind}", found, f"; {ratio:.2f}x the CPU of our import of the CSV")


def _print(what: str, found: dict[str, Any], more: str = "") -> None:
    rows, steps = found["rows"], found["steps"]
    told = ", ".join(
        f"{name} {steps[name]['own'] * 1e6 / rows:.1f}+{steps[name]['server'] * 1e6 / rows:.1f}"
        for name in STEPS if name in steps
    )  # fmt: skip
    wall = sum(steps[name]["wall"] for name in ("check", "write") if name in steps)
    print(f"{what:<32} {rows / wall:>7,.0f} rows/s, alone {rows / _alone(steps):>7,.0f}; µs {told}; "
          f"{found['memory']:.0f} MiB (at rest {found['rest']:.0f}); {found['written']:,} written{more}",
          flush=True)  # fmt: skip


def _cpu(found: dict[str, Any]) -> float:
    """Return the CPU a row of checking and writing, ours and the server's."""
    steps = (found["steps"][name] for name in ("check", "write") if name in found["steps"])
    return sum(step["own"] + step["server"] for step in steps) / float(found["rows"])


def _alone(steps: dict[str, Any]) -> float:
    """Return the seconds that two idle cores need: the check waits for the server, the writing does not."""
    check, write = steps.get("check", {"own": 0.0, "server": 0.0}), steps["write"]
    return float(check["own"] + check["server"] + max(write["own"], write["server"]))


def _run(folder: Path, database: str, kind: str, path: Path) -> dict[str, Any]:
    """Run one import or reference in a process of its own, in a copy of the empty house."""
    data = folder / "house"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(folder / "empty", data)
    told = environment(data)
    if database == "PostgreSQL":
        _administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)",
                    f"CREATE DATABASE {NAME} TEMPLATE {EMPTY}")  # fmt: skip
        told["DATABASE_URL"] = f"{SERVER}/{NAME}"
    command = [sys.executable, "-m", "bench.roster_run", kind, str(path)]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@contextmanager
def _empty_houses(folder: Path) -> Iterator[list[str]]:
    """Set up a house on each database once; yield the names of the databases that there are."""
    data = folder / "empty"
    data.mkdir()
    _set_up(data, "")
    try:
        _administer(f"CREATE DATABASE {EMPTY}")
    except psycopg.OperationalError:
        print("PostgreSQL: no server, nothing measured")
        yield ["SQLite"]
        return
    try:
        _set_up(data, f"{SERVER}/{EMPTY}")
        yield ["PostgreSQL", "SQLite"]
    finally:
        _administer(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in (NAME, EMPTY)))


def _set_up(data: Path, database: str) -> None:
    zhijia(data, "migrate", "-v0", database=database)
    zhijia(data, "createcachetable", database=database)


def _administer(*commands: str) -> None:
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3) as line:
        for command in commands:
            line.execute(command)
