"""The whole suite: on SQLite, on PostgreSQL where there is one, and in a real browser.

PostgreSQL is the server that ZHIJIA_TEST_POSTGRES names, or one on the standard local port.
"""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
LOCAL = (
    "postgresql://postgres@127.0.0.1:5432/postgres",
    "postgresql://127.0.0.1:5432/postgres",
    "postgresql:///postgres",
)
# Own databases for each checkout, so that two suites on one machine do not meet.
NAME = "zhijia_" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]


def may_create(address: str) -> bool:
    """Say whether the server answers and lets us make databases."""
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            return bool(row and row[0])
    except psycopg.Error:
        return False


def find_postgresql() -> str | None:
    """Return the address of a usable server; None when there is none."""
    named = os.environ.get("ZHIJIA_TEST_POSTGRES")
    return next((address for address in ([named] if named else LOCAL) if may_create(address)), None)


def own_database(address: str) -> str:
    """Return the address with our own database name."""
    parts = urlsplit(address)
    return urlunsplit(("postgresql", parts.netloc, f"/{NAME}", "", "")).replace(
        "postgresql:/zh", "postgresql:///zh"
    )


def run(title: str, arguments: list[str], database: str = "") -> bool:
    """Run one part of the suite; return whether it passed."""
    print(f"\n===== {title} =====", flush=True)
    environment = {**os.environ, "ZHIJIA_TEST_DATABASE": database, "ZHIJIA_NEED_BROWSER": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    started = time.monotonic()
    code = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode
    print(
        f"----- {title}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return code == 0


def main() -> int:
    """Run the three parts; return 1 if one failed."""
    parallel = ["-n", "2", "--dist", "loadfile"]
    results = [run("SQLite", ["-m", "not browser", *parallel])]
    address = find_postgresql()
    if address:
        results.append(run("PostgreSQL", ["-m", "not browser", *parallel], own_database(address)))
    elif os.environ.get("ZHIJIA_TEST_POSTGRES"):
        print("\nPostgreSQL: FAILED, the server that ZHIJIA_TEST_POSTGRES names does not let us in")
        results.append(False)
    else:
        print("\nPostgreSQL: NOT RUN, for no server answers on the standard local port.")
        print("Name one in ZHIJIA_TEST_POSTGRES, for example postgresql://postgres@127.0.0.1:5432/postgres")
    results.append(run("Browser", ["-m", "browser", *parallel]))
    print(f"\nmake test: {'all passed' if all(results) else 'FAILED'}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
