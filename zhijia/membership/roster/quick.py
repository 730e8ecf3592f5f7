"""The quick way through the check, for rows in which every cell is as everybody writes it.

Works through a part of the file column by column. Whatever it is not sure of it leaves to the
checker; what it takes, the checker would take with the same result (a test compares both).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any

from zhijia.membership.enums import IdStanding
from zhijia.membership.enums import Kind as MemberKind
from zhijia.membership.roster import texts
from zhijia.membership.roster.bodies import Bodies
from zhijia.membership.roster.codes import LISTS, Codes, Memory, migrant
from zhijia.membership.roster.days import WORKING_AGE, Days
from zhijia.membership.roster.draft import Draft
from zhijia.membership.roster.garbled import LOST_CHARACTERS, may_begin_garbled
from zhijia.membership.roster.identity import CHECK, Numbers, kind_of_resident, sex_of, weigh
from zhijia.membership.roster.persons import OLD
from zhijia.membership.roster.rows import Ready

Row = tuple[int, list[Any]]
Column = Iterable[Any]
"""One value for each row; None where the row has to be looked at closely."""
FULL, PLAUSIBLE = MemberKind.FULL.value, IdStanding.PLAUSIBLE.value
_RARE = "".join(char for char in map(chr, range(0x4E00, 0xA000)) if may_begin_garbled(char))
_HAN = f"(?:(?![{LOST_CHARACTERS}])[{texts.HAN}])"
_NAME = re.compile(f"(?![{_RARE}]){_HAN}{{2,25}}\\Z").match
_ADDRESS = re.compile(f"(?![{_RARE}]){_HAN}(?:{_HAN}|[0-9A-Za-z()（）-]){{2,119}}\\Z").match
_NUMBER = re.compile(r"[0-9]{17}[0-9X]\Z").match
_PHONE = re.compile(r"1[3-9][0-9]{9}\Z").match
_CARD = re.compile(r"[0-9A-Za-z]{0,20}\Z").match


_as_ready: Callable[[tuple[str, ...]], Ready] = partial(tuple.__new__, Ready)
"""All of its fields in their order, without the cost of naming them."""
_OTHERS = ("education", "is_migrant", "work_status", "engagement", "trade", "ethnicity", "politics")


class Quick:
    """Makes rows ready that need no thought."""

    def __init__(
        self, columns: dict[str, int], bodies: Bodies, codes: Codes, days: Days, numbers: Numbers,
        index_of: Callable[[str], str],
    ) -> None:  # fmt: skip
        self.columns, self.days, self.numbers, self.index_of = columns, days, numbers, index_of
        self.width = max(columns.values(), default=-1) + 1
        self.here = str(bodies.top.pk)
        self.regions = Memory(lambda digits: weigh(digits, 0))
        self.births = Memory(self._birth)
        self.kinds = Memory(kind_of_resident)
        self.sexes = Memory(lambda digit: str(sex_of(digit.rjust(17))))
        self.known = {name: _codes(name, codes) for name in LISTS}
        self.known["body"] = Memory(lambda cell: _value(bodies.read(cell), str))
        self.known["joined_on"] = Memory(self._joined)
        self.known["born_on"] = Memory(lambda cell: _value(days.known[cell], _iso))
        self.known |= {name: Memory(_as_text(name)) for name in ("ethnicity", "politics")}

    def ready(self, part: Sequence[Row]) -> Iterator[Ready | None]:
        """Yield for each row what it becomes, or None where it has to be looked at closely."""
        if not {"name", "id_number"} <= set(self.columns):
            return iter([None] * len(part))
        rows = [found if len(found) >= self.width else found + [""] * self.width for _number, found in part]
        numbers = [str(number) for number, _found in part]
        return map(self._row, numbers, zip(*self._columns(rows)))  # noqa: B905  (what the file lacks repeats)

    def _columns(self, rows: list[list[Any]]) -> Iterator[Column]:
        """Yield the columns in the order in which ``_row`` takes them."""
        joined = self.days.joined_on, self.days.joined_day.year
        yield self._look_up("body", rows, self.here)
        yield (text if _NAME(text) else None for text in self._texts("name", rows))
        yield map(self._person, self._texts("id_number", rows))
        yield self._phones(rows)
        yield self._look_up("id_kind", rows)
        yield self._look_up("sex", rows)
        yield self._look_up("born_on", rows)
        yield self._look_up("joined_on", rows, joined)
        for name in _OTHERS:
            yield self._look_up(name, rows)
        yield (text if _CARD(text) else None for text in self._texts("card_number", rows))
        yield (text if not text or _ADDRESS(text) else None for text in self._texts("address", rows))

    def _row(self, number: str, values: tuple[Any, ...]) -> Ready | None:
        if None in values:
            return None
        (body, name, (id_number, id_kind, born, year, sex), phone, _kind, said_sex, said_born,
         (joined, joined_year), education, is_migrant, status, engagement, trade, ethnicity, politics, card,
         address) = values  # fmt: skip
        if (said_sex and said_sex != sex) or (said_born and said_born != born):
            return None
        if joined_year - year <= WORKING_AGE:
            return None
        return _as_ready((
            number, body, FULL, "", self.index_of(id_number), PLAUSIBLE, name, id_kind, id_number, phone,
            born, address, ethnicity, politics, sex, born[:4], education, is_migrant, status, engagement,
            trade, joined, card,
        ))  # fmt: skip

    # Columns ---------------------------------------------------------------------------------------

    def _look_up(self, name: str, rows: list[list[Any]], default: Any = "") -> Column:
        """Return what the cells of a column mean; each different cell is read once."""
        if name not in self.columns:
            return repeat(default)
        return map(self.known[name].__getitem__, map(itemgetter(self.columns[name]), rows))

    def _texts(self, name: str, rows: list[list[Any]]) -> Iterable[str]:
        if name not in self.columns:
            return repeat("")
        cells = map(itemgetter(self.columns[name]), rows)
        return [cell if cell.__class__ is str else _text(cell) for cell in cells]

    def _phones(self, rows: list[list[Any]]) -> Column:
        return ("+86" + text if _PHONE(text) else None if text else "" for text in self._texts("phone", rows))

    def _person(self, number: str) -> tuple[str, str, str, int, str] | None:
        """Return number, document, birthday, its year and sex, if the number is right and of working age."""
        if not _NUMBER(number):
            return None
        birth = self.births[number[6:14]]
        if birth is None:
            return None
        weight, born, year = birth
        found = (self.regions[number[:6]] + weight + self.numbers.tails[number[14:17]]) % 11
        if CHECK[found] != number[17]:
            return None
        return number, self.kinds[number[:2]], born, year, self.sexes[number[16]]

    def _birth(self, digits: str) -> tuple[int, str, int] | None:
        weight, born, age = self.numbers.birth(digits)
        if born is None or not WORKING_AGE <= age <= OLD:
            return None
        return weight, born.isoformat(), born.year

    def _joined(self, cell: Any) -> tuple[str, int] | None:
        day, code, _shown = self.days.known[cell]
        if code or (day is not None and self.days.implausible(day)):
            return None
        day = day or self.days.joined_day
        return day.isoformat(), day.year


def _text(cell: Any) -> str:
    """Return a cell that is no text as one, as ``cells.plain`` does; a character of no text where unsure."""
    if cell is None:
        return ""
    return str(int(cell)) if cell.__class__ is float and 0 <= cell < 1e15 and cell.is_integer() else "\0"


def _value(reading: tuple[Any, str, str], form: Callable[[Any], Any]) -> Any:
    return None if reading[1] else form(reading[0])


def _iso(day: Any) -> str:
    return day.isoformat() if day is not None else ""


def _codes(name: str, codes: Codes) -> Memory[Any]:
    forms: dict[str, Callable[[Any], Any]] = {
        "is_migrant": migrant,
        "sex": lambda sex: str(int(sex)) if sex in (1, 2) else "",
        "id_kind": lambda kind: kind if kind in ("", "resident", "permit") else None,
    }
    return Memory(lambda cell: _value(codes.known[name][cell], forms.get(name, str)))


def _as_text(name: str) -> Callable[[Any], str | None]:
    """Return what reads a text as the checker does."""

    def read(cell: Any) -> str | None:
        draft = Draft(0, {"name": "张三", name: cell})
        texts.fill(draft)
        return None if draft.problems else draft.others.get(name, "")

    return read
