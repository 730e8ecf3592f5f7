"""The restore drill: the way back tried in a place of its own, and what it showed kept as proof P5."""

import datetime as dt
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from zhijia.core.backup.errors import BackupDamaged, BackupRefused
from zhijia.core.backup.landing import folders_of_files, landing, placed
from zhijia.core.backup.restoring import Order, Restored, Say, restore
from zhijia.core.build import commit
from zhijia.core.errors import DomainError

PROMISE = "P5"
TITLE = "If the server is destroyed we are back, and no submission marked two copies is lost"
Result = dict[str, Any]


def drill(order: Order, *, now: dt.datetime, say: Say, progress: Callable[[int], object]) -> Result:
    """Restore into a place of its own as if this house were gone, and return the result of the proof.

    Only what stands elsewhere is used: the backup, the second place of the journal, journals that are
    named. Raises ``BackupRefused`` when the drill cannot be begun.
    """
    began, figures, broken = time.monotonic(), dict[str, Any](), ""
    order = _as_if_gone(order)
    with far_away():
        try:
            told = restore(order, landing(), now=now, say=say, progress=progress)
            figures = _figures(told, now)
            broken = "; ".join(told.problems[:5])
        except (BackupDamaged, DomainError, OSError, DatabaseError) as error:
            broken = str(error)
    return _result(figures, broken, time.monotonic() - began, now)


def _result(figures: dict[str, Any], broken: str, seconds: float, now: dt.datetime) -> Result:
    figures |= {"n": figures.get("submissions", 0), "rto_minutes": round(seconds / 60, 2)}
    return {
        "promise": PROMISE, "title": TITLE, "held": not broken, "n": figures["n"], "figures": figures,
        "seconds": round(seconds, 1), "at": now.isoformat(timespec="seconds"),
        "commit": commit(), "long": False, **({"broken": broken} if broken else {}),
    }  # fmt: skip


def keep(result: Result, data: Path) -> Path:
    """Keep the result where the proofs are kept, for the dashboard."""
    folder = data / "trust"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f".{PROMISE}.{os.getpid()}"
    fresh.write_text(json.dumps(result, ensure_ascii=False))
    return fresh.rename(folder / f"{PROMISE}.json")


def _as_if_gone(order: Order) -> Order:
    second = settings.ZHIJIA_JOURNAL_SECOND
    if not second or "://" in second:
        return order
    return replace(order, journals=(*order.journals, Path(second)))


def _figures(told: Restored, now: dt.datetime) -> dict[str, Any]:
    age = (now - told.at).total_seconds() / 60 if told.at else 0
    return {
        "backup": told.backup, "backup_age_minutes": round(age, 1), "rows": told.rows, "files": told.files,
        "submissions": told.submissions, "envelopes": told.envelopes, "from_journal": told.from_journal,
        "erasures": told.erasures, "problems": len(told.problems),
    }  # fmt: skip


@contextmanager
def far_away() -> Iterator[Path]:
    """Work in an empty house of its own for the length of a block; nothing of it remains."""
    folder = Path(tempfile.mkdtemp(prefix="zhijia-drill-"))
    try:
        with (
            _database(folder) as name,
            placed(
                name,
                DATA=folder,
                ZHIJIA_JOURNAL=str(folder / "journal"),
                ZHIJIA_JOURNAL_SECOND="",
                **{name: str(folder / name.lower()) for name in folders_of_files()},
            ),
        ):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield str(folder / "zhijia.sqlite3")
        return
    name = f"zhijia_drill_{secrets.token_hex(4)}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    except DatabaseError as error:
        raise BackupRefused(
            f"No database for the drill could be made: {str(error).strip()}. Allow it once with "
            "ALTER ROLE zhijia CREATEDB, or hold the drill on another machine."
        ) from None
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
