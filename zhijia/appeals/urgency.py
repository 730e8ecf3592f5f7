"""What makes a matter pressing: the worker ticks circumstances, the queue is sorted by them.

A case is weighed, never a person. The weights are written here and shown on the rules page.
"""

from dataclasses import dataclass
from typing import Any

from zhijia.appeals.enums import Urgency
from zhijia.core.words import _


@dataclass(frozen=True)
class Circumstance:
    """One thing the worker may tick."""

    code: str
    label: Any
    points: int
    at_least: Urgency | None = None


CIRCUMSTANCES = (
    Circumstance("danger", _("Somebody's life or health is in danger now"), 60, Urgency.URGENT),
    Circumstance("injured", _("Somebody was hurt at work"), 25, Urgency.DIFFICULT),
    Circumstance("no_money", _("I have no money left for food or rent"), 25, Urgency.DIFFICULT),
    Circumstance("arrears", _("Wages are unpaid for a month or more"), 15, Urgency.GENERAL),
    Circumstance("pregnant", _("I am pregnant or nursing"), 15, Urgency.GENERAL),
    Circumstance("dismissed", _("I was dismissed, or am about to be"), 10, Urgency.GENERAL),
    Circumstance("threatened", _("I was threatened or punished for speaking"), 20, Urgency.DIFFICULT),
    Circumstance("deadline", _("A date that matters to me is near"), 10, Urgency.GENERAL),
)
BY_CODE = {c.code: c for c in CIRCUMSTANCES}
COLLECTIVE = 5
"""People concerned from which arrears are collective."""
_ORDER = list(Urgency)


def weigh(*, base: Urgency, codes: list[str], people_count: int) -> tuple[Urgency, int]:
    """Return the urgency and the order within it (0–100) from what the worker told.

    Unknown codes count nothing. Collective arrears (five people or more) are urgent.
    """
    ticked = [BY_CODE[code] for code in dict.fromkeys(codes) if code in BY_CODE]
    levels = [base, *(c.at_least for c in ticked if c.at_least)]
    crowd = people_count >= COLLECTIVE
    if crowd and "arrears" in codes:
        levels.append(Urgency.URGENT)
    points = sum(c.points for c in ticked) + (20 if crowd else 0)
    return max(levels, key=_ORDER.index), min(points, 100)
