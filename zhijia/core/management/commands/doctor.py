"""``zhijia doctor``: everything the boot gate looks at, without starting."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhijia.core import clock
from zhijia.core.boot_gate.findings import Weight
from zhijia.core.boot_gate.gate import findings, refuses

WORDS = {Weight.ALWAYS: "unsafe", Weight.PRODUCTION: "unsafe in production", Weight.WARNING: "advice"}


class Command(BaseCommand):
    help = "Look for unsafe settings and tell the cure of each; exit status 2 when serve would refuse."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("ZHIJIA_BIND", "127.0.0.1"))

    def handle(self, **options: Any) -> None:
        found = findings(options["host"], clock.now())
        for each in found:
            self.stdout.write(f"{WORDS[each.weight]}: {each.cause}\n    Cure: {each.cure}")
        stops = sum(refuses(each) for each in found)
        if stops:
            raise CommandError(f"zhijia serve would refuse to start: {stops} to cure", returncode=2)
        self.stdout.write(f"zhijia serve would start; {len(found)} remarks")
