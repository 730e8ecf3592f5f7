"""How much may be spent on one person, and how many people approve. Rules by place and day."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from zhijia.funds.dues_rules import basis_of, name_of
from zhijia.funds.enums import FESTIVALS, GIFTS, Purpose
from zhijia.regulations.errors import UnknownRule
from zhijia.regulations.selectors import RuleValue, title_of, value

MOST = 3
"""Approvals that the largest amounts need, and gifts for which no rule of the place is known."""


@dataclass(frozen=True)
class Cap:
    """The most for one person: each time, or for all payments of some purposes in a year."""

    rule: RuleValue
    purposes: tuple[str, ...]
    """Purposes that count together."""
    is_yearly: bool

    @property
    def fen(self) -> int:
        """Return the most in fen."""
        return int(Decimal(self.rule.value) * 100)

    @property
    def title(self) -> str:
        """Return what the rule is called."""
        return title_of(self.rule.key)

    @property
    def basis(self) -> str:
        """Return source and article."""
        return basis_of(self.rule)

    @property
    def name(self) -> str:
        """Return what names the row."""
        return name_of(self.rule)


def _rule(key: str, place: str, on: dt.date) -> RuleValue | None:
    try:
        return value(key, place, on)
    except UnknownRule:
        return None


def caps_for(purpose: str, place: str, on: dt.date) -> list[Cap]:
    """Return the caps of a purpose at a place; none where no rule of the place is known.

    Statutory festivals count together in a year, and each has a cap of its own where a rule says so.
    """
    if purpose not in GIFTS:
        return []
    found = []
    own = _rule(f"spending.cap.{purpose}", place, on)
    if own is not None:
        found.append(Cap(own, (str(purpose),), is_yearly=purpose != Purpose.FESTIVAL))
    yearly = _rule("spending.cap.festival_year", place, on) if purpose in FESTIVALS else None
    if yearly is not None:
        found.append(Cap(yearly, tuple(one.value for one in FESTIVALS), is_yearly=True))
    return found


def approvals_for(amount: int, *, purpose: str, has_relative: bool, place: str, on: dt.date) -> int:
    """Return how many people approve: more for larger amounts, and one more where a relative is paid.

    A gift without any known cap needs as many as the largest amount.
    """
    if purpose in GIFTS and not caps_for(purpose, place, on):
        return MOST
    steps = [_rule(f"spending.{step}_approver", place, on) for step in ("second", "third")]
    larger = sum(amount >= Decimal(rule.value) * 100 for rule in steps if rule is not None)
    return min(MOST, 1 + larger + has_relative)
