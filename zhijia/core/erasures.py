"""The ledger of erasures: a file outside the database, so that no restore brings back what was erased.

One line of JSON for each thing erased, only ever added to, on the disk before anything is erased:
``{"at": …, "kind": "user", "reference": "user:12", "mark": …, "request": …}``. It holds numbers, never
what was erased. ``mark`` tells a record from a later one that got the same number after a restore.
Source: Personal Information Protection Law, article 47.
"""

import datetime as dt
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from zhijia.core.errors import storage_guard

NAME = "ledger.jsonl"
SECOND_NAME = "erasures.jsonl"


@dataclass(frozen=True)
class Line:
    """One erasure."""

    at: str
    kind: str
    reference: str
    mark: str = ""
    request: str = ""


def own_ledger() -> Path:
    """Return where this installation keeps its ledger; a backup takes it along."""
    return Path(settings.DATA) / "erasures" / NAME


def second_ledger() -> Path | None:
    """Return where the same lines stand a second time, beside the second copy of the intake journal.

    None when that place is another installation: there the ledger travels with the backups.
    """
    folder = getattr(settings, "ZHIJIA_JOURNAL_SECOND", "")
    return Path(folder) / SECOND_NAME if folder and "://" not in folder else None


def write_down(*, kind: str, reference: str, mark: str = "", request: str = "", now: dt.datetime) -> Line:
    """Add a line, durably, in both places; what stands there already is not repeated.

    A second place that cannot be written now is made good by the next ``merge_places``.
    Raises ``StorageFull``, ``OSError``: then nothing may be erased yet.
    """
    line = Line(now.astimezone(dt.UTC).isoformat(timespec="seconds"), kind, reference, mark, request)
    _append(own_ledger(), [line])
    merge_places()
    return line


def lines_of(path: Path) -> list[Line]:
    """Return the lines of a ledger; none when there is no file. A line cut off by a crash is left out."""
    if not path.exists():
        return []
    return [line for row in path.read_text(encoding="utf-8").splitlines() if (line := _line(row))]


def merge(paths: Iterable[Path], into: Path) -> int:
    """Add to the ledger ``into`` what others hold and it lacks; return how many lines it gained."""
    known = {_key(line) for line in lines_of(into)}
    fresh = {_key(line): line for path in paths for line in lines_of(path) if _key(line) not in known}
    _append(into, list(fresh.values()))
    return len(fresh)


def merge_places() -> int:
    """Make the ledger here and the one in the second place hold the same; return how many lines moved."""
    second = second_ledger()
    if second is None or not second.parent.is_dir():
        return 0
    try:
        return merge([second], own_ledger()) + merge([own_ledger()], second)
    except OSError:
        return 0  # the timer tries again


def _key(line: Line) -> tuple[str, str]:
    return line.reference, line.mark


def _line(row: str) -> Line | None:
    try:
        return Line(**json.loads(row))
    except (ValueError, TypeError):
        return None


def _append(path: Path, lines: list[Line]) -> None:
    known = {_key(line) for line in lines_of(path)}
    text = "".join(json.dumps(asdict(line)) + "\n" for line in lines if _key(line) not in known)
    if not text:
        return
    with storage_guard():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size
        with open(path, "a", encoding="utf-8", opener=_private) as out:
            out.write("\n" * bool(torn) + text)
            out.flush()
            os.fsync(out.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
