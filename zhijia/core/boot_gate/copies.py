"""Is there a backup, and was the way back ever tried? Told, never refused."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from zhijia.core.backup.drill import PROMISE
from zhijia.core.backup.key_files import MAKE, public_path
from zhijia.core.backup.taking import last_backup
from zhijia.core.boot_gate.findings import Finding, Weight

BACKUP_EVERY, DRILL_EVERY = dt.timedelta(days=2), dt.timedelta(days=8)


def copy_findings(now: dt.datetime) -> Iterator[Finding]:
    """Yield what of the backups is missing or old; the journal tells of its second place itself."""
    if not public_path().exists():
        yield _advice("There is no backup key, so there can be no backup.", f"Make one: {MAKE}.")
    elif (age := _age(last_backup(), now)) is None or age > BACKUP_EVERY:
        told = "No backup was ever made here" if age is None else f"The last backup is {age.days} days old"
        yield _advice(f"{told}.", "Run zhijia backup TARGET every day (docs/how-to/back-up.md).")
    drill = Path(settings.DATA) / "trust" / f"{PROMISE}.json"
    if (age := _age(drill, now)) is None or age > DRILL_EVERY:
        yield _advice(
            "The way back was not tried in the last eight days: a backup that was never restored is a hope.",
            "Run zhijia restore --drill every week (docs/how-to/restore.md).",
        )


def _age(file: Path, now: dt.datetime) -> dt.timedelta | None:
    try:
        return now - dt.datetime.fromisoformat(json.loads(file.read_text())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _advice(cause: str, cure: str) -> Finding:
    return Finding(cause, cure, Weight.WARNING)
