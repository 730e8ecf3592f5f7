"""How a database is spoken to: its address, and how hard it writes."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def _sqlite_journal() -> str:
    """Write-ahead log only where the library is free of the WAL-reset fault (fixed in 3.51.3)."""
    return "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"


def _sqlite_synchronous() -> str:
    """Return how hard to write: without write-ahead log a commit is a deletion, which FULL leaves open."""
    return "FULL" if _sqlite_journal() == "WAL" else "EXTRA"


def database(url: str, data: Path) -> dict[str, Any]:
    """Read ``sqlite:///path`` or ``postgresql://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")) or str(data / "zhijia.sqlite3"),
            # Opening anew costs each request some milliseconds: six pragmas and seventy functions.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": f"PRAGMA journal_mode={_sqlite_journal()};"
                f"PRAGMA synchronous={_sqlite_synchronous()};PRAGMA foreign_keys=ON;"
                "PRAGMA secure_delete=ON;PRAGMA cache_size=-16000;PRAGMA temp_store=MEMORY;",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError("DATABASE_URL must begin with sqlite:/// or postgresql://")
