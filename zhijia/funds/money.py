"""Amounts in fen, as whole numbers. Pure: no Django, no rule, no clock."""

import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

LARGEST = 10**15
"""Ten thousand thousand million yuan; nothing larger is typed on purpose."""


def to_fen(text: str | Decimal) -> int:
    """Return an amount in yuan as fen; raise ``ValueError`` for what is no amount of whole fen."""
    try:
        narrow = unicodedata.normalize("NFKC", str(text)).strip()  # full-width digits, point, comma, sign
        yuan = Decimal(narrow.replace(",", "").removeprefix("¥"))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no amount") from None
    if not yuan.is_finite() or abs(yuan) > LARGEST // 100 or yuan * 100 != int(yuan * 100):
        raise ValueError(f"{text!r} is no amount of whole fen")
    return int(yuan * 100)


def to_yuan(fen: int) -> str:
    """Return an amount as it is typed and exported, ``-1234.50``."""
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def show(fen: int) -> str:
    """Return an amount as people read it, ``1,234.50``."""
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02d}"


def share_of(fen: int, percent: Decimal | int) -> int:
    """Return so many per cent of an amount, half a fen rounded up."""
    exact = Decimal(fen) * Decimal(percent) / 100
    return int(exact.to_integral_value(ROUND_HALF_UP))


def split(fen: int, percents: Sequence[Decimal | int]) -> list[int]:
    """Return an amount in parts: each rounded half up, the last takes what is left.

    1 yuan in 60/40 is 60 and 40 fen. No part is negative: where the roundings before it used the
    amount up, the last gets nothing. Raise ``ValueError`` unless the parts make 100.
    """
    if sum(map(Decimal, percents)) != 100:
        raise ValueError(f"the parts make {sum(map(Decimal, percents))}, not 100")
    parts: list[int] = []
    for percent in percents[:-1]:
        parts.append(min(share_of(fen, percent), fen - sum(parts)))
    return [*parts, fen - sum(parts)]


def is_card_number(digits: str) -> bool:
    """Say whether a number of 12 to 19 digits passes the check of bank cards (Luhn, ISO/IEC 7812)."""
    if not (12 <= len(digits) <= 19 and digits.isascii() and digits.isdigit()):
        return False
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
