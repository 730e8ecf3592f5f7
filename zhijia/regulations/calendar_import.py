"""Taking in the calendar of a new year when the State Council has announced it."""

import datetime as dt
import os
from pathlib import Path

from django.conf import settings

from zhijia.audit import services as audit
from zhijia.core.actors import Actor
from zhijia.regulations.calendar import CalendarDay, read_year


def import_year(
    path: Path, *, by: Actor, now: dt.datetime, dry_run: bool = False
) -> tuple[int, list[CalendarDay]]:
    """Check a calendar file and put it into ``ZHIJIA_DATA/calendar``; running servers notice.

    Returns the year and its days. Raises ``BadRuleFile`` naming ``file:line``; then nothing changed.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        days = read_year(file, str(path))
    year = days[0].on.year
    if not dry_run:
        audit.record("calendar.imported", obj=f"calendar:{year}", by=by, now=now, data={"days": len(days)})
        _put(path.read_bytes(), Path(settings.DATA) / "calendar", f"{year}.csv")
    return year, days


def _put(content: bytes, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = folder / f".{name}.part"
    try:
        with temporary.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.rename(folder / name)
    finally:
        temporary.unlink(missing_ok=True)
