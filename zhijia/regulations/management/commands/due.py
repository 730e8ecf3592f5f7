"""``zhijia due``: the last day of a period."""

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhijia.regulations import places
from zhijia.regulations.calendar import Period, calendar_for, deadline
from zhijia.regulations.enums import Unit
from zhijia.regulations.errors import UnknownPlace
from zhijia.regulations.periods import ONE_DAY, Deadline

UNITS = {"working_days": Unit.WORKING_DAY, "days": Unit.DAY, "months": Unit.MONTH, "years": Unit.YEAR}
MOST = 20_000


class Command(BaseCommand):
    """Count a period from a day; the start day is not counted."""

    help = "count a period: zhijia due --from 2026-01-30 --working-days 10"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the start, the period and the place."""
        parser.add_argument(
            "--from", dest="start", type=dt.date.fromisoformat, required=True, metavar="YYYY-MM-DD"
        )
        amount = parser.add_mutually_exclusive_group(required=True)
        for name in UNITS:
            amount.add_argument(f"--{name.replace('_', '-')}", dest=name, type=int, metavar="N")
        parser.add_argument(
            "--place", default="", metavar="CODE", help="six digits of GB/T 2260: its own holidays count"
        )
        parser.add_argument("--explain", action="store_true", help="say how it was counted")

    def handle(self, *, start: dt.date, place: str, explain: bool, **options: Any) -> None:
        """Print the last day; on standard error whether it may still move."""
        amount, unit = next(
            (options[name], unit) for name, unit in UNITS.items() if options[name] is not None
        )
        if not 0 <= amount <= MOST:
            raise CommandError(f"the period must lie between 0 and {MOST}", returncode=2)
        try:
            place = places.clean_place(place)
            found = deadline(start, Period(amount, unit), place=place)
        except UnknownPlace as error:
            raise CommandError(str(error), returncode=2) from None
        except (OverflowError, ValueError) as error:
            raise CommandError(f"cannot count that far: {error}", returncode=2) from None
        self.stdout.write(found.on.isoformat())
        if explain:
            self._explain(start, Period(amount, unit), found, place)
        if found.provisional:
            self.stderr.write(
                "provisional: the holidays of a year on the way are not announced or not loaded yet; "
                "the date may still move (zhijia calendar import)"
            )

    def _explain(self, start: dt.date, period: Period, found: Deadline, place: str) -> None:
        say = self.stdout.write
        where = places.full_name(place) or "nation"
        say(f"{start} {start:%a} is the start and is not counted (Civil Code art. 201); calendar: {where}")
        calendar = calendar_for(place)
        for number in range(1, (found.on - start).days + 1):
            day = start + ONE_DAY * number
            listed = calendar.days.get(day)
            if listed:
                say(f"{day} {day:%a} {listed.kind}: {listed.name} ({listed.source})")
        say(f"{period.amount} {period.unit} end on {found.counted_to} {found.counted_to:%a}")
        if found.on != found.counted_to:
            say(f"that is a rest day: the period ends on {found.on} {found.on:%a} (Civil Code art. 203)")
