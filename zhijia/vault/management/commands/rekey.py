"""``zhijia rekey``: seal everything anew under the newest key."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from zhijia.core import key_ring
from zhijia.core.rekeying import Rekey
from zhijia.vault.keys import all_rekeys


class Command(BaseCommand):
    """Leave nothing under old keys; may be stopped and run again."""

    help = "seal anew what lies under old keys; exit 1 when some could not be"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare ``--dry-run``."""
        parser.add_argument("--dry-run", action="store_true", help="count only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal anew, name each failure, print what is left."""
        parts = all_rekeys()
        failures = [] if options["dry_run"] else [f for part in parts for f in self._seal_anew(part)]
        left = {part.name: sum(1 for _ in part.numbers()) for part in parts}
        for failure in failures:
            self.stderr.write(f"not sealed anew: {failure}")
        self.stdout.write(f"key in use: {key_ring.current()}")
        for name, count in left.items():
            self.stdout.write(f"{name}: {count} under old keys")
        self.stdout.write(f"rows under old keys: {sum(left.values())}")
        if failures:
            raise CommandError(f"{len(failures)} could not be sealed anew", returncode=1)

    def _seal_anew(self, part: Rekey) -> list[str]:
        shown = tqdm(part.seal_anew(), desc=part.name, unit=" values", leave=False)
        return [f"{part.name} {failure}" for failure in shown if failure]
