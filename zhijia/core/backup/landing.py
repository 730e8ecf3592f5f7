"""Where a restore goes: beside the empty place first, into it only when everything is well.

SQLite: everything happens in a file and a folder beside the final ones, which are renamed at the end.
PostgreSQL: in the empty database itself, marked by a schema until the end. The marker, and a file in
the data folder, keep the boot gate closed; a restore that was broken off begins anew.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from zhijia.core.backup import postgresql
from zhijia.core.backup.errors import BackupRefused
from zhijia.core.backup.frozen import check_sqlite
from zhijia.core.backup.repository import sync_folder
from zhijia.core.boot_gate.machine import unfinished_restore
from zhijia.core.manifest import contributions


@contextmanager
def placed(database: str, **changed: Any) -> Iterator[None]:
    """Work on another database and with other settings for the length of a block."""
    told = connections.databases["default"]
    before, kept = told["NAME"], {name: getattr(settings, name) for name in changed}
    connections["default"].close()
    told["NAME"] = database
    for name, value in changed.items():
        setattr(settings, name, value)
    try:
        yield
    finally:
        connections["default"].close()
        told["NAME"] = before
        for name, value in kept.items():
            setattr(settings, name, value)


def folders_of_files() -> dict[str, Path]:
    """Return every folder of files that rows refer to, by the name of its setting."""
    names = [folder.setting for folder in contributions("file_folders")]
    return {name: Path(getattr(settings, name)) for name in names}


class Landing:
    """The place of a restore; the two kinds of databases differ."""

    def __init__(self) -> None:
        self.folders = folders_of_files()
        """Setting -> folder: every kind of files that rows refer to."""

    def new_folder(self, setting: str) -> Path:
        """Return where files lie while they are being restored, beside their folder."""
        folder = self.folders[setting]
        return folder.with_name(f".{folder.name}.restoring")

    def begin(self) -> None:
        """See that the place is empty and mark it; raise ``BackupRefused`` when the house is in use."""
        mark = unfinished_restore()
        if mark.exists():
            self.clear()
            for folder in self.folders.values():
                if folder.exists():
                    shutil.rmtree(folder)
        elif used := self.in_use():
            raise BackupRefused(
                f"{used}. A restore goes into an empty house only: name another ZHIJIA_DATA or "
                "DATABASE_URL, or "
                "move what is there out of the way."
            )
        mark.touch(mode=0o600)
        sync_folder(mark.parent)
        for setting in self.folders:
            shutil.rmtree(self.new_folder(setting), ignore_errors=True)
            self.new_folder(setting).mkdir(parents=True, mode=0o700)

    def in_use(self) -> str:
        """Return what shows that the place is not empty."""
        for folder in self.folders.values():
            if folder.is_dir() and any(folder.iterdir()):
                return f"{folder} holds files"
        return ""

    def clear(self) -> None:
        """Take away what an earlier restore, broken off, left in the database."""
        raise NotImplementedError

    def load(self, pieces: Iterable[bytes]) -> None:
        """Make the tables again."""
        raise NotImplementedError

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Work in the new place for the length of a block."""
        with placed(self.database(), **{name: str(self.new_folder(name)) for name in self.folders}):
            yield

    def database(self) -> str:
        """Return the name of the database while it is being restored."""
        return str(connections.databases["default"]["NAME"])

    def finish(self) -> None:
        """Let the new place be the house."""
        for setting, folder in self.folders.items():
            if folder.exists():
                folder.rmdir()
            self.new_folder(setting).rename(folder)
            sync_folder(folder.parent)
        self.finish_database()
        unfinished_restore().unlink()
        sync_folder(unfinished_restore().parent)

    def finish_database(self) -> None:
        """Let the new tables be the database."""
        raise NotImplementedError


class SqliteLanding(Landing):
    """A file beside the final one."""

    def __init__(self) -> None:
        super().__init__()
        self.file = Path(str(connections.databases["default"]["NAME"]))
        self.new_file = self.file.with_name(f".{self.file.name}.restoring")

    def in_use(self) -> str:
        """Say whether there are tables already."""
        if self.file.exists() and connection.introspection.table_names():
            return f"The database {self.file} has tables"
        return super().in_use()

    def clear(self) -> None:
        """Remove both files."""
        connections["default"].close()
        for path in (self.file, self.new_file, Path(f"{self.new_file}-journal")):
            path.unlink(missing_ok=True)

    def database(self) -> str:
        """Return the file beside the final one."""
        return str(self.new_file)

    def load(self, pieces: Iterable[bytes]) -> None:
        """Write the file and have SQLite check it."""
        self.new_file.unlink(missing_ok=True)
        with open(self.new_file, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
            for piece in pieces:
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        with self.inside():
            check_sqlite("default")

    def finish_database(self) -> None:
        """Rename the file: from here on there is a house."""
        connections["default"].close()
        with suppress(FileNotFoundError):
            self.file.unlink()
        self.new_file.rename(self.file)
        sync_folder(self.file.parent)


class PostgresqlLanding(Landing):
    """An empty database, marked by a schema."""

    def in_use(self) -> str:
        """Say whether there are tables already."""
        if not self._is_marked() and connection.introspection.table_names():
            return f"The database {self.database()} has tables"
        return super().in_use()

    def begin(self) -> None:
        """Mark the database as well."""
        super().begin()
        if self._is_marked():
            self.clear()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {postgresql.MARKER_SCHEMA}")

    def clear(self) -> None:
        """Drop the tables; only a database that carries our mark is ever cleared."""
        if self._is_marked():
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")

    def _is_marked(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [postgresql.MARKER_SCHEMA])
            return bool(cursor.fetchone()[0])

    def load(self, pieces: Iterable[bytes]) -> None:
        """Hand the dump to pg_restore."""
        connections["default"].close()
        postgresql.load("default", pieces)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def finish_database(self) -> None:
        """Take the mark away: from here on there is a house."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {postgresql.MARKER_SCHEMA}")


def landing() -> Landing:
    """Return the landing for the database of the settings."""
    return SqliteLanding() if connection.vendor == "sqlite" else PostgresqlLanding()
