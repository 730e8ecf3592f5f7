"""``zhijia backup``: make backups, check them, make their key."""

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from zhijia.core import clock
from zhijia.core.backup.errors import BackupDamaged, BackupRefused
from zhijia.core.backup.key_files import make_keys, private_key, public_path
from zhijia.core.backup.repository import Repository, Snapshot
from zhijia.core.backup.restoring import open_everything
from zhijia.core.backup.taking import plan, take_backup
from zhijia.core.errors import DomainError

KEEP_DAYS = 35
"""What was erased is gone from the backups as well after this."""
EPILOG = """\
zhijia backup TARGET              make a backup in the folder TARGET; what did not change is kept once
zhijia backup verify TARGET       read every backup there again; with --private-key also open every part
zhijia backup list TARGET         name the backups
zhijia backup keys make PLACE     make the key: the public half here, the private half as the file PLACE

Keys of the installation are not in a backup: see docs/how-to/back-up.md.
Exit status: 0 done, 1 something is missing or damaged (named), 2 nothing done."""


class Command(BaseCommand):
    help = "Make an encrypted backup while the house works, check backups, make their key."
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        return super().create_parser(
            prog_name,
            subcommand,
            epilog=EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **options,
        )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("words", nargs="+", metavar="TARGET", help="see below")
        parser.add_argument(
            "--keep-days", type=int, default=KEEP_DAYS, help=f"delete older backups (default {KEEP_DAYS})"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would be looked at; write nothing"
        )
        parser.add_argument("--private-key", type=Path, help="file of the private half, for verify")

    def handle(self, *, words: list[str], **options: Any) -> None:
        try:
            match words:
                case ["keys", "make", place]:
                    self._keys(Path(place))
                case ["verify", target]:
                    self._verify(Repository(Path(target)), options["private_key"])
                case ["list", target]:
                    self._list(Repository(Path(target)))
                case [target] if target not in ("keys", "verify", "list"):
                    self._take(Path(target), options)
                case _:
                    raise CommandError("what is to be done? zhijia backup --help tells", returncode=2)
        except (BackupRefused, DomainError, OSError) as error:
            raise CommandError(f"nothing done: {error}", returncode=2) from None

    def _keys(self, place: Path) -> None:
        name = make_keys(place, clock.now())
        self.stdout.write(
            f"The private half lies in {place}; it opens the backups for {name}.\n"
            f"The public half lies in {public_path()}.\n\n"
            "Now, in the presence of two people:\n"
            f"  1. Print {place} twice, or copy it to two media. Put them into two safes, not in this "
            "building.\n"
            "  2. Try one of them: zhijia backup verify TARGET --private-key FILE.\n"
            f"  3. Then destroy {place} on this machine (shred -u). It shall not be able to read its "
            "backups.\n"
            "  4. Put a copy of the installation's key files (zhijia keys) into a safe as well, apart "
            "from these."
        )

    def _take(self, target: Path, options: dict[str, Any]) -> None:
        if options["keep_days"] < 1:
            raise CommandError("nothing done: --keep-days must be 1 or more", returncode=2)
        files, size = plan()
        if options["dry_run"]:
            self.stdout.write(f"would look at {files} files and the tables: {size / 1e6:.1f} MB")
            return
        began = clock.now()
        with tqdm(total=size, unit="B", unit_scale=True, disable=not sys.stderr.isatty()) as bar:
            keep = dt.timedelta(days=options["keep_days"])
            taken = take_backup(target, now=began, keep=keep, progress=bar.update)
        name = taken.snapshot.name if taken.snapshot else ""
        seconds = (clock.now() - began).total_seconds()
        self.stdout.write(
            f"{name}: tables and {taken.files} files, {taken.new_files} of them new "
            f"({taken.new_bytes / 1e6:.1f} MB), "
            f"in {seconds:.1f} s; {len(taken.pruned)} old backups deleted"
        )
        for line in taken.missing:
            self.stderr.write(f"missing: {line}")
        if taken.missing:
            raise CommandError(f"{len(taken.missing)} files could not be backed up", returncode=1)

    def _verify(self, repository: Repository, private: Path | None) -> None:
        found = repository.snapshots()
        total = sum(size for each in found for size, _digest in each.manifest["parts"].values())
        with tqdm(total=total, unit="B", unit_scale=True, disable=not sys.stderr.isatty()) as bar:
            damages = [*repository.unreadable(), *repository.damages(found, bar.update)]
            if private is not None:
                damages += self._opened(repository, found, private_key(private))
        for line in damages:
            self.stderr.write(f"damaged: {line}")
        if damages:
            raise CommandError(f"{len(damages)} damages in {len(found)} backups", returncode=1)
        if not found:
            raise CommandError("nothing done: there is no backup here", returncode=2)
        how = "opened and read" if private else "read"
        self.stdout.write(f"{len(found)} backups {how}, all whole; the newest is {found[-1].name}")

    def _opened(self, repository: Repository, found: list[Snapshot], private: bytes) -> list[str]:
        damages = []
        for each in found:
            try:
                open_everything(repository, each, private)
            except BackupDamaged as error:
                damages.append(f"{each.name}: {error}")
        return damages

    def _list(self, repository: Repository) -> None:
        for each in repository.snapshots():
            size = sum(size for size, _digest in each.manifest["parts"].values())
            files = len(each.manifest["files"])
            self.stdout.write(
                f"{each.name}  version {each.manifest['version']}  {size / 1e6:.1f} MB  {files} files"
            )
        for name in repository.unreadable():
            self.stdout.write(f"{name}  its manifest cannot be read")
