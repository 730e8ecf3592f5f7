"""Reads tables that people send: CSV in UTF-8 or GB18030, XLSX; any column order."""

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from zhijia.core.clock import CHINA
from zhijia.core.identifiers import normalise

SAMPLE = 1 << 20
ENCODINGS = ("utf-8-sig", "gb18030")


class Unreadable(ValueError):
    """The file cannot be read as a table; the text says why and what to do."""


@dataclass(frozen=True)
class Table:
    """Header cells and rows of text or date cells. ``number`` of a row is its line in the file."""

    header: tuple[str, ...]
    rows: Sequence[tuple[int, tuple[Any, ...]]]
    encoding: str


def read_table(path: Path) -> Table:
    """Read a CSV or XLSX file; raise ``Unreadable``."""
    if not path.is_file():
        raise Unreadable(f"{path}: there is no such file.")
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise Unreadable(f"{path}: the file is empty.")
    lines = _sheet(path) if start.startswith(b"PK") else None
    encoding = "xlsx" if lines is not None else _encoding(path)
    numbered = list(lines if lines is not None else _lines(path, encoding))
    if not numbered:
        raise Unreadable(f"{path}: the file holds no rows.")
    header = tuple(str(cell or "").strip() for cell in numbered[0][1])
    return Table(header, numbered[1:], encoding)


def _encoding(path: Path) -> str:
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(SAMPLE):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(f"{path}: neither UTF-8 nor GB18030. Save it as “CSV UTF-8” and try again.")


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    csv.field_size_limit(SAMPLE)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(4096)
        file.seek(0)
        delimiter = max(",\t;", key=sample.split("\n", 1)[0].count)
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield reader.line_num, tuple(row)
        except csv.Error as error:
            raise Unreadable(f"{path}: line {reader.line_num}: {error}.") from None


def _sheet(path: Path) -> Iterator[tuple[int, tuple[Any, ...]]]:
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except (CalamineError, OSError) as error:
        raise Unreadable(f"{path}: not a workbook that we can open ({error}).") from None
    return ((n, tuple(row)) for n, row in enumerate(sheet.to_python(), start=1) if any(c != "" for c in row))


def propose_mapping(header: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return for each wanted column the index of the header cell that fits one of its names best."""
    cells = [normalise(cell).lower() for cell in header]
    found: dict[str, int] = {}
    for exact in (True, False):
        for wanted, names in aliases.items():
            if wanted in found:
                continue
            for name in (normalise(n).lower() for n in (wanted, *names)):
                hits = [
                    i for i, cell in enumerate(cells)
                    if i not in found.values() and (cell == name if exact else name in cell)
                ]  # fmt: skip
                if hits:
                    found[wanted] = hits[0]
                    break
    return found


_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?)?"
)


def read_instant(cell: Any) -> dt.datetime:
    """Return a cell as an instant in China; a bare date is its midnight. Raise ``ValueError``."""
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=cell.tzinfo or CHINA)
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day, tzinfo=CHINA)
    found = _DATE.match(str(cell).strip())
    if not found:
        raise ValueError(f"“{str(cell)[:30]}” is not a date")
    parts = [int(part or 0) for part in found.groups()]
    return dt.datetime(*parts, tzinfo=CHINA)  # type: ignore[misc, arg-type]
