"""Cells of the workbooks we write, and the same for those who want text."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font


def cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """Return a cell of a write-only sheet; texts stay texts, one that begins with "=" is no formula."""
    if value is None or isinstance(value, int | float):
        made = WriteOnlyCell(sheet, value=value)
    else:
        made = WriteOnlyCell(sheet, value=str(value))
        made.data_type = "s"
    if bold:
        made.font = Font(bold=True)
    return made


def csv_file(rows: Iterable[Iterable[Any]]) -> bytes:
    """Return rows as CSV in UTF-8 with the mark by which spreadsheets know it; no text is a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([_no_formula(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _no_formula(value: Any) -> Any:
    """Return a value; a text that looks like a formula gets an apostrophe before it."""
    is_formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t"))
    return f"'{value}" if is_formula else value
