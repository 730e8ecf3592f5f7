"""An SQLite database with all tables and nothing in them: migrated once for a set of migrations, then copied.

Migrating takes a quarter of a minute, and many tests want a house of their own.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
FORGET = ("DATABASE_URL", "ZHIJIA_KEY_FILE", "ZHIJIA_WITNESSES", "ZHIJIA_JOURNAL_SECOND", "ZHIJIA_DEBUG")


def place(path: Path) -> None:
    """Put the empty database at ``path``."""
    shutil.copyfile(_kept(), path)


def give_tables(data: Path, run: Callable[..., object], *, database: str = "") -> None:
    """Give a house its tables: the copy, or by its own commands where ``database`` names a PostgreSQL."""
    if not database:
        place(data / "zhijia.sqlite3")
        return
    run("migrate", "--verbosity", "0")
    run("createcachetable")


def _kept() -> Path:
    """Return the one that is copied; it lies in the environment of this checkout and goes with it."""
    kept = Path(sys.prefix) / f"empty-{_digest()}.sqlite3"
    with Path(sys.prefix, "empty.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for older in kept.parent.glob("empty-*.sqlite3"):
                older.unlink()
            _make(kept)
    return kept


def _digest() -> str:
    """Return what changes with any migration, of ours or of Django's."""
    told = hashlib.sha256(f"{django.__version__} {sqlite3.sqlite_version}".encode())
    for file in sorted(ROOT.glob("zhijia/*/migrations/*.py")):
        told.update(file.read_bytes())
    told.update((ROOT / "requirements.txt").read_bytes())
    return told.hexdigest()[:16]


def _make(kept: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name not in FORGET}
        environment |= {"ZHIJIA_DATA": folder, "ZHIJIA_DEVELOPMENT": "1"}
        for command in (("migrate", "-v0"), ("createcachetable",)):
            subprocess.run(
                [sys.executable, "-m", "zhijia.config.command_line", *command],
                cwd=ROOT, env=environment, check=True, capture_output=True,
            )  # fmt: skip
        whole = Path(folder, "whole.sqlite3")
        with sqlite3.connect(Path(folder, "zhijia.sqlite3")) as made:
            made.execute("VACUUM INTO ?", [str(whole)])
        shutil.copyfile(whole, f"{kept}.part")
    os.replace(f"{kept}.part", kept)
