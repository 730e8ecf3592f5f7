"""``zhijia calendar``: show a year, or take in a new one."""

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhijia.core import clock
from zhijia.core.actors import SYSTEM
from zhijia.regulations import places
from zhijia.regulations.calendar import calendar_for
from zhijia.regulations.calendar_import import import_year
from zhijia.regulations.errors import BadRuleFile, UnknownPlace


class Command(BaseCommand):
    """Show or import the working-day calendar."""

    help = "show the working-day calendar of a year, or import the one announced for a new year"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare ``show`` and ``import``."""
        parts = parser.add_subparsers(dest="part", required=True, parser_class=argparse.ArgumentParser)
        show = parts.add_parser("show", help="print the days of a year that differ from Monday to Friday")
        show.add_argument("year", type=int)
        show.add_argument("--place", default="", metavar="CODE")
        take = parts.add_parser("import", help="CSV with date,kind,name,source and, for local days, place")
        take.add_argument("file", type=Path)
        take.add_argument("--dry-run", action="store_true", help="check only")

    def handle(self, *, part: str, **options: Any) -> None:
        """Run the part; a file that does not load exits with 2 and changes nothing."""
        try:
            self.show(**options) if part == "show" else self.take(**options)
        except (BadRuleFile, UnknownPlace, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error), returncode=2) from None

    def show(self, *, year: int, place: str, **options: Any) -> None:
        """Print the listed days and the number of working days."""
        if not 1 <= year < dt.MAXYEAR:
            raise CommandError(f"no such year: {year}", returncode=2)
        calendar = calendar_for(places.clean_place(place))
        for on, day in sorted(calendar.days.items()):
            if on.year == year:
                self.stdout.write(f"{on} {on:%a}  {day.kind:<9}  {day.name}  ({day.source})")
        first = dt.date(year, 1, 1)
        days = (first + dt.timedelta(n) for n in range((dt.date(year + 1, 1, 1) - first).days))
        self.stdout.write(f"{year}: {sum(map(calendar.is_working_day, days))} working days")
        if not calendar.is_known_year(year):
            self.stderr.write(
                "provisional: not announced or not loaded; Monday to Friday less the fixed holidays"
            )

    def take(self, *, file: Path, dry_run: bool, **options: Any) -> None:
        """Check and, unless ``--dry-run``, put into force."""
        year, days = import_year(file, by=SYSTEM, now=clock.now(), dry_run=dry_run)
        done = "is sound; nothing was changed" if dry_run else "is in force"
        self.stdout.write(f"the calendar of {year} with {len(days)} days {done}")
