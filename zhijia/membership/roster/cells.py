"""What a cell says, whatever the spreadsheet made of it.

Each reader returns ``(value, code, shown)``: the clean value, the code of a problem or "", and what
stands there, for whoever mends it.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from zhijia.core.identifiers import normalise

Reading = tuple[Any, str, str]
LIMIT = 60
"""Characters of a cell that a problem repeats."""
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+\Z")
_EXPORTED = re.compile(r'="?\'?([^"]*)"?\Z')
_APOSTROPHES = "'’‘`＇"
_NO_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)
_DASHES = frozenset({"", "-", "—", "——", "/", "\\", "无", "暂无", "空", "none", "null", "n/a", "不详"})
DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def plain(cell: Any) -> str:
    """Return a cell as text: whole numbers without a point, spaces and apostrophes around it gone."""
    if isinstance(cell, str):
        return cell.strip().strip(_APOSTROPHES).strip()
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else ("是" if cell else "否")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def shown(cell: Any) -> str:
    """Return a cell as it is repeated to whoever mends it."""
    return plain(cell)[:LIMIT]


def is_empty(cell: Any) -> bool:
    """Say whether nothing is meant by a cell."""
    return plain(cell).lower() in _DASHES


def bare(text: str) -> str:
    """Return a number without the spaces, dashes and apostrophes that people put into it."""
    return normalise(text.translate(_NO_APOSTROPHES))


def unwrap(text: str) -> str:
    """Return the text of ``="…"``, with which exports keep a spreadsheet from rounding numbers."""
    found = _EXPORTED.match(text)
    return found[1].strip() if found else text


def number_text(cell: Any) -> tuple[str, bool]:
    """Return the characters of an identity number, and whether the spreadsheet rounded it."""
    if isinstance(cell, float):
        return f"{cell:.0f}", cell >= 1e15 or not cell.is_integer()
    text = plain(cell)
    if text.startswith("="):
        text = unwrap(text)
    text = bare(text).upper() if not text.isalnum() or not text.isascii() else text
    if text.endswith("x"):
        text = text.upper()
    if _SCIENTIFIC.match(plain(cell).replace(" ", "")):
        return plain(cell), True
    return text, False


def mobile(cell: Any) -> Reading:
    """Read a mobile number of mainland China; the value is in E.164 form or ""."""
    if isinstance(cell, str) and len(cell) == 11 and cell.isdigit() and cell.isascii():
        return _mobile(cell, cell)
    if is_empty(cell):
        return "", "", ""
    if isinstance(cell, float):
        return _mobile(f"{cell:.0f}", shown(cell))
    text = plain(cell)
    if text.startswith("="):
        text = unwrap(text)
    if _SCIENTIFIC.match(text):
        if len(re.sub(r"[eE].*|\.", "", text)) < 11:
            return "", "mobile-rounded", text[:LIMIT]
        return _mobile(f"{float(text):.0f}", text)
    first = re.split(r"[/、,，;；]|(?<=\d)\s+(?=1\d{10})", text)[0]
    if re.fullmatch(r"\d+\.0+", first):
        first = first.partition(".")[0]
    digits = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", bare(first))
    return _mobile(digits, text)


def _mobile(digits: str, told: str) -> Reading:
    if len(digits) == 11 and digits.isdecimal() and digits[0] == "1" and digits[1] >= "3":
        return "+86" + digits, "", ""
    return "", "mobile-invalid", told[:LIMIT]


# Dates ---------------------------------------------------------------------------------------------

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_YMD = re.compile(
    r"(\d{4})\s*[-/.,年\\、]\s*(\d{1,2})(?:\s*[-/.,月\\、]\s*(\d{1,2}))?\s*[日号月]?\s*(?:[ T]\d{1,2}:.*)?\Z"
)
_DMY = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})\Z")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?\Z")
_OPEN = frozenset({"长期", "永久", "长期有效", "至今"})
EPOCH_1900 = dt.date(1899, 12, 30)
EPOCH_1904 = dt.date(1904, 1, 1)


def date(cell: Any, *, since_1904: bool = False) -> Reading:
    """Read a day; a bare month gives its first day with the code ``month-only``."""
    if isinstance(cell, dt.datetime):
        return cell.date(), "", ""
    if isinstance(cell, dt.date):
        return cell, "", ""
    if isinstance(cell, str) and _ISO.match(cell):  # what most files hold
        return _day(int(cell[:4]), int(cell[5:7]), int(cell[8:]), cell)
    if is_empty(cell):
        return None, "", ""
    told = shown(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _number_date(float(cell), told, since_1904)
    return _text_date(plain(cell), told, since_1904)


def _number_date(number: float, told: str, since_1904: bool) -> Reading:
    if 19_000_101 <= number <= 21_001_231 and number.is_integer():
        return _text_date(str(int(number)), told, since_1904)
    if 190_001 <= number <= 210_012 and number.is_integer():
        return _text_date(str(int(number)), told, since_1904)
    if 1900 <= number < 2101 and not number.is_integer():
        return None, "date-ambiguous", told  # 2020.1 may have been 2020.10
    if 2101 <= number < 80_000:
        return (EPOCH_1904 if since_1904 else EPOCH_1900) + dt.timedelta(days=int(number)), "", ""
    return None, "date-unreadable", told


def _text_date(text: str, told: str, since_1904: bool) -> Reading:
    if text in _OPEN:
        return None, "date-open", told
    if text.startswith("="):
        text = unwrap(text)
    wide = normalise_date(text)
    if found := _YMD.match(wide) or _COMPACT.match(wide):
        year, month, day = (int(part) if part else None for part in found.groups())
        return _day(year or 0, month or 0, day, told)
    if found := _DMY.match(wide):
        return _western(int(found[1]), int(found[2]), int(found[3]), told)
    if re.fullmatch(r"\d{4,5}(\.\d+)?", wide):
        return _number_date(float(wide), told, since_1904)
    return None, "date-unreadable", told


def normalise_date(text: str) -> str:
    """Return a written date with narrow digits; Chinese ones too (二〇二〇年一月)."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text.strip())
    if not re.search("[一二三四五六七八九]", narrow):
        return narrow
    return re.sub("[〇零一二三四五六七八九十]+", _chinese_number, narrow)


def _chinese_number(found: re.Match[str]) -> str:
    text = found[0]
    if "十" not in text:
        return text.translate(DIGITS)
    tens, _sign, ones = text.partition("十")
    return f"{tens.translate(DIGITS) or '1'}{ones.translate(DIGITS) or '0'}"


def _day(year: int, month: int, day: int | None, told: str) -> Reading:
    try:
        found = dt.date(year, month, day or 1)
    except ValueError:
        return None, "date-unreadable", told
    return found, "" if day else "month-only", told if not day else ""


def _western(first: int, second: int, year: int, told: str) -> Reading:
    """Read day and month in either order; the same both ways up to 12 is ambiguous."""
    if first <= 12 and second <= 12 and first != second:
        return None, "date-ambiguous", told
    month, day = (first, second) if first <= 12 else (second, first)
    return _day(year, month, day, told)


# Closed lists --------------------------------------------------------------------------------------


def coded(cell: Any, table: Mapping[str, Any], default: Any, code: str) -> Reading:
    """Read a value of a closed list by code or by one of its words; an empty cell is the default."""
    if is_empty(cell):
        return default, "", ""
    key = normalise(plain(cell)).lower()
    if key in table:
        return table[key], "", ""
    return default, code, shown(cell)
