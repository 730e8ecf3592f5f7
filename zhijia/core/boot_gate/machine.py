"""Folders, room on the disk, and clocks."""

import datetime as dt
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from zhijia.core.boot_gate.findings import Finding, Weight

CLOCK_TOLERANCE = dt.timedelta(seconds=60)
OTHERS = stat.S_IRWXO
GIGABYTE = 1 << 30


def folders() -> list[Path]:
    """Return the folders that hold what people hand in, those that exist."""
    named = (Path(settings.DATA), Path(settings.ZHIJIA_ATTACHMENTS))
    return [path for path in dict.fromkeys(named) if path.is_dir()]


def folder_findings() -> Iterator[Finding]:
    """Yield folders that everybody on the machine may enter, and disks that are nearly full."""
    for folder in folders():
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & OTHERS and not _is_inside_closed(folder):
            yield Finding(
                f"Every user of this machine may look into {folder} (mode {mode:o}).",
                f"chmod 700 {folder}, owned by the user who runs the house.",
            )
    yield from _room()


def _is_inside_closed(folder: Path) -> bool:
    data = Path(settings.DATA)
    return folder != data and folder.is_relative_to(data) and not data.stat().st_mode & OTHERS


def _room() -> Iterator[Finding]:
    seen = set()
    for folder in folders():
        device, free = folder.stat().st_dev, shutil.disk_usage(folder).free
        if free < settings.ZHIJIA_MINIMUM_FREE and device not in seen:
            yield Finding(
                f"Only {free / GIGABYTE:.2f} GB are free on the disk of {folder}; appeals would soon be "
                "refused.",
                f"Make room: at least {settings.ZHIJIA_MINIMUM_FREE / GIGABYTE:.2f} GB "
                "(ZHIJIA_MINIMUM_FREE).",
            )
        seen.add(device)


def clock_findings(now: dt.datetime) -> Iterator[Finding]:
    """Yield a clock that differs from the database's, or that runs before the last write."""
    found = _postgresql_clock(now) if connection.vendor == "postgresql" else _sqlite_clock(now)
    if found:
        yield found


def _postgresql_clock(now: dt.datetime) -> Finding | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        off = cursor.fetchone()[0] - now
    if abs(off) <= CLOCK_TOLERANCE:
        return None
    return Finding(
        f"The clock of the database is {off.total_seconds():+.0f} s off ours: due dates and receipts "
        "would tell "
        "a wrong time.",
        "Let both machines follow a time server (timedatectl set-ntp true), then start again.",
    )


def _sqlite_clock(now: dt.datetime) -> Finding | None:
    path = Path(str(connection.settings_dict["NAME"]))
    if not path.is_file():
        return None
    written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    if written - now <= CLOCK_TOLERANCE:
        return None
    return Finding(
        f"The clock went back: it says {now:%Y-%m-%d %H:%M} UTC, but the database was last written at "
        f"{written:%Y-%m-%d %H:%M} UTC.",
        "Set the clock right (timedatectl set-ntp true), then start again. If the clock was wrong before "
        "and is "
        "right now: touch " + str(path),
    )


def unfinished_restore() -> Path:
    """Return the file that marks a restore which has not ended."""
    return Path(settings.DATA) / "restore.unfinished"


def restore_findings() -> Iterator[Finding]:
    """Yield a restore that was broken off: erasures may not have been applied again yet."""
    marked = unfinished_restore().exists()
    if not marked and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regnamespace('zhijia_restoring') IS NOT NULL")
            marked = cursor.fetchone()[0]
    if marked:
        yield Finding(
            "A restore was begun and has not ended: what people asked us to erase may be readable again, "
            "and the "
            "journal may not have been replayed.",
            "Run zhijia restore again with the same source.",
            Weight.ALWAYS,
        )
