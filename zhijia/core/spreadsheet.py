"""The workbooks we write and their cells, and the same for those who want text.

The library is loaded by the first workbook: it and what it brings along take 18 MiB, which most
processes never need.
"""

import csv
import io
from collections.abc import Iterable
from typing import Any


def new_book() -> Any:
    """Return an empty workbook that is written from the first row to the last."""
    from openpyxl import Workbook

    return Workbook(write_only=True)


def widen(sheet: Any, widths: Iterable[int]) -> None:
    """Set the widths of the columns from the first on, in characters, before the first row is written."""
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def cell(sheet: Any, value: Any, *, bold: bool = False, fill: str = "", wraps: bool = False) -> Any:
    """Return a cell of a write-only sheet; texts stay texts, one that begins with "=" is no formula.

    ``fill`` is a colour as eight hexadecimal digits; a cell that ``wraps`` shows a long text in lines.
    """
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    if value is None or isinstance(value, int | float):
        made = WriteOnlyCell(sheet, value=value)
    else:
        made = WriteOnlyCell(sheet, value=str(value))
        made.data_type = "s"
    if bold:
        made.font = Font(bold=True)
    if fill:
        made.fill = PatternFill("solid", fgColor=fill)
    if wraps:
        made.alignment = Alignment(wrap_text=True, vertical="top")
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
