"""The accounts with which the books of every body begin (工会会计制度)."""

import csv
from functools import cache
from pathlib import Path

CHART = Path(__file__).with_name("data") / "accounts.csv"


@cache
def chart() -> tuple[dict[str, str], ...]:
    """Return code, kind and name of each account."""
    with CHART.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
