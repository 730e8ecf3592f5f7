"""Who a row is about: the identity number, sex and birthday, and whether they fit together."""

import datetime as dt
from typing import Any

from zhijia.membership.enums import IdStanding
from zhijia.membership.roster import cells
from zhijia.membership.roster.cells import is_empty, plain, shown
from zhijia.membership.roster.codes import Codes
from zhijia.membership.roster.days import WORKING_AGE, Days
from zhijia.membership.roster.draft import Draft
from zhijia.membership.roster.identity import (
    Numbers,
    age_on,
    is_rounded,
    kind_of_other,
    kind_of_resident,
    sex_of,
)

OLD = 100
SEX_WORDS = {1: "男", 2: "女"}
MAYBE_ANOTHER = ("id-length", "id-characters", "id-checksum", "")
"""What a number of another document looks like, taken for one of a resident."""


class Persons:
    """Reads identity numbers for one file. ``keeps_doubted``: a wrong number keeps nobody out."""

    def __init__(self, numbers: Numbers, codes: Codes, days: Days, *, keeps_doubted: bool) -> None:
        self.numbers, self.codes, self.days, self.keeps_doubted = numbers, codes, days, keeps_doubted

    def fill(self, draft: Draft) -> None:
        """Read who it is; name and mobile number are known already."""
        cell = draft.told.get("id_number", "")
        number, rounded = (cell, False) if _is_clean(cell) else cells.number_text(cell)
        kind = self.codes.read("id_kind", draft)
        fault = "id-rounded" if rounded else "id-missing" if is_empty(number) else self.numbers.fault(number)
        if not fault and kind in ("", "resident", "permit"):
            self._believe(draft, number)
            return
        other = kind_of_other(number, kind) if fault in MAYBE_ANOTHER else ""
        if other:
            draft.id_kind, draft.id_number, draft.standing = other, number, IdStanding.PLAUSIBLE.value
            if not kind:
                draft.find("id-foreign", "id_number", number[:20])
        else:
            self._doubt(draft, number, fault, cell)
        self._take_told(draft)

    def _believe(self, draft: Draft, number: str) -> None:
        born, age, sex = self.numbers.born(number), self.numbers.age(number), sex_of(number)
        draft.id_kind, draft.id_number = kind_of_resident(number), number
        draft.standing = IdStanding.PLAUSIBLE.value
        draft.born_on, draft.birth_year, draft.sex = born.isoformat(), number[6:10], str(sex)
        if age < WORKING_AGE:
            draft.find("too-young", "id_number")
        elif age > OLD:
            draft.find("very-old", "id_number", "", str(age))
        if "sex" in draft.told and (said := self.codes.read("sex", draft)) in (1, 2) and said != sex:
            draft.find("sex-differs", "sex", "", SEX_WORDS[sex])
        if "born_on" in draft.told:
            self._compare_birth(draft, born)

    def _compare_birth(self, draft: Draft, born: dt.date) -> None:
        day, code = self.days.read("born_on", draft)
        if code == "month-only":
            day = None if (day.year, day.month) == (born.year, born.month) else day
        else:
            self.days.note("born_on", draft)
        if day is not None and day != born:
            draft.find("birth-differs", "born_on", day.isoformat(), born.isoformat())

    def _doubt(self, draft: Draft, number: str, fault: str, cell: Any) -> None:
        """Name what is wrong; by name and mobile number somebody can be entered all the same."""
        reachable = bool(draft.name and draft.phone)
        if fault == "id-missing":
            if not draft.is_named("id_number"):  # else an error of the spreadsheet, named already
                draft.find("id-later" if reachable else "id-missing", "id_number")
            return
        if fault == "id-checksum" and is_rounded(number):
            fault = "id-rounded"
        if plain(cell).startswith("=") and fault == "id-length":
            fault = "formula-text"
        if reachable and self.keeps_doubted:
            draft.id_number, draft.standing = number[:20], IdStanding.DOUBTED.value
            draft.find("id-doubted", "id_number", shown(number))
            return
        other = f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if fault == "id-birth" else str(len(number))
        draft.find(fault, "id_number", shown(cell), other)

    def _take_told(self, draft: Draft) -> None:
        """Take sex and birthday from their columns where no number says them."""
        sex = self.codes.read("sex", draft)
        draft.sex = str(int(sex)) if sex is not None else "0"
        if "born_on" not in draft.told:
            return
        self.days.note("born_on", draft)
        day, code = self.days.read("born_on", draft)
        if day is None:
            return
        if not day.year >= 1900 or day > self.days.today:
            draft.find("date-unreadable", "born_on", day.isoformat())
            return
        draft.born_on = day.isoformat() if code != "month-only" else day.isoformat()[:7]
        draft.birth_year = str(day.year)
        if age_on(day, self.days.today) < WORKING_AGE:
            draft.find("too-young", "born_on")


def _is_clean(cell: Any) -> bool:
    return (
        isinstance(cell, str)
        and len(cell) == 18
        and cell.isascii()
        and cell.isalnum()
        and not cell.endswith("x")
    )
