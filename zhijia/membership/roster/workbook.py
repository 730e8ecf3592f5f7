"""What the reader of workbooks does not tell: errors, formulas without a value, the count of days."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from xml.sax.saxutils import unescape

LARGEST_INSIDE = 1 << 30
"""Bytes of all parts of a workbook together, unpacked."""
PIECE = 1 << 20
_CELL = re.compile(rb"<c\b([^>]*)>((?:(?!</c>).)*)</c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<v[^>]*>([^<]+)</v>")
_SHEET = re.compile(r'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_TARGET = re.compile(r"<Relationship\b[^>]*>")


@dataclass(frozen=True)
class Cell:
    """A cell that shows no value: its column from 0, and the error or ""."""

    column: int
    error: str


def refuse_bombs(content: bytes) -> bool:
    """Say whether a workbook is no archive we want to unpack. What it says of its own size is not trusted."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            return sum(part.file_size for part in parts) > LARGEST_INSIDE or _is_larger(archive, parts)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, zlib.error):
        return False  # the reader will say that it is no workbook


def _is_larger(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bool:
    """Unpack everything piece by piece, keep nothing, and say whether it passes the limit."""
    total = 0
    for part in parts:
        part.file_size = 2 * LARGEST_INSIDE  # read on behind what the archive says, past the limit
        with archive.open(part) as inside:
            while piece := inside.read(PIECE):
                total += len(piece)
                if total > LARGEST_INSIDE:
                    return True
    return False


def holds_workbook(content: bytes) -> bool:
    """Say whether an archive may be a workbook; one that cannot be opened may."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return True
    return any(name.startswith("xl/") or name == "content.xml" for name in names)


def counts_from_1904(content: bytes) -> bool:
    """Say whether days without a date's format are counted from 1904, as old Macintosh files do."""
    return re.search(r'date1904="(1|true)"', _part(content, "xl/workbook.xml")) is not None


def broken_cells(content: bytes, sheet: str) -> dict[int, list[Cell]]:
    """Return by row the cells with an error value, or with a formula that was never computed."""
    found: dict[int, list[Cell]] = {}
    path = _path_of(content, sheet)
    if not path:
        return found
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(path) as part:
        rest = b""
        while piece := part.read(PIECE):
            rest += piece
            cut = rest.rfind(b"</c>") + 4
            if cut > 4:
                _search(rest[:cut], found)
                rest = rest[cut:]
    return found


def _search(piece: bytes, found: dict[int, list[Cell]]) -> None:
    if b't="e"' not in piece and b"<f" not in piece:
        return
    for attributes, inside in _CELL.findall(piece):
        is_error, value = b't="e"' in attributes, _VALUE.search(inside)
        place = _PLACE.search(attributes)
        if place and (is_error or (b"<f" in inside and value is None)):
            error = value[1].decode(errors="replace") if is_error and value else ""
            found.setdefault(int(place[2]), []).append(Cell(column_index(place[1].decode()), error))


def column_index(letters: str) -> int:
    """Return the number of a column, A being 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(index: int) -> str:
    """Return the letters above a column, 0 being A."""
    letters, number = "", index + 1
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def _path_of(content: bytes, sheet: str) -> str:
    """Return the part that holds a sheet; "" where the workbook is built in a way we do not know."""
    ids = {
        unescape(name, {"&quot;": '"'}): number
        for name, number in _SHEET.findall(_part(content, "xl/workbook.xml"))
    }
    for tag in _TARGET.findall(_part(content, "xl/_rels/workbook.xml.rels")):
        number, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
        if number and target and number[1] == ids.get(sheet):
            return target[1].lstrip("/") if target[1].startswith("/") else f"xl/{target[1]}"
    return ""


def _part(content: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as part:
            return part.read(PIECE).decode("utf-8", "replace")
    except (KeyError, zipfile.BadZipFile, NotImplementedError):
        return ""
