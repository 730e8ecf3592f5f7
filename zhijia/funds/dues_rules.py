"""Which rule says what a member pays, and what it comes to."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from zhijia.funds.enums import WorkerGroup
from zhijia.funds.money import share_of
from zhijia.regulations.errors import UnknownRule
from zhijia.regulations.selectors import RuleValue, value


@dataclass(frozen=True)
class DuesRule:
    """A rate with its step, or a fixed sum."""

    rule: RuleValue
    step: int = 0
    """The part of the wage below this many fen is dropped."""

    @property
    def name(self) -> str:
        """Return what names the row: key, place, first day."""
        return name_of(self.rule)

    def amount(self, base_wage: int) -> int:
        """Return the dues of a month in fen: 6 483 yuan give 32.40, 5 999 give 29.95."""
        if not self.step:
            return int(Decimal(self.rule.value) * 100)
        return share_of(base_wage // self.step * self.step, self.rule.value)


def name_of(rule: RuleValue) -> str:
    """Return what names a rule row in ours: key, place, first day."""
    return f"{rule.key}|{rule.place}|{rule.version}"


def basis_of(rule: RuleValue) -> str:
    """Return what a rule rests on: source and article; for a rule of the house the article alone."""
    return rule.article if rule.source == "house" else f"{rule.source} {rule.article}"


def rule_for(group: str, place: str, on: dt.date) -> DuesRule | None:
    """Return the rule for a group of members, or None where no rule of the place says."""
    try:
        if group == WorkerGroup.NEW_FORM:
            return DuesRule(value("dues.new_form", place, on))
        step = value("dues.step", place, on)
        return DuesRule(value("dues.rate", place, on), int(Decimal(step.value) * 100))
    except UnknownRule:
        return None
