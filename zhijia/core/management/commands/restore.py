"""``zhijia restore``: the way back from a backup and the journal, and the drill of it."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from tqdm import tqdm

from zhijia.core import clock
from zhijia.core.backup.drill import drill, keep
from zhijia.core.backup.errors import BackupDamaged, BackupRefused
from zhijia.core.backup.key_files import private_key
from zhijia.core.backup.landing import landing
from zhijia.core.backup.restoring import Order, Restored, choose, facts_of, restore
from zhijia.core.errors import DomainError


class Command(BaseCommand):
    help = (
        "Restore an empty house from a backup and the journal, proved before it opens (--drill practises it)."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="the folder of backups")
        parser.add_argument("--private-key", type=Path, required=True, help="file of the private backup key")
        parser.add_argument("--backup", default="", help="name of the backup; the newest when not given")
        parser.add_argument(
            "--journal", type=Path, action="append", default=[],
            help="a folder of the journal, e.g. its second place; may be repeated",
        )  # fmt: skip
        parser.add_argument(
            "--head", action="append", default=[], metavar="TENANT:SEQ:HASH",
            help="a head of the audit that a witness noted down; may be repeated",
        )  # fmt: skip
        parser.add_argument(
            "--drill", action="store_true", help="in a place of its own; print one line of JSON"
        )
        parser.add_argument("--dry-run", action="store_true", help="check the backup; write nothing")

    def handle(self, **options: Any) -> None:
        try:
            order = Order(
                options["source"], private_key(options["private_key"]), options["backup"],
                tuple(options["journal"]), tuple(options["head"]),
            )  # fmt: skip
            for folder in order.journals:
                if not folder.is_dir():
                    raise BackupRefused(f"There is no folder {folder}. Is the disk mounted?")
            if options["dry_run"]:
                self._look(order)
            elif options["drill"]:
                self._drill(order)
            else:
                self._restore(order)
        except (BackupRefused, BackupDamaged, DomainError, OSError, DatabaseError) as error:
            raise CommandError(
                f"not restored: {error}\nNothing of it is in use; the same command begins anew.", returncode=2
            ) from None

    def _look(self, order: Order) -> None:
        repository, snapshot = choose(order)
        if damage := list(repository.damages([snapshot])):
            raise BackupDamaged("; ".join(damage))
        facts = facts_of(snapshot, order.private)
        self.stdout.write(
            f"{snapshot.name} is whole: version {facts['version']}, {facts['engine']}, "
            f"{sum(facts['rows'].values())} rows, {len(facts['files'])} files"
        )
        if used := landing().in_use():
            raise BackupRefused(f"{used}; a restore goes into an empty house only")

    def _drill(self, order: Order) -> None:
        with self._bar() as bar:
            result = drill(order, now=clock.now(), say=self._say, progress=bar.update)
        self.stdout.write(json.dumps(result, ensure_ascii=False))
        keep(result, Path(settings.DATA))
        if not result["held"]:
            raise CommandError("the drill failed: this backup does not bring the house back", returncode=1)

    def _restore(self, order: Order) -> None:
        began, now = time.monotonic(), clock.now()
        with self._bar() as bar:
            told = restore(order, landing(), now=now, say=self._say, progress=bar.update)
        connection.close()
        self._report(told, (time.monotonic() - began) / 60)
        for line in told.problems:
            self.stderr.write(f"not as it was: {line}")
        if told.problems:
            raise CommandError(
                f"restored, but {len(told.problems)} things are not as they were", returncode=1
            )

    def _report(self, told: Restored, minutes: float) -> None:
        since = told.at.isoformat(timespec="seconds") if told.at else ""
        self.stdout.write(
            f"restored {told.backup}: {told.rows} rows, {told.files} files, in {minutes:.1f} minutes\n"
            f"journal: {told.envelopes} submissions looked at, {told.from_journal} brought back that "
            "came after "
            f"the backup\n"
            f"erasures: {told.erasures} lines learned from elsewhere\n"
            f"audit: intact; migrations applied: {told.migrated}"
        )
        for name, changed in told.after.items():
            self.stdout.write(f"after the restore: {name}: {changed}")
        for line in told.lost:
            self.stdout.write(f"lost: {line}")
        self.stdout.write(
            f"Whatever else was done after {since} (decisions, replies, posts) is not there: go through "
            "it with the "
            "officers. Everybody must sign in anew. Now: zhijia doctor, then zhijia serve."
        )

    def _say(self, text: str) -> None:
        self.stderr.write(text)

    def _bar(self) -> Any:
        return tqdm(unit="B", unit_scale=True, disable=not sys.stderr.isatty())
