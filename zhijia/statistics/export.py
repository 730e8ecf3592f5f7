"""Tables for a spreadsheet, with the filter written on the sheet."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from zhijia.core.spreadsheet import cell, new_book


def workbook(
    title: str, notes: Iterable[Sequence[Any]], header: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> bytes:
    """Return an XLSX file: the notes (filter, moment, source) first, then the table.

    Texts stay texts: one that begins with "=" is not taken for a formula.
    """
    book = new_book()
    sheet = book.create_sheet(title[:31])
    for note in notes:
        sheet.append([cell(sheet, value) for value in note])
    sheet.append([])
    sheet.append([cell(sheet, value, bold=True) for value in header])
    for row in rows:
        sheet.append([cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
