"""``zhijia timers``: the timed work of every app."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhijia.core import clock
from zhijia.core.serving import background


class Command(BaseCommand):
    help = "Run timed work: due dates, escalations, clean-up (--once for a system timer)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every timer one time and stop")
        parser.add_argument("--list", action="store_true", help="show the timers and how often they run")

    def handle(self, **options: Any) -> None:
        if options["list"]:
            for timer in background.timers():
                self.stdout.write(f"{timer.name:<40}every {timer.every}")
        elif options["once"]:
            self._once()
        else:
            background.run()

    def _once(self) -> None:
        failed = 0
        for timer, changed in background.run_all_timers(clock.now()):
            self.stdout.write(f"{timer.name:<40}{'failed' if changed is None else changed}")
            failed += changed is None
        if failed:
            raise CommandError(f"{failed} timers failed; the log says why", returncode=1)
