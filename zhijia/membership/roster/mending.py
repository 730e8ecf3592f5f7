"""The bad rows of a roster as a workbook, with what is wrong: to be mended and uploaded again."""

import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from zhijia.core.spreadsheet import cell as text_cell
from zhijia.core.spreadsheet import new_book, widen
from zhijia.membership.models import RosterImport, RosterProblem
from zhijia.membership.roster.cells import plain
from zhijia.membership.roster.fields import LABELS
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.roster.problems import PROBLEMS, sentence
from zhijia.membership.roster.sources import Source

REASON = "问题/原因"
"""Heading of the column with the reasons; reading the file again passes it over."""
_RED, _YELLOW = "FFF4C7C3", "FFFFF2CC"
TEXT = "@"
"""The format that keeps a spreadsheet from making numbers of identity numbers."""


def facts_of(problem: RosterProblem) -> tuple[str, str]:
    """Return what stood in the cell, and what it was compared with."""
    facts = json.loads(problem.facts) if problem.facts else {}
    return facts.get("found", ""), facts.get("other", "")


def explain(problem: RosterProblem) -> str:
    """Return what is wrong and what to do, in the reader's language."""
    return f"{sentence(problem.code, *facts_of(problem))} {PROBLEMS[problem.code].advice}"


def corrected_rows(roster: RosterImport, source: Source) -> bytes:
    """Return the workbook; same columns as the file, the reasons behind them, bad cells coloured."""
    layout = Layout.of(roster.layout)
    problems = _by_row(roster)
    book = new_book()
    sheet = book.create_sheet("待更正")
    headings = _headings(layout, source)
    widen(sheet, [18] * len(headings) + [70])
    sheet.freeze_panes = "A2"
    sheet.append([*(_bold(sheet, heading) for heading in headings), _bold(sheet, REASON)])
    for number, cells in source.rows(layout.sheet):
        if number in problems:
            sheet.append(_row(sheet, number, cells, len(headings), problems[number], layout))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _by_row(roster: RosterImport) -> dict[int, list[RosterProblem]]:
    """Return the problems of bad rows, their warnings too."""
    found: dict[int, list[RosterProblem]] = defaultdict(list)
    for problem in roster.problems.order_by("row", "id").iterator():
        found[problem.row].append(problem)
    return {row: told for row, told in found.items() if not all(problem.is_warning for problem in told)}


def _headings(layout: Layout, source: Source) -> list[str]:
    """Return the file's own headings; where it had none, ours."""
    if layout.headings:
        kept = list(layout.headings)
        while kept and (kept[-1] == REASON or (not kept[-1] and len(kept) - 1 not in layout.filled)):
            kept.pop()
        return kept
    width = max((len(cells) for _number, cells in source.sample(layout.sheet)), default=0)
    names = {place: str(LABELS[name]) for name, place in layout.columns.items()}
    return [names.get(place, "") for place in range(width)]


def _row(
    sheet: Any,
    number: int,
    cells: Sequence[Any],
    width: int,
    problems: Iterable[RosterProblem],
    layout: Layout,
) -> list[Any]:
    told = list(problems)
    marks = {
        layout.columns[p.column]: _YELLOW if p.is_warning else _RED
        for p in reversed(told)
        if p.column in layout.columns
    }
    whole = [*cells, *[""] * (width - len(cells))][:width]
    made = [_cell(sheet, value, marks.get(place, "")) for place, value in enumerate(whole)]
    reasons = f"第{number}行：" + " ".join(explain(problem) for problem in told)
    reason = text_cell(sheet, reasons, wraps=True)
    return [*made, reason]


def _cell(sheet: Any, value: Any, mark: str) -> Any:
    made = text_cell(sheet, plain(value), fill=mark)
    made.number_format = TEXT
    return made


def _bold(sheet: Any, text: str) -> Any:
    return text_cell(sheet, text, bold=True)
