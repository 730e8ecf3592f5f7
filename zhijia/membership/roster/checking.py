"""Looks at every row before anything is written. Knows the file, not the roll (see ``roll``)."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from zhijia.membership.enums import IdStanding
from zhijia.membership.roster import cells, texts
from zhijia.membership.roster.bodies import Bodies
from zhijia.membership.roster.cells import plain
from zhijia.membership.roster.codes import Codes
from zhijia.membership.roster.days import Days
from zhijia.membership.roster.draft import Checked, Draft
from zhijia.membership.roster.fields import FILLED_DOWN
from zhijia.membership.roster.identity import Numbers
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.roster.once import Once
from zhijia.membership.roster.persons import Persons
from zhijia.membership.roster.quick import Quick
from zhijia.membership.roster.roll import pieces
from zhijia.membership.roster.skipping import Skipper
from zhijia.membership.roster.sources import Source

Row = tuple[int, list[Any]]


class Checker:
    """Checks the rows of one file as of a day, in their order.

    ``index_of`` makes the look-up key of an identity number. Rows in which every cell is as everybody
    writes it go the quick way; all others are looked at cell by cell, with the same result.
    """

    def __init__(
        self, source: Source, layout: Layout, bodies: Bodies, today: dt.date, index_of: Callable[[str], str]
    ) -> None:
        self.layout, self.bodies, self.source, self.index_of = layout, bodies, source, index_of
        self.columns = dict(layout.columns)
        self.codes, self.numbers, self.once = Codes(), Numbers(today), Once()
        self.days = Days(today, layout.joined_on, since_1904=source.since_1904)
        self.persons = Persons(self.numbers, self.codes, self.days, keeps_doubted=layout.doubted)
        self.quick = Quick(self.columns, bodies, self.codes, self.days, self.numbers, index_of)
        self.broken = source.broken(layout.sheet)
        self.merged = {
            place: rows for place, rows in source.merged_down(layout.sheet).items()
            if any(self.columns.get(name) == place for name in FILLED_DOWN)
        }  # fmt: skip
        self._fills: dict[tuple[int, int], Any] = {}

    def parts(self, size: int) -> Iterator[list[Checked]]:
        """Yield the rows of people, checked, so many at once; titles, totals and empty rows are left out."""
        skipper = Skipper(self.layout)
        rows = self.source.rows(self.layout.sheet)
        for part in pieces((row for row in rows if not skipper.passes_over(*row)), size):
            yield self._part([(number, self._filled(number, found)) for number, found in part] if self.merged
                             else part)  # fmt: skip

    def _part(self, part: list[Row]) -> list[Checked]:
        is_first, broken = self.once.is_first, self.broken
        return [
            Checked(number, ready)
            if ready is not None and number not in broken and is_first(number, ready.id_number, ready.phone)
            else self.check(number, found)
            for (number, found), ready in zip(part, self.quick.ready(part), strict=True)
        ]

    def _filled(self, number: int, found: list[Any]) -> list[Any]:
        """Return a row with the cells that were merged downwards from a row above."""
        filled = list(found)
        for place, rows in self.merged.items():
            if place >= len(filled):
                continue
            if number in rows and not plain(filled[place]):
                filled[place] = self._fills.get((place, rows[number]), "")
            elif number + 1 in rows:
                self._fills[place, number] = filled[place]
        return filled

    def check(self, number: int, found: list[Any]) -> Checked:
        """Look at one row cell by cell."""
        told = {name: found[place] if place < len(found) else "" for name, place in self.columns.items()}
        draft = Draft(number, told)
        if number in self.broken:
            self._show_broken(draft)
        self._body(draft)
        texts.fill(draft)
        self.codes.fill(draft)
        self._phone(draft)
        self.persons.fill(draft)
        self.days.join(draft)
        self.once.see_person(draft)
        is_trusted = draft.standing == IdStanding.PLAUSIBLE.value
        return Checked(
            number, draft.ready(self.index_of(draft.id_number) if is_trusted else ""), draft.problems
        )

    def _show_broken(self, draft: Draft) -> None:
        names = {place: name for name, place in self.columns.items()}
        for cell in self.broken[draft.row]:
            if cell.column in names:
                draft.find("cell-error" if cell.error else "formula-empty", names[cell.column], cell.error)

    def _body(self, draft: Draft) -> None:
        value, code, seen = self.bodies.read(draft.told.get("body", ""))
        draft.body = str(value or "")
        if code:
            draft.find(code, "body", seen)

    def _phone(self, draft: Draft) -> None:
        if "phone" not in draft.told:
            return
        value, code, seen = cells.mobile(draft.told["phone"])
        draft.phone = str(value)
        if code:
            draft.find(code, "phone", seen)
        elif value:
            self.once.see_phone(draft)
