"""``zhijia journal``: is it whole, where does it stand, what does the database lack of it."""

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Min, Q

from zhijia.core import clock
from zhijia.core.journal.files import Damage, Record, files_in
from zhijia.core.journal.mirror import mark_second
from zhijia.core.journal.replaying import Replayed, replay, verify
from zhijia.core.journal.second import Second
from zhijia.core.models import JournalEntry


class Command(BaseCommand):
    help = "check the intake journal, show where it stands, bring back what the database lacks"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, parser_class=argparse.ArgumentParser)
        checked = parts.add_parser("verify", help="exit 0: whole; 1: damaged, says where; 2: cannot be read")
        checked.add_argument("folder", nargs="?", type=Path, help="default: the journal of this machine")
        parts.add_parser("status", help="files, size, what waits for the journal or for its second copy")
        second = parts.add_parser("second", help="mark a folder on another disk or mount as the second place")
        second.add_argument("folder", type=Path)
        again = parts.add_parser(
            "replay", help="after a restore: insert what is missing; exit 1 when anything was refused"
        )
        again.add_argument("folder", type=Path, help="a folder with journal files, e.g. the second place")
        again.add_argument("--dry-run", action="store_true", help="change nothing, tell what would be done")

    def handle(self, *, part: str, **options: Any) -> None:
        """Run the part."""
        try:
            getattr(self, part)(**options)
        except OSError as error:
            raise CommandError(f"cannot read the journal: {error}", returncode=2) from error

    def verify(self, *, folder: Path | None, **options: Any) -> None:
        """Check every hash, the chain and every seal."""
        folder = folder or Path(settings.ZHIJIA_JOURNAL)
        whole, forgotten, wrong = 0, 0, 0
        for found in verify(folder):
            if isinstance(found, Record):
                whole += 1
                forgotten += found.is_forgotten
                continue
            wrong += not (isinstance(found, Damage) and found.at_end)
            self.stdout.write(str(found))
        self.stdout.write(f"{whole} records in {len(files_in(folder))} files, {forgotten} of them forgotten")
        if wrong:
            self.stdout.write(f"{wrong} places are damaged")
            sys.exit(1)

    def status(self, **options: Any) -> None:
        """Tell where the journal stands."""
        files = files_in(Path(settings.ZHIJIA_JOURNAL))
        size = sum(path.stat().st_size for path in files)
        self.stdout.write(f"here          {settings.ZHIJIA_JOURNAL}: {len(files)} files, {size} bytes")
        self.stdout.write(f"second place  {_second_in_words()}")
        now = clock.now()
        self._waiting("not in the journal yet", Q(local_at=None), now)
        self._waiting("one copy only", Q(second_at=None, local_at__isnull=False), now)
        self._waiting("to be made unreadable", Q(forget_at__isnull=False, forgotten_at=None), now)

    def _waiting(self, label: str, which: Q, now: dt.datetime) -> None:
        rows = JournalEntry.objects.filter(which)
        oldest = rows.aggregate(oldest=Min("made_at"))["oldest"]
        since = f", the oldest for {int((now - oldest).total_seconds() // 60)} minutes" if oldest else ""
        self.stdout.write(f"{label:<24}{rows.count()}{since}")

    def second(self, *, folder: Path, **options: Any) -> None:
        """Mark the second place, so that an empty mount point is never taken for it."""
        mark_second(folder.resolve())
        self.stdout.write(f"{folder.resolve()} is marked; set ZHIJIA_JOURNAL_SECOND={folder.resolve()}")

    def replay(self, *, folder: Path, dry_run: bool, **options: Any) -> None:
        """Bring back what is missing, and name what was refused."""
        if not files_in(folder):
            raise CommandError(f"there is no journal in {folder}", returncode=2)
        told = replay(folder, now=clock.now(), dry_run=dry_run)
        for line in (*told.damage, *told.refused):
            self.stdout.write(line)
        self.stdout.write(_in_words(told, dry_run))
        if not told.is_complete:
            sys.exit(1)


def _second_in_words() -> str:
    second = Second.here()
    if second is None:
        return "none is set (ZHIJIA_JOURNAL_SECOND): every receipt says one copy"
    try:
        second.mirror.reach()
    except OSError as error:
        return f"{settings.ZHIJIA_JOURNAL_SECOND}: NOT reachable: {error}"
    return f"{settings.ZHIJIA_JOURNAL_SECOND}: reachable"


def _in_words(told: Replayed, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    return (
        f"{told.envelopes} submissions in the journal: {told.present} were there, "
        f"{told.restored} {would}restored with {told.rows} rows and {told.files} files, "
        f"{told.forgotten} were erased; {len(told.refused)} refusals"
    )
