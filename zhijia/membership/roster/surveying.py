"""The check of a whole file: what it holds, what the roll knows of it, what can be written."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from zhijia.core.clock import local_date
from zhijia.core.sealing import indexer
from zhijia.core.services import load_locked
from zhijia.membership.enums import ImportState
from zhijia.membership.models import RosterImport, RosterProblem
from zhijia.membership.roster.bodies import Bodies
from zhijia.membership.roster.checking import Checker
from zhijia.membership.roster.draft import Checked
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.roster.problems import Found
from zhijia.membership.roster.roll import KNOWN, Roll
from zhijia.membership.roster.rows import Ready
from zhijia.membership.roster.sources import Source
from zhijia.membership.roster.storing import Batches, batches
from zhijia.membership.roster.writing import SomebodyElse, problem_row

BATCH = 5_000
"""Rows that are asked about, and later written, at once."""


class Survey:
    """Checks one import; begun anew it forgets what an earlier run found."""

    def __init__(self, roster: RosterImport, now: dt.datetime) -> None:
        self.roster, self.now = roster, now
        self.bodies = Bodies(roster.body)
        self.roll = Roll(self.bodies, indexer("roll-phone"))
        self.found = self.good = self.known = self.bad = 0

    @transaction.atomic
    def begin(self) -> None:
        """Make this run the one that counts."""
        roster = load_locked(RosterImport.objects.all(), pk=self.roster.pk)
        if roster.state != ImportState.CHECKING:
            raise SomebodyElse
        roster.changed_at, roster.rows_looked_at = self.now, 0
        roster.save(update_fields=["changed_at", "rows_looked_at"])
        roster.problems.all().delete()

    def run(self, source: Source) -> Iterator[int]:
        """Check all rows and make the good ones ready; yield the rows looked at."""
        layout, today = Layout.of(self.roster.layout), local_date(self.now)
        checker = Checker(source, layout, self.bodies, today, indexer("roll-identity"))
        with batches(self.roster) as ready:
            for part in checker.parts(BATCH):
                self._batch(part, ready)
                yield self.found

    def _batch(self, part: list[Checked], ready: Batches) -> None:
        told = [checked for checked in part if checked.problems]
        bad = {checked.row for checked in told if checked.is_bad}
        rows = [checked.ready for checked in part if checked.row not in bad]
        kept: list[Ready] = []
        for row, answer in self.roll.decide(rows):
            if isinstance(answer, Found):
                told.append(Checked(int(row.row), row, [answer]))
                bad.add(int(row.row))
            elif answer == KNOWN:
                self.known += 1
            else:
                kept.append(row)
        self.found += len(part)
        self.good += len(kept)
        self.bad += len(bad)
        ready.add(row.line() for row in kept)
        self._tell(told)

    @transaction.atomic
    def _tell(self, told: list[Checked]) -> None:
        """Write down what was found, if this is still the run that counts."""
        self._lock()
        RosterProblem.objects.bulk_create(
            (problem_row(self.roster, checked.row, found) for checked in told for found in checked.problems),
            batch_size=500,
        )
        RosterImport.objects.filter(pk=self.roster.pk).update(rows_looked_at=self.found)

    def _lock(self) -> RosterImport:
        roster = load_locked(RosterImport.objects.all(), pk=self.roster.pk)
        if roster.state != ImportState.CHECKING or roster.changed_at != self.now:
            raise SomebodyElse
        return roster

    def end(self) -> None:
        """Write the figures; from now on the rows can be written."""
        self._lock()
        roster = self.roster
        roster.state, roster.changed_at = ImportState.CHECKED, self.now
        roster.rows_found, roster.rows_good, roster.rows_known = self.found, self.good, self.known
        roster.rows_bad, roster.rows_looked_at, roster.rows_done, roster.rows_written = (
            self.bad,
            self.found,
            0,
            0,
        )
        roster.save(
            update_fields=["state", "changed_at", "rows_found", "rows_good", "rows_known", "rows_bad",
                           "rows_looked_at", "rows_done", "rows_written"]
        )  # fmt: skip
