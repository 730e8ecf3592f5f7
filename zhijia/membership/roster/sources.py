"""A file as rows of cells: which sheet, which row a person sees, which column from A on.

Text files are read in pieces, so that a city's roster needs no more memory than a village's.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from zhijia.membership.roster.workbook import (
    Cell,
    broken_cells,
    counts_from_1904,
    holds_workbook,
    refuse_bombs,
)

Chunks = Callable[[], Iterator[bytes]]
"""Yields the bytes of the file from its beginning, as often as it is called."""
SAMPLE = 1 << 20
LONGEST_CELL = 32_767
"""Characters; what a spreadsheet allows. A quotation mark that is never closed passes it soon."""
ROWS_SAMPLED = 80
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
NO_TABLES = (b"%PDF", b"{\\rtf")
DELIMITERS = ",\t;|，"


class Unreadable(Exception):
    """The file cannot be read as a table; ``code`` says why (see ``UNREADABLE``)."""

    def __init__(self, code: str, row: int = 0) -> None:
        super().__init__(code)
        self.code, self.row = code, row


@dataclass
class Source:
    """An opened file."""

    form: str
    """``csv`` or ``xlsx``."""
    sheets: tuple[str, ...]
    encoding: str = ""
    hidden: frozenset[int] = frozenset()
    """Sheets that a person who opens the workbook does not see."""
    since_1904: bool = False
    _rows: Callable[[int], Iterator[list[Any]]] = field(repr=False, default=lambda _sheet: iter(()))
    _book: Any = field(repr=False, default=None)
    _bytes: bytes = field(repr=False, default=b"")
    _open: tuple[int, CalamineSheet] | None = field(repr=False, default=None)

    def rows(self, sheet: int) -> Iterator[tuple[int, list[Any]]]:
        """Yield the number that a person sees beside each row, and its cells from column A on."""
        return enumerate(self._rows(sheet), start=1)

    def sample(self, sheet: int) -> list[tuple[int, list[Any]]]:
        """Return the first rows that hold anything."""
        rows = ((number, cells) for number, cells in self.rows(sheet) if any_text(cells))
        return list(islice(rows, ROWS_SAMPLED))

    def merged_down(self, sheet: int) -> dict[int, dict[int, int]]:
        """Return by column the rows of cells merged downwards, each with the row in which its cell begins."""
        found: dict[int, dict[int, int]] = {}
        if self._book is None:
            return found
        for (top, left), (bottom, _right) in self._sheet(sheet).merged_cell_ranges or []:
            found.setdefault(left, {}).update(dict.fromkeys(range(top + 2, bottom + 2), top + 1))
        return found

    def broken(self, sheet: int) -> dict[int, list[Cell]]:
        """Return by row the cells that show an error or a formula never computed."""
        return broken_cells(self._bytes, self.sheets[sheet]) if self._bytes[:4] == ZIP else {}

    def _sheet(self, sheet: int) -> CalamineSheet:
        """Return a sheet, unpacked once however often it is asked for."""
        if self._open is None or self._open[0] != sheet:
            try:
                self._open = sheet, self._book.get_sheet_by_name(self.sheets[sheet])
            except (CalamineError, ValueError):
                raise Unreadable("no-workbook") from None
        return self._open[1]


def any_text(cells: list[Any]) -> bool:
    """Say whether a row holds anything at all."""
    return any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells)


def open_source(chunks: Chunks) -> Source:
    """Open a file; raise ``Unreadable``."""
    start = b"".join(_upto(chunks(), SAMPLE))
    bare = start.removeprefix(b"\xef\xbb\xbf").strip()
    if not bare:
        raise Unreadable("empty")
    if bare.startswith(NO_TABLES):
        raise Unreadable("binary")
    if bare.startswith(b"<"):
        raise Unreadable("markup")
    if start.startswith((ZIP, OLE)):
        return _workbook(b"".join(chunks()))
    return _text(chunks, start)


def _upto(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[:size]
        size -= len(chunk)
        if size <= 0:
            return


# Workbooks -----------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Source:
    if content.startswith(ZIP) and not holds_workbook(content):
        raise Unreadable("binary")
    if content.startswith(ZIP) and refuse_bombs(content):
        raise Unreadable("too-large-inside")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        kept = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    except (CalamineError, OSError, ValueError):
        raise Unreadable("locked" if content.startswith(OLE) else "no-workbook") from None
    if not kept:
        raise Unreadable("no-sheet")
    source = Source(
        "xlsx", tuple(meta.name for meta in kept),
        hidden=frozenset(n for n, meta in enumerate(kept) if meta.visible != SheetVisibleEnum.Visible),
        since_1904=content.startswith(ZIP) and counts_from_1904(content),
    )  # fmt: skip
    source._book, source._bytes = book, content
    source._rows = lambda sheet: _sheet_rows(source._sheet(sheet))
    return source


def _sheet_rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """Yield all rows from the first of the sheet on; the reader leaves empty columns at the left out."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for cells in sheet.iter_rows():
        yield left + cells if left else cells


# Text ----------------------------------------------------------------------------------------------


def _text(chunks: Chunks, start: bytes) -> Source:
    encoding = guess_encoding(start)
    first = [line for line in islice(_lines(iter([start]), encoding), 20) if line.strip()]
    if any("\0" in line for line in first):
        raise Unreadable("binary")
    delimiter = max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in first), default=0))
    source = Source("csv", ("",), encoding)
    source._rows = lambda _sheet: _csv_rows(_lines(chunks(), encoding), delimiter)
    return source


def guess_encoding(start: bytes) -> str:
    """Return the encoding in which most lines can be read."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in start and (found := _utf_16_without_mark(start[:4096])):
        return found
    if start.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    lines = start.splitlines()[:2000][:-1] or [start]
    wrong = {name: sum(not _fits(line, name) for line in lines) for name in ("utf-8", "gb18030")}
    return min(wrong, key=lambda name: wrong[name])


def _utf_16_without_mark(start: bytes) -> str:
    """Return in which order the bytes stand (the zeros beside digits and commas tell), or "" for no text."""
    name = "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    text = start.decode(name, "ignore")
    return name if all(char.isprintable() or char in "\r\n\t\u3000" for char in text) else ""


def _fits(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _csv_rows(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    count = 0
    try:
        for row in reader:
            count += 1
            yield row
    except csv.Error:
        raise Unreadable("quote-open", row=count + 1) from None


def _lines(chunks: Iterator[bytes], encoding: str) -> Iterator[str]:
    """Yield lines with their ends; a line in another encoding than the rest is read in its own."""
    if encoding.startswith("utf-16"):
        yield from io.StringIO(b"".join(chunks).decode(encoding, "replace"), newline="")
        return
    for block in _blocks(chunks):
        try:
            text = block.decode(encoding)
        except UnicodeDecodeError:
            text = "".join(_decode_line(line, encoding) for line in block.splitlines(keepends=True))
        yield from io.StringIO(text, newline="")


def _blocks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces that end with a line; without the mark that some programs put at the beginning."""
    rest, first = b"", True
    for chunk in chunks:
        rest += chunk
        cut = rest.rfind(b"\n") + 1
        if cut:
            block, rest = rest[:cut], rest[cut:]
            yield block.removeprefix(b"\xef\xbb\xbf") if first else block
            first = False
    if rest:
        yield rest.removeprefix(b"\xef\xbb\xbf") if first else rest


def _decode_line(line: bytes, encoding: str) -> str:
    for name in (encoding, "gb18030" if encoding == "utf-8" else "utf-8"):
        try:
            return line.decode(name)
        except UnicodeDecodeError:
            continue
    return line.decode(encoding, "replace")
