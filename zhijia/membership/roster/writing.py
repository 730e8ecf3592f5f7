"""Writes the rows made ready, batch by batch; goes on where it stopped.

The rows of a batch and ``rows_done`` commit together, under the lock of the import's row: whoever
comes second finds that the batch is done, and stops.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from json import dumps

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from zhijia.core.services import load_locked
from zhijia.membership.enums import ImportState
from zhijia.membership.models import RosterImport, RosterProblem, Worker
from zhijia.membership.roster.bodies import Bodies
from zhijia.membership.roster.copying import copied
from zhijia.membership.roster.inserting import bulk
from zhijia.membership.roster.problems import Found, is_warning
from zhijia.membership.roster.roll import NEW, Roll
from zhijia.membership.roster.rows import Ready
from zhijia.membership.roster.storing import read_batches
from zhijia.membership.roster.tables import Made, Maker, Order, reserve, store_figures

Make = Callable[[Maker, Sequence[Ready], Sequence[int]], Made]
TRIES = 5
"""So often a batch is looked at anew, after somebody else entered one of its people meanwhile."""


def batch_maker() -> Make:
    """Return what makes a batch ready for this database."""
    return copied if connection.vendor == "postgresql" else bulk


class SomebodyElse(Exception):
    """Another run writes this import: it went on, or was thrown away."""


class Writer:
    """Writes one import."""

    def __init__(self, roster: RosterImport, now: dt.datetime) -> None:
        self.roster, self.now = roster, now
        self.bodies = Bodies(roster.body)
        self.maker = Maker(Order(roster.pk, self.bodies, now))
        self.roll = Roll(self.bodies, self.maker.phone_index)
        self.is_beside = connection.vendor == "postgresql"
        """A batch is made while the server takes the one before."""
        self.make = batch_maker()

    def run(self) -> Iterator[int]:
        """Write all that is left; yield the rows done after each batch. Raise ``SomebodyElse``."""
        done = self.roster.rows_done
        with ThreadPoolExecutor(1) as pool:
            for lines, future in self._ahead(pool, done):
                self._write(done, lines, future)
                done += len(lines)
                yield done

    def _ahead(
        self, pool: ThreadPoolExecutor, done: int
    ) -> Iterator[tuple[list[str], Future[tuple[list[Ready], Made]] | None]]:
        """Yield each batch with what a thread makes of it, while the one before is on its way."""
        waiting: tuple[list[str], Future[tuple[list[Ready], Made]] | None] | None = None
        for lines in read_batches(self.roster, done):
            coming = (lines, self._begin(pool, lines))
            if waiting is not None:
                yield waiting
            waiting = coming
        if waiting is not None:
            yield waiting

    def _begin(self, pool: ThreadPoolExecutor, lines: list[str]) -> Future[tuple[list[Ready], Made]] | None:
        return pool.submit(self._made, lines, reserve(len(lines))) if self.is_beside else None

    def _made(self, lines: Sequence[str], ids: Sequence[int]) -> tuple[list[Ready], Made]:
        rows = [Ready.of(line) for line in lines]
        return rows, self.make(self.maker, rows, ids)

    def _write(self, done: int, lines: list[str], future: Future[tuple[list[Ready], Made]] | None) -> None:
        """Write a batch; where a constraint says that somebody was entered meanwhile, look at it anew."""
        made = future.result() if future else None
        if self._succeeds(lambda: self._first_try(done, lines, made)):
            return
        for _attempt in range(TRIES - 1):
            if self._succeeds(lambda: self._again(done, lines)):
                return
        self._again(done, lines)

    def _succeeds(self, attempt: Callable[[], None]) -> bool:
        try:
            attempt()
        except IntegrityError:
            return False
        return True

    def _first_try(self, done: int, lines: list[str], made: tuple[list[Ready], Made] | None) -> None:
        with transaction.atomic():
            self._lock(done)
            rows = made[0] if made else [Ready.of(line) for line in lines]
            if any(map(_needs_a_look, rows)):
                self._checked_anew(rows)
            else:
                fresh = made[1] if made else self.make(self.maker, rows, reserve(len(rows)))
                self._store(rows, fresh, skipped=0)

    def _again(self, done: int, lines: list[str]) -> None:
        with transaction.atomic():
            self._lock(done)
            self._checked_anew([Ready.of(line) for line in lines])

    def _checked_anew(self, rows: list[Ready]) -> None:
        """Ask the roll once more and write those who are still new; name those who appeared meanwhile.

        People who were on the roll are held until the batch commits: nobody enters, for one of them, what
        would have kept the row out.
        """
        answers = self.roll.decide(rows)
        known = sorted({int(row.worker) for row, _answer in answers if row.worker})
        if known:
            list(Worker.objects.select_for_update().filter(pk__in=known).order_by("pk").values_list("pk"))
            answers = self.roll.decide(rows)
        fresh = [row for row, answer in answers if answer == NEW]
        late = [(row, answer) for row, answer in answers if answer != NEW]
        RosterProblem.objects.bulk_create(
            problem_row(self.roster, int(row.row), answer if isinstance(answer, Found) else Found("appeared"))
            for row, answer in late
        )
        self._store(fresh, self.make(self.maker, fresh, reserve(len(fresh))), skipped=len(late))

    def _lock(self, done: int) -> None:
        row = load_locked(RosterImport.objects.all(), pk=self.roster.pk)
        if row.rows_done != done or row.state != ImportState.WRITING:
            raise SomebodyElse

    def _store(self, rows: list[Ready], made: Made, *, skipped: int) -> None:
        made.store()
        store_figures(rows, self.maker.order)
        RosterImport.objects.filter(pk=self.roster.pk).update(
            rows_done=F("rows_done") + len(rows) + skipped, rows_written=F("rows_written") + len(rows),
            changed_at=self.now,
        )  # fmt: skip


def problem_row(roster: RosterImport, row: int, found: Found) -> RosterProblem:
    """Return what is written down about a row."""
    facts = {"found": found.found, "other": found.other} if found.found or found.other else {}
    return RosterProblem(
        tenant=roster.tenant, roster=roster, row=row, column=found.field, code=found.code,
        facts=dumps(facts, ensure_ascii=False) if facts else "", is_warning=is_warning(found.code),
    )  # fmt: skip


def _needs_a_look(row: Ready) -> bool:
    """Say whether no constraint of the tables would keep this row from being written wrongly.

    None keeps a person without a number from being entered twice, and none compares the days of one who
    was on the roll before.
    """
    return not row.id_index or bool(row.worker)
