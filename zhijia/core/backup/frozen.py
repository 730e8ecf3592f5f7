"""One state of all tables, held still while the house goes on working.

SQLite: its own backup interface copies the file under one read lock (never a copy of the file: that
copy may hold nothing at all). PostgreSQL: one transaction at REPEATABLE READ whose snapshot pg_dump
shares, so that the dump, the counts and the list of files are of the same instant.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from zhijia.core.backup.errors import BackupRefused
from zhijia.core.backup.postgresql import AS_SYSTEM, dump
from zhijia.core.backup.stream import pieces_of
from zhijia.core.manifest import manifests

ALIAS = "frozen"
NAMED = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


@dataclass(frozen=True)
class Frozen:
    """A state of all tables: a Django database to ask, and a dump of it."""

    using: str
    file: Path | None
    """The copy, with SQLite."""
    snapshot: str = ""
    """The name of the snapshot, with PostgreSQL."""

    def dump(self) -> Iterator[bytes]:
        """Yield everything that is needed to make the same tables again."""
        if self.file is not None:
            with self.file.open("rb") as file:
                yield from pieces_of(file)
        else:
            yield from dump(self.using, self.snapshot)


@contextmanager
def frozen() -> Iterator[Frozen]:
    """Hold a state still for the length of a block; raise ``BackupRefused``."""
    if connection.vendor == "sqlite":
        with scratch("backup") as folder:
            copy = folder / "zhijia.sqlite3"
            copy_sqlite(copy)
            with another_database(ALIAS, NAME=str(copy)):
                check_sqlite(ALIAS)
                yield Frozen(ALIAS, copy)
        return
    with _frozen_postgresql() as held:
        yield held


@contextmanager
def scratch(kind: str) -> Iterator[Path]:
    """Give a private folder for the length of a block; what killed processes left of theirs goes, too."""
    data = Path(settings.DATA)
    for left in data.glob(f"{kind}-*-*"):
        if not Path(f"/proc/{left.name.split('-')[1]}").exists():
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{kind}-{os.getpid()}-", dir=data) as folder:
        yield Path(folder)


def copy_sqlite(target: Path) -> None:
    """Copy the database as of one instant; writers wait as long as it takes to read the file once."""
    connection.ensure_connection()
    _read_ahead(Path(str(connection.settings_dict["NAME"])))
    copy = sqlite3.connect(target)
    try:
        target.chmod(0o600)
        copy.execute("PRAGMA synchronous=OFF")
        copy.execute("PRAGMA journal_mode=OFF")
        connection.connection.backup(copy)
    finally:
        copy.close()


def _read_ahead(path: Path) -> None:
    """Read the file once without a lock, so that under the lock it comes from memory."""
    if path.is_file():
        with path.open("rb") as file:
            for _piece in pieces_of(file):
                pass


def check_sqlite(using: str) -> None:
    """Raise ``BackupRefused`` when SQLite finds the file damaged."""
    with connections[using].cursor() as cursor:
        found = [row[0] for row in cursor.execute("PRAGMA integrity_check(5)").fetchall()]
    if found != ["ok"]:
        raise BackupRefused(f"The database is damaged: {'; '.join(found)}. Restore the last sound backup.")


@contextmanager
def _frozen_postgresql() -> Iterator[Frozen]:
    own = {name: settings.ZHIJIA_BACKUP_DATABASE[name] for name in NAMED if settings.ZHIJIA_BACKUP_DATABASE}
    options = {**connections.databases["default"].get("OPTIONS", {}), "options": AS_SYSTEM}
    with another_database(ALIAS, **own, OPTIONS=options), transaction.atomic(using=ALIAS):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
        yield Frozen(ALIAS, None, name)


@contextmanager
def another_database(alias: str, **changed: Any) -> Iterator[None]:
    """Know a second database, like ours but for ``changed``, for the length of a block."""
    connections.databases[alias] = {**connections.databases["default"], **changed}
    try:
        yield
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]


# What a restore must find again ----------------------------------------------------------------------


def facts_of(using: str) -> dict[str, Any]:
    """Return the migrations, the number of rows of each table, and what each app wants to find again."""
    line = connections[using]
    names = sorted(line.introspection.table_names())
    return {
        "engine": line.vendor,
        "version": settings.ZHIJIA_VERSION,
        "migrations": sorted(map(list, MigrationRecorder(line).applied_migrations())),
        "rows": {name: count_rows(using, name) for name in names},
        "apps": {each.app: each.backup_facts(using) for each in manifests() if each.backup_facts},
    }


def count_rows(using: str, table: str) -> int:
    """Return how many rows a table has."""
    line = connections[using]
    with line.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {line.ops.quote_name(table)}")  # noqa: S608  (quoted)
        return int(cursor.fetchone()[0])
