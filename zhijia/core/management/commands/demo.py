"""``zhijia demo``: an invented province to look at and try things in."""

import json
import os
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.module_loading import import_string

from zhijia.core.journal.collecting import paused
from zhijia.core.manifest import manifests
from zhijia.core.serving.prepare import demo_file

Row = list[str]
SEED = 20261130


class Command(BaseCommand):
    help = "Load the demo province (invented people, bodies and appeals) into an empty installation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=["small", "large"], default="small")
        parser.add_argument(
            "--members", type=int, default=0, metavar="N",
            help="then generate a whole province with so many members",
        )  # fmt: skip
        parser.add_argument("--seed", type=int, default=SEED, metavar="S",
                            help="one seed, one province on a day (default: %(default)s)")  # fmt: skip
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing, without complaint, in a used house"
        )

    def handle(self, **options: Any) -> None:
        if options["members"] < 0:
            raise CommandError("--members takes a number from 0 on", returncode=2)
        if get_user_model().objects.exists():
            if options["if_empty"]:
                self._keep([])
                return
            raise CommandError(
                "this installation is in use; the demo goes into an empty one only", returncode=2
            )
        rows: list[Row] = []
        # All of it or nothing, hence one transaction; invented matters need no journal.
        with transaction.atomic(), paused():
            for manifest in manifests():
                if manifest.demo:
                    self.stdout.write(f"  {manifest.app} …")
                    rows += import_string(manifest.demo)(self.stdout, options["size"]) or []
            if options["members"]:
                self._crowd(options["members"], options["seed"])
        self._keep(rows)

    def _crowd(self, members: int, seed: int) -> None:
        """Let the apps generate a province."""
        for manifest in manifests():
            if manifest.demo_crowd:
                self.stdout.write(f"  {manifest.app}, seed {seed} …")
                import_string(manifest.demo_crowd)(self.stdout, members, seed)

    def _keep(self, rows: list[Row]) -> None:
        """Remember the sign-ins, so that each start can show them."""
        file = demo_file()
        fresh = file.with_suffix(".fresh")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps([[str(cell) for cell in row] for row in rows], ensure_ascii=False))
        os.replace(fresh, file)
