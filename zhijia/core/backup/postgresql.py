"""``pg_dump`` and ``pg_restore``: their own form, which knows every index, trigger and policy."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from shutil import which

from django.db import connections

from zhijia.core.backup.errors import BackupRefused
from zhijia.core.backup.stream import CHUNK

AS_SYSTEM = "-c zhijia.viewer=system"
"""As the policies of row-level security know work that is not for one person (unions.row_security)."""
MARKER_SCHEMA = "zhijia_restoring"
"""Stands in a database while a restore into it has not ended."""


def program(name: str, using: str) -> str:
    """Return the path of ``pg_dump`` or ``pg_restore``, not older than the server; else ``BackupRefused``."""
    with connections[using].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10000
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[4]))
    found = which(name)
    for path in [*([found] if found else []), *map(str, reversed(beside))]:
        if _version(path) >= server:
            return path
    raise BackupRefused(
        f"{name} of version {server} or later is needed, as old as the server or newer. "
        f"Debian: apt-get install postgresql-client-{server}."
    )


def _version(path: str) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    numbers = [word for word in told.split() if word[:1].isdigit()]
    return int(numbers[0].split(".")[0]) if numbers else 0


def environment(using: str) -> dict[str, str]:
    """Return the environment by which PostgreSQL's programs reach a database: no password on any line."""
    told = connections.databases[using]
    named = {
        "PGHOST": told["HOST"], "PGPORT": told["PORT"], "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"], "PGDATABASE": told["NAME"], "PGOPTIONS": AS_SYSTEM,
    }  # fmt: skip
    return {**os.environ, **{name: str(value) for name, value in named.items() if value}}


def dump(using: str, snapshot: str) -> Iterator[bytes]:
    """Yield the dump of a snapshot that another transaction holds; raise ``BackupRefused``."""
    command = [
        program("pg_dump", using), "--format=custom", "--compress=0", "--no-owner", "--no-privileges",
        "--enable-row-security", f"--snapshot={snapshot}", f"--exclude-schema={MARKER_SCHEMA}",
    ]  # fmt: skip
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, env=environment(using), stdout=subprocess.PIPE, stderr=said) as process,  # noqa: S603
    ):
        try:
            while process.stdout and (piece := process.stdout.read(CHUNK)):
                yield piece
        except BaseException:
            process.kill()
            raise
        if process.wait():
            said.seek(0)
            raise BackupRefused(f"pg_dump failed: {said.read().decode(errors='replace').strip()}")


def load(using: str, pieces: Iterable[bytes]) -> None:
    """Make the tables again in one transaction, all or none; raise ``BackupRefused``."""
    command = [
        program("pg_restore", using), "--single-transaction", "--exit-on-error", "--no-owner",
        "--no-privileges", "--enable-row-security", f"--dbname={connections.databases[using]['NAME']}",
    ]  # fmt: skip
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, env=environment(using), stdin=subprocess.PIPE, stderr=said) as process,  # noqa: S603
    ):
        try:
            for piece in pieces:
                if process.stdin:
                    process.stdin.write(piece)
        except BrokenPipeError:
            pass  # it ended early; what it said is told below
        except BaseException:
            process.kill()
            raise
        process.communicate()
        if process.returncode:
            said.seek(0)
            raise BackupRefused(f"pg_restore failed: {said.read().decode(errors='replace').strip()}")
