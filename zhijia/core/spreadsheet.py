"""Cells of the workbooks we write."""

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
