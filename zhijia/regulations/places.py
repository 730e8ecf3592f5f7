"""Administrative divisions (GB/T 2260): six digits, two each for province, city, county.

The table names the provinces, the cities and the counties of a few cities; a code that is not in
it is still a good code if its province is, and shows the name of the nearest place above.
"""

import csv
import re
from functools import cache
from pathlib import Path

from zhijia.regulations.errors import UnknownPlace

DATA = Path(__file__).with_name("data") / "places.csv"


@cache
def table() -> dict[str, str]:
    """Return every named place: code to name."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def clean_place(code: str) -> str:
    """Return a code as six digits (``33`` is ``330000``; empty is the nation); raise ``UnknownPlace``."""
    code = code.strip()
    if not code:
        return ""
    full = code.ljust(6, "0")
    if not re.fullmatch(r"\d\d|\d{4}|\d{6}", code) or f"{full[:2]}0000" not in table():
        raise UnknownPlace(place=code)
    return full


def parents(code: str) -> tuple[str, ...]:
    """Return the places above ``code``, nearest first: city, province; the nation is not named."""
    if not code:
        return ()
    return tuple(dict.fromkeys(p for p in (f"{code[:4]}00", f"{code[:2]}0000") if p != code))


def walk(code: str) -> tuple[str, ...]:
    """Return ``code``, the places above it and the nation (empty): how rules are looked up."""
    return (code, *parents(code), "") if code else ("",)


def name(code: str) -> str:
    """Return the name of a place, or of the nearest named one above it; empty for the nation."""
    return next((table()[p] for p in walk(code) if p in table()), "")


def full_name(code: str) -> str:
    """Return the name with those above it, ``河北省邢台市襄都区``."""
    return "".join(table()[p] for p in reversed(walk(code)) if p in table())


def children(code: str) -> tuple[str, ...]:
    """Return the named places directly under ``code`` (empty: the provinces)."""
    return tuple(p for p in table() if p != code and next(iter(parents(p)), "") == code)
