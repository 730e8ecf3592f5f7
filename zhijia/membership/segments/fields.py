"""What a condition may ask: the closed table of fields, how each is compared, what may be chosen.

A field stands here only if the roll shows it anyway. Neither an appeal nor a sign-in, an account or a
membership that is kept from the employer is ever a field: a keeper of a roll must not learn from a
number of people that somebody has asked for help.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from zhijia.core.words import _
from zhijia.membership.enums import Channel, Education, Engagement, Kind, Sex, State, Trade, WorkStatus
from zhijia.unions.enums import Industry

BLANK = "-"
"""Stands for "nothing known", which the table of the roll keeps as an empty text."""


class Shape(StrEnum):
    """What is typed or chosen for a field."""

    CHOICES = "choices"
    FLAG = "flag"
    BODIES = "bodies"
    PLACES = "places"
    AGO = "ago"
    """A number and a unit, counted back from the day on which it is asked: never a fixed day."""
    DATES = "dates"


class Comparison(StrEnum):
    """How a fact is compared with what was chosen."""

    IS = "is"
    IS_NOT = "is_not"
    WITHIN = "within"
    """Less than so long ago."""
    LONGER = "longer"
    """So long ago or earlier; for a contact also: never."""
    NEVER = "never"
    BETWEEN = "between"


EITHER = (Comparison.IS, Comparison.IS_NOT)
UNITS = {"days": 9999, "months": 1200, "years": 100}
"""Unit of a time, and the largest number of it."""


@dataclass(frozen=True)
class Field:
    """One fact that can be asked for."""

    name: str
    label: Any
    shape: Shape
    comparisons: tuple[Comparison, ...] = EITHER
    options: tuple[tuple[str, Any], ...] = ()
    """Value → its word, where only these may be chosen."""

    def word(self, value: str) -> Any:
        """Return the word for a value that may be chosen."""
        return dict(self.options)[value]


BANDS: dict[str, tuple[int | None, int | None]] = {
    "under_25": (None, 24), "25_35": (25, 35), "36_45": (36, 45), "46_55": (46, 55), "over_55": (56, None),
}  # fmt: skip
"""Age band → first and last year of age. Only the year of birth is known, so age is this year less that."""
AGES = (
    ("under_25", _("under 25")), ("25_35", _("25 to 35")), ("36_45", _("36 to 45")),
    ("46_55", _("46 to 55")), ("over_55", _("over 55")), (BLANK, _("Unknown")),
)  # fmt: skip


def _of(choices: Iterable[tuple[Any, Any]], without: Any = None) -> tuple[tuple[str, Any], ...]:
    """Return the choices of an enumeration, in texts."""
    return tuple((str(value) or BLANK, word) for value, word in choices if value != without)


def _flag(name: str, label: Any, yes: Any, no: Any) -> Field:
    return Field(name, label, Shape.FLAG, (Comparison.IS,), (("yes", yes), ("no", no)))


FIELDS = (
    Field("body", _("Union, with all below it"), Shape.BODIES),
    Field("place", _("Where the member lives"), Shape.PLACES),
    Field("industry", _("Industry"), Shape.CHOICES, options=_of(Industry.choices)),
    Field("sex", _("Sex"), Shape.CHOICES, options=_of(Sex.choices)),
    Field("age", _("Age"), Shape.CHOICES, options=AGES),
    _flag("migrant", _("Migrant worker"), _("migrant workers"), _("not migrant workers")),
    Field("trade", _("Group of workers"), Shape.CHOICES, options=_of(Trade.choices)),
    Field("engagement", _("Kind of engagement"), Shape.CHOICES, options=_of(Engagement.choices)),
    Field("work_status", _("Standing at work"), Shape.CHOICES, options=_of(WorkStatus.choices)),
    Field("education", _("Level of education"), Shape.CHOICES, options=_of(Education.choices)),
    Field("state", _("State of the membership"), Shape.CHOICES, options=_of(State.choices, State.ENDED)),
    Field("kind", _("Kind of membership"), Shape.CHOICES, options=_of(Kind.choices)),
    Field("channel", _("How he joined"), Shape.CHOICES, options=_of(Channel.choices)),
    Field("joined", _("Joined so long ago"), Shape.AGO, (Comparison.WITHIN, Comparison.LONGER)),
    Field("joined_on", _("Joined between two days"), Shape.DATES, (Comparison.BETWEEN,)),
    Field(
        "contact", _("Last contact"), Shape.AGO,
        (Comparison.LONGER, Comparison.WITHIN, Comparison.NEVER),
    ),
    _flag(
        "card", _("Number of the card"), _("number of a card on the roll"),
        _("no number of a card on the roll"),
    ),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
