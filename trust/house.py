"""An empty installation for a proof that calls services in its own process."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import empty_database

ROOT = Path(__file__).resolve().parents[1]
FORGET = (
    "ZHIJIA_KEY_FILE",
    "ZHIJIA_ATTACHMENTS",
    "DATABASE_URL",
    "ZHIJIA_DEBUG",
    "ZHIJIA_TLS",
    "ZHIJIA_WITNESSES",
)


@contextmanager
def empty_house(*, tables: bool = True, database: str = "") -> Iterator[Path]:
    """Set Django up on a fresh installation and give its data folder; once in a process.

    ``database`` is the address of an empty PostgreSQL; without it everything lies in SQLite. Without
    ``tables`` nothing is migrated: for a proof that looks at models only.
    """
    with tempfile.TemporaryDirectory(prefix="zhijia-proof-") as folder:
        for name in FORGET:
            os.environ.pop(name, None)
        os.environ |= {"ZHIJIA_DATA": folder, "ZHIJIA_TESTING": "1"}
        os.environ["DATABASE_URL"] = database or f"sqlite:///{folder}/zhijia.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "zhijia.config.settings"
        sys.path.insert(0, str(ROOT))
        import django
        from django.core.management import call_command

        (Path(folder) / "static").mkdir()
        django.setup()
        import zhijia.config.urls  # noqa: F401

        if tables:
            empty_database.give_tables(Path(folder), call_command, database=database)
        yield Path(folder)
        from django.db import connections

        connections.close_all()
