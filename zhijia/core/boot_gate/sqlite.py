"""Is this SQLite, as it really is on our connection, one that keeps what it acknowledged?"""

import sqlite3
from collections.abc import Iterator
from typing import Any

from django.db import connection

from zhijia.core.boot_gate.findings import Finding, Weight

Version = tuple[int, int, int]
WAL_FAULT_FROM, WAL_FAULT_FIXED = (3, 7, 0), (3, 51, 3)
"""The "WAL-reset" fault: two connections that write or checkpoint at once can corrupt the file."""
SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
# DELETE and TRUNCATE keep a journal on disk and leave nothing of the old content; WAL see above.
JOURNALS = ("delete", "truncate", "wal")
FULL = 2
"""Enough for a write-ahead log. With a rollback journal the commit is its deletion, and only EXTRA syncs the
folder after it (sqlite.org/pragma.html, synchronous)."""
INIT = "restore the line init_command in config/databases.py"


def has_wal_fault(version: Version) -> bool:
    """Say whether this version of SQLite has the WAL-reset fault."""
    return WAL_FAULT_FROM <= version < WAL_FAULT_FIXED


def sqlite_findings() -> Iterator[Finding]:
    """Yield what the pragmas of a real connection show to be unsafe."""
    with connection.cursor() as cursor:

        def pragma(name: str) -> Any:
            row = cursor.execute(f"PRAGMA {name}").fetchone()
            return row[0] if row else None

        yield from _durability(int(pragma("synchronous")), str(pragma("journal_mode")).lower())
        yield from _integrity(pragma("foreign_keys"), pragma("secure_delete"), pragma("mmap_size"))


def _durability(synchronous: int, journal: str) -> Iterator[Finding]:
    if synchronous == FULL and journal != "wal":
        yield _always(
            "SQLite does not wait until the end of its journal is on the disk (synchronous=FULL): a "
            "power cut just "
            "after an appeal was acknowledged would take it back.",
            f"Set PRAGMA synchronous=EXTRA, which a rollback journal needs: {INIT}.",
        )
    if synchronous < FULL:
        yield _always(
            "SQLite does not wait until what it wrote is on the disk "
            f"(synchronous={SYNCHRONOUS[synchronous]}): "
            "a power cut would lose appeals that were already acknowledged.",
            f"Set PRAGMA synchronous=EXTRA: {INIT}.",
        )
    if journal == "wal" and has_wal_fault(sqlite3.sqlite_version_info):  # type: ignore[arg-type]
        yield _always(
            f"SQLite {sqlite3.sqlite_version} has a fault with which a write-ahead log can corrupt the "
            "database "
            "(WAL-reset, fixed in 3.51.3), and the write-ahead log is on.",
            f"Set PRAGMA journal_mode=DELETE ({INIT}), or install SQLite 3.51.3 or later.",
        )
    if journal not in JOURNALS:
        yield _always(
            f"SQLite keeps no safe journal (journal_mode={journal.upper()}): a crash in the middle of a "
            "write "
            "could destroy the database, or leave erased words in the journal.",
            f"Set PRAGMA journal_mode=DELETE: {INIT}.",
        )


def _integrity(foreign_keys: Any, secure_delete: Any, mmap_size: Any) -> Iterator[Finding]:
    if foreign_keys != 1:
        yield _always(
            "SQLite does not check that rows refer to rows that exist (foreign_keys is off).",
            f"Set PRAGMA foreign_keys=ON: {INIT}.",
        )
    if secure_delete != 1:
        yield _always(
            "SQLite leaves the words of erased rows in the file (secure_delete is off or FAST): what a "
            "person "
            "asked us to erase could still be read.",
            f"Set PRAGMA secure_delete=ON: {INIT}.",
        )
    if mmap_size:
        yield _always(
            f"SQLite maps the file into memory (mmap_size={mmap_size}): a stray write of the program goes "
            "straight into the database, and an error of the disk ends the process.",
            f"Set PRAGMA mmap_size=0, or take the setting out: {INIT}.",
        )


def _always(cause: str, cure: str) -> Finding:
    return Finding(cause, cure, Weight.ALWAYS)
