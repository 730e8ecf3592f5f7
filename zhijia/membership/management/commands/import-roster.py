"""``zhijia import-roster FILE --body ID``: a roster of members, checked whole and then written."""

import argparse
import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from zhijia.core import clock
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import DomainError
from zhijia.membership.enums import ImportState
from zhijia.membership.models import RosterImport
from zhijia.membership.roster import lists
from zhijia.membership.roster.errors import UNREADABLE
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.services import importing

SHOWN = 20
NOTHING, SOME_REFUSED = 2, 1


class Command(BaseCommand):
    help = "Read in a roster of members (XLSX, XLS, ODS, CSV). Exit: 0 good, 1 some refused, 2 nothing done."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--body", type=int, required=True, metavar="ID", help="union whose members these are"
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--joined-on", type=dt.date.fromisoformat, metavar="DAY",
                            help="day of joining for rows that name none (default: today)")  # fmt: skip
        parser.add_argument("--sheet", metavar="NAME",
                            help="sheet to read (default: the one that looks like a roster)")  # fmt: skip
        parser.add_argument("--doubted", action="store_true",
                            help="also enter people whose identity number cannot be right")  # fmt: skip
        parser.add_argument(
            "--mend", type=Path, metavar="XLSX", help="write the bad rows with the reasons there"
        )

    def handle(self, *, file: Path, body: int, **options: Any) -> None:
        try:
            roster = self._checked(file, body, options)
        except (DomainError, OSError) as error:
            self._fail(str(error))
        if roster.state == ImportState.UNREADABLE:
            text, advice = UNREADABLE[roster.layout["reason"]]
            self._fail(f"{text} {advice}" % {"row": roster.layout.get("row", "")})
        self._show_problems(roster)
        if options["mend"] and roster.rows_bad:
            content = importing.read_corrected_rows(roster_id=roster.pk, by=SYSTEM, now=clock.now())
            options["mend"].write_bytes(content)
        if options["dry_run"]:
            importing.drop_roster(roster_id=roster.pk, by=SYSTEM, now=clock.now())
        elif roster.rows_good:
            self._write(roster)
        self._tell(roster, options["dry_run"])

    def _checked(self, file: Path, body: int, options: dict[str, Any]) -> RosterImport:
        now = clock.now()
        with file.open("rb") as source:
            roster = importing.upload_roster(
                body_id=body,
                file=source,
                file_name=file.name,
                by=SYSTEM,
                now=now,
                joined_on=options["joined_on"],
            )
        layout = self._choose(roster, options["sheet"])
        for label, column, trust in lists.readings_of(layout):
            self.stdout.write(f"  {label!s:<20} <- {column} ({trust})")
        importing.set_columns(
            roster_id=roster.pk, columns=dict(layout.columns), joined_on=layout.joined_day or now.date(),
            doubted=options["doubted"], by=SYSTEM, now=now,
        )  # fmt: skip
        importing.begin_check(roster_id=roster.pk, by=SYSTEM, now=now, in_background=False)
        self._follow(importing.check_roster(roster_id=roster.pk, now=now), None, "checked")
        roster.refresh_from_db()
        return roster

    def _choose(self, roster: RosterImport, name: str | None) -> Layout:
        """Return how the chosen sheet is read, and say which others are left out."""
        layout = Layout.of(roster.layout)
        if name is not None:
            place = layout.sheets.index(name) if name in layout.sheets else -1
            chosen = importing.choose_sheet(roster_id=roster.pk, sheet=place, by=SYSTEM, now=clock.now())
            layout = Layout.of(chosen.layout)
        for tab in layout.left_out():
            hidden = ", hidden" if tab.is_hidden else ""
            self.stderr.write(f"  left out: sheet {tab.name!r} ({tab.rows} rows{hidden})")
        return layout

    def _write(self, roster: RosterImport) -> None:
        now = clock.now()
        importing.begin_writing(roster_id=roster.pk, by=SYSTEM, now=now, in_background=False)
        self._follow(importing.write_roster(roster_id=roster.pk, now=now), roster.rows_good, "written")
        roster.refresh_from_db()

    def _follow(self, steps: Iterator[int], total: int | None, label: str) -> None:
        with tqdm(total=total, unit=" rows", desc=label, disable=None) as bar:
            for done in steps:
                bar.update(done - bar.n)

    def _show_problems(self, roster: RosterImport) -> None:
        rows = roster.problems.order_by("is_warning", "row", "id")
        for one in lists.shown(rows[:SHOWN], Layout.of(roster.layout)):
            mark = "warning" if one.is_warning else "refused"
            self.stderr.write(f"  row {one.row} {one.cell}: {mark}: {one.text}")
        if (more := rows.count() - SHOWN) > 0:
            self.stderr.write(f"  … and {more} more")

    def _tell(self, roster: RosterImport, dry_run: bool) -> None:
        verb, count = ("would be written", roster.rows_good) if dry_run else ("written", roster.rows_written)
        self.stdout.write(f"{count} {verb}, {roster.rows_known} known before, {roster.rows_bad} refused")
        refused = roster.rows_bad or (not dry_run and roster.rows_written < roster.rows_good)
        if refused:
            sys.exit(SOME_REFUSED if count or roster.rows_known else NOTHING)

    def _fail(self, text: str) -> None:
        self.stderr.write(text)
        sys.exit(NOTHING)
