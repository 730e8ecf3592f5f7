"""``zhijia keys``: make, list, rotate and destroy the installation's keys; the recovery key."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhijia.core import clock, key_ring
from zhijia.unions.models import UnionBody
from zhijia.vault.keys import all_rekeys
from zhijia.vault.recovery import BadShare, Share
from zhijia.vault.selectors import key_figures
from zhijia.vault.services.recovery import make_recovery, recover_body, rehearse


class Command(BaseCommand):
    """The keys of the installation."""

    help = "make, list, rotate, destroy the installation's keys; make, rehearse and use the recovery key"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the parts."""
        parts = parser.add_subparsers(dest="part", required=True, parser_class=argparse.ArgumentParser)
        make = parts.add_parser("make", help="make the first key of a new installation")
        make.add_argument(
            "--profile", choices=key_ring.PROFILES, default=key_ring.PROFILES[0],
            help="chinese: SM4 and SM3; cannot be changed later",
        )  # fmt: skip
        parts.add_parser("list", help="numbers and state; never a key itself")
        parts.add_parser("rotate", help="make the next key; then restart the server and run zhijia rekey")
        destroy = parts.add_parser("destroy", help="destroy an old key under which nothing lies any more")
        destroy.add_argument("number", type=int)
        recovery = parts.add_parser("recovery", help="make the offline recovery key, split over people")
        recovery.add_argument("--shares", type=int, default=5)
        recovery.add_argument("--needed", type=int, default=3)
        recovery.add_argument("--folder", type=Path, help="write one file a share here instead of printing")
        for name, text in (
            ("rehearse", "show that enough shares still open"),
            ("recover", "give a body's officers their keys again"),
        ):
            part = parts.add_parser(name, help=text)
            part.add_argument("--share", type=Path, action="append", default=[], help="file with a share")
            if name == "recover":
                part.add_argument("--body", type=int, required=True, help="number of the union body")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the part; exit 2 when nothing was done."""
        try:
            getattr(self, f"_{options['part']}")(options)
        except (BadShare, key_ring.KeyMissing) as error:
            raise CommandError(str(error), returncode=2) from None

    def _make(self, options: dict[str, Any]) -> None:
        if key_ring.numbers():
            raise CommandError("there are keys already: zhijia keys list", returncode=2)
        key_ring.choose_profile(options["profile"])
        key_ring.make(1)
        self.stdout.write(
            f"made {key_ring.path_of(1)} ({options['profile']}). Keep a copy away from the server."
        )

    def _list(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"profile: {key_ring.profile()}")
        for number in key_ring.numbers():
            path = key_ring.path_of(number)
            mode = f"{path.stat().st_mode & 0o777:o}"
            use = "seals" if number == key_ring.current() else "only opens"
            self.stdout.write(f"key {number}: {use}, mode {mode}, {path}")
        for name, count in key_figures().items():
            self.stdout.write(f"{name}: {count}")

    def _rotate(self, options: dict[str, Any]) -> None:
        number = key_ring.rotate()
        self.stdout.write(f"made key {number}. Now restart the server, then run: zhijia rekey")

    def _destroy(self, options: dict[str, Any]) -> None:
        number = options["number"]
        if number not in key_ring.numbers() or number == key_ring.current():
            raise CommandError("this is the key in use, or there is none of this number", returncode=2)
        left = {r.name: sum(n == number for n in r.numbers()) for r in all_rekeys()}
        if any(left.values()):
            told = ", ".join(f"{name}: {count}" for name, count in left.items() if count)
            raise CommandError(f"not destroyed, values lie under it ({told}): run zhijia rekey", returncode=2)
        if number == 1 and not (key_ring.folder() / "index.key").exists():
            raise CommandError("look-up keys are derived from key 1: rotate first", returncode=2)
        key_ring.destroy(number)
        self.stdout.write(f"key {number} is destroyed; backups made before open only with a copy of it")

    def _recovery(self, options: dict[str, Any]) -> None:
        shares = make_recovery(shares=options["shares"], needed=options["needed"], now=clock.now())
        for share in shares:
            self._give(share, options["folder"])
        self.stdout.write(
            f"{options['needed']} of these {options['shares']} people together can open what is lost. "
            "Give each one share on paper, delete the files, rehearse within a month: zhijia keys rehearse"
        )

    def _give(self, share: Share, folder: Path | None) -> None:
        if folder is None:
            self.stdout.write(str(share))
            return
        path = folder / f"recovery-{share.number}-share-{share.index}.txt"
        key_ring.write_key(path, f"{share}\n".encode())
        self.stdout.write(f"wrote {path}")

    def _rehearse(self, options: dict[str, Any]) -> None:
        row = rehearse(shares=self._shares(options), now=clock.now())
        self.stdout.write(f"the shares open recovery key {row.number}")

    def _recover(self, options: dict[str, Any]) -> None:
        body = UnionBody.objects.filter(pk=options["body"]).first()
        if body is None:
            raise CommandError("there is no union body of this number", returncode=2)
        done = recover_body(body=body, shares=self._shares(options), now=clock.now())
        self.stdout.write(f"handed on {done} keys to officers of {body.name}")

    def _shares(self, options: dict[str, Any]) -> list[Share]:
        """Read the shares from files, or one a line from the keyboard."""
        texts = [path.read_text() for path in options["share"]] or sys.stdin.read().splitlines()
        return [Share.parse(text) for text in texts if text.strip()]
