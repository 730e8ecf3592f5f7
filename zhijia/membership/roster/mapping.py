"""Where the header stands and which column is which: proposed, shown, corrected by the officer."""

import datetime as dt
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from zhijia.core.errors import BadInput
from zhijia.core.identifiers import clean_resident_id
from zhijia.membership.roster import cells
from zhijia.membership.roster.fields import NAMES, SCORE_OF_NAME, fits
from zhijia.membership.roster.garbled import mended
from zhijia.membership.roster.sources import Source, any_text

Rows = list[tuple[int, list[Any]]]
HEADER_WITHIN = 30
"""So many rows from the top a header is looked for."""
SURE, LIKELY, GUESSED = "sure", "likely", "guessed"


@dataclass(frozen=True)
class Tab:
    """A sheet of a workbook as the officer sees it."""

    place: int
    name: str
    rows: int
    """Rows below its header that hold anything."""
    is_read: bool
    is_hidden: bool


@dataclass
class Layout:
    """How a roster is read. ``columns`` maps our fields to columns from 0 (A)."""

    sheet: int = 0
    header: int = 0
    """Last row of the header as a person counts; 0 for a file without one."""
    columns: dict[str, int] = field(default_factory=dict)
    trust: dict[str, str] = field(default_factory=dict)
    """How sure the proposal is, by field."""
    headings: list[str] = field(default_factory=list)
    filled: list[int] = field(default_factory=list)
    """Columns that hold anything below the header, whether it names them or not."""
    joined_on: str = ""
    """Day of joining for rows that name none, ISO."""
    doubted: bool = False
    """Write rows whose identity number cannot be right, by name and mobile number."""
    sheets: list[str] = field(default_factory=list)
    sheet_rows: list[int] = field(default_factory=list)
    """Rows below the header of each sheet, of a workbook with several."""
    hidden: list[int] = field(default_factory=list)
    """Sheets that a person who opens the workbook does not see."""
    reason: str = ""
    """Why the file could not be read, a code of ``UNREADABLE``."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Layout":
        """Return what ``stored`` made into JSON."""
        return cls(**{key: value for key, value in stored.items() if key in cls.__dataclass_fields__})

    def stored(self) -> dict[str, Any]:
        """Return it for a JSON column."""
        return asdict(self)

    @property
    def joined_day(self) -> dt.date | None:
        """Return the day of joining for rows that name none."""
        return dt.date.fromisoformat(self.joined_on) if self.joined_on else None

    def tabs(self) -> list[Tab]:
        """Return the sheets of a workbook with several, each with what is done with it."""
        counted = zip(self.sheets, self.sheet_rows, strict=False) if len(self.sheets) > 1 else ()
        return [
            Tab(place, name, rows, is_read=place == self.sheet, is_hidden=place in self.hidden)
            for place, (name, rows) in enumerate(counted)
        ]

    def left_out(self) -> list[Tab]:
        """Return the sheets that hold rows and are not read."""
        return [tab for tab in self.tabs() if tab.rows and not tab.is_read]


def propose(source: Source, sheet: int | None = None) -> Layout:
    """Return a layout: of the named sheet, or of the one that looks most like a roster.

    Looking at several sheets it counts their rows, so that none is left out in silence.
    """
    if sheet is not None or len(source.sheets) == 1:
        return _of_sheet(source, sheet or 0)
    found, rows = [], []
    for number in range(len(source.sheets)):
        found.append(_of_sheet(source, number))
        rows.append(_count(source, found[number]))
    best = max(found, key=lambda one: (
        one.sheet not in source.hidden, bool(one.columns and rows[one.sheet]), len(one.columns)
    ))  # fmt: skip
    best.sheet_rows, best.hidden = rows, sorted(source.hidden)
    return best


def _count(source: Source, layout: Layout) -> int:
    """Return how many rows below the header of a sheet hold anything."""
    rows = source.rows(layout.sheet)
    return sum(1 for number, found in rows if number > layout.header and any_text(found))


def _of_sheet(source: Source, sheet: int) -> Layout:
    rows = source.sample(sheet)
    header, headings = _header(rows)
    below = [cells_ for number, cells_ in rows if number > header]
    filled = sorted({place for row in below for place, cell in enumerate(row) if cells.plain(cell)})
    layout = Layout(sheet, header, headings=headings, filled=filled, sheets=list(source.sheets))
    _match_headings(layout)
    _match_contents(layout, below)
    return layout


def _header(rows: Rows) -> tuple[int, list[str]]:
    """Return the last row of the header and its headings; (0, []) where there is none."""
    scored = [(_score(found), -place) for place, (_number, found) in enumerate(rows[:HEADER_WITHIN])]
    score, place = max(scored, default=(0, 0))
    if score < 2:
        return _above_the_data(rows)
    number, top = rows[-place]
    above = rows[-place - 1] if place else None
    if above and above[0] == number - 1 and _is_first_row(above[1], top):
        return number, _joined(above[1], top)
    below = rows[-place + 1] if len(rows) > -place + 1 else None
    if below and below[0] == number + 1 and _is_second_row(top, below[1]):
        return below[0], _joined(top, below[1])
    return number, [_told(cell) for cell in top]


def _above_the_data(rows: Rows) -> tuple[int, list[str]]:
    """Return the row just above the first with a number of a person: headings that we do not know."""
    for (number, above), (_number, below) in itertools.pairwise(rows[: HEADER_WITHIN + 1]):
        if _has_data(above):
            break
        if _has_data(below):
            return number, [_told(cell) for cell in above]
    return 0, []


def _told(cell: Any) -> str:
    text = cells.plain(cell).replace("\n", "")
    return mended(text) or text


def _score(row: list[Any]) -> int:
    return len({found[0].field for cell in row if (found := fits(_told(cell)))}) if not _has_data(row) else 0


def _has_data(row: list[Any]) -> bool:
    return any(is_resident_id(cell) or is_mobile(cell) for cell in row)


def _is_second_row(top: list[Any], below: list[Any]) -> bool:
    """Say whether the next row carries on the header: fills its gaps with names of columns, no data."""
    if _has_data(below) or any(isinstance(cell, dt.date) for cell in below):
        return False
    named = [place for place, cell in enumerate(below) if fits(_told(cell))]
    return bool(named) and all(
        not (place < len(top) and _told(top[place]) and fits(_told(top[place])))
        or _told(top[place]) != _told(below[place])
        for place in named
    )


def _is_first_row(above: list[Any], chosen: list[Any]) -> bool:
    """Say whether the row above begins the header: it names a column that the chosen row leaves blank.

    Only the very name of a column counts, and not alone: a title or a note above a list is neither.
    """
    told = [_told(cell) for cell in above]
    blank = [place for place in range(len(told)) if place >= len(chosen) or not _told(chosen[place])]
    named = any(fit.score == SCORE_OF_NAME for place in blank for fit in fits(told[place]))
    return named and sum(map(bool, told)) > 1 and not _has_data(above)


def _joined(top: list[Any], below: list[Any]) -> list[str]:
    """Return the lower heading where there is one, else the upper."""
    width = max(len(top), len(below))
    upper = [_told(cell) for cell in top] + [""] * (width - len(top))
    lower = [_told(cell) for cell in below] + [""] * (width - len(below))
    return [low or up for up, low in zip(upper, lower, strict=True)]


def _match_headings(layout: Layout) -> None:
    """Give each field the column whose heading fits best; of two alike the first that is not empty."""
    wanted = [
        (fit.score, place in layout.filled, -place, fit.field, place)
        for place, heading in enumerate(layout.headings)
        for fit in fits(heading)
    ]
    taken: set[int] = set()
    for score, _filled, _order, name, place in sorted(wanted, reverse=True):
        if name not in layout.columns and place not in taken:
            layout.columns[name] = place
            layout.trust[name] = SURE if score == SCORE_OF_NAME else LIKELY
            taken.add(place)


def _match_contents(layout: Layout, rows: list[list[Any]]) -> None:
    """Find the columns that nobody named by what stands in them."""
    tests: list[tuple[str, Callable[[Any], bool]]] = [("id_number", is_resident_id), ("phone", is_mobile)]
    if not layout.columns:
        tests += [("name", is_name), ("joined_on", is_day)]
    for name, test in tests:
        if name in layout.columns:
            continue
        place = next((place for place in _free(layout, rows) if _mostly(test, place, rows)), None)
        if place is not None:
            layout.columns[name], layout.trust[name] = place, GUESSED


def _free(layout: Layout, rows: list[list[Any]]) -> list[int]:
    width = max((len(row) for row in rows), default=0)
    return [place for place in range(width) if place not in layout.columns.values()]


def _mostly(test: Callable[[Any], bool], place: int, rows: list[list[Any]]) -> bool:
    told = [row[place] for row in rows if place < len(row) and cells.plain(row[place])]
    return bool(told) and sum(map(test, told)) * 10 >= len(told) * 6


def is_resident_id(cell: Any) -> bool:
    """Say whether a cell holds a resident identity number."""
    try:
        return bool(clean_resident_id(cells.number_text(cell)[0]))
    except BadInput:
        return False


def is_mobile(cell: Any) -> bool:
    """Say whether a cell holds a mobile number."""
    return bool(cells.mobile(cell)[0])


def is_name(cell: Any) -> bool:
    """Say whether a cell looks like a Chinese name."""
    return re.fullmatch("[\u4e00-\u9fff]{2,4}", cells.plain(cell)) is not None


def is_day(cell: Any) -> bool:
    """Say whether a cell holds a day on which somebody may have joined; nobody joined as a child of 1979."""
    day, code, _shown = cells.date(cell)
    return day is not None and not code and day.year >= 1980


def correct(layout: Layout, columns: Mapping[str, int | None]) -> Layout:
    """Return the layout with the officer's own choice of columns."""
    known = {name: place for name, place in columns.items() if name in NAMES and place is not None}
    kept = dict.fromkeys(known, SURE)
    return Layout(**{**layout.stored(), "columns": known, "trust": kept})


def recall(layout: Layout, earlier: Mapping[str, Any]) -> Layout:
    """Return the layout with the columns of an earlier roster of the body, if its header is the same."""
    before = Layout.of(earlier)
    if not layout.headings or before.headings != layout.headings or not before.columns:
        return layout
    return correct(layout, before.columns)
