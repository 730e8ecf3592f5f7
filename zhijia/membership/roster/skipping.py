"""Rows of a roster that are no people: titles, headers printed again, totals, notes, empty rows."""

import re
from typing import Any

from zhijia.core.identifiers import normalise
from zhijia.membership.roster.cells import plain
from zhijia.membership.roster.mapping import Layout

_TOTALS = re.compile(r"(合计|总计|小计|共计|累计|总人数|total|subtotal|sum)([:：]?\d*人?)?\Z", re.IGNORECASE)
_NOTES = re.compile(
    r"(制表|填表|审核|备注|说明|注[:：]|填报|联系人|(单位)?[（(]?盖章|负责人|日期[:：]|第\d+页|共\d+页|以下空白|以上共)"
)


class Skipper:
    """Says which rows are passed over. A row with an identity number or a mobile number never is."""

    def __init__(self, layout: Layout) -> None:
        self.header = layout.header
        self.places = tuple(layout.columns.values())
        self.name = layout.columns.get("name", -1)
        self.proofs = tuple(layout.columns[name] for name in ("id_number", "phone") if name in layout.columns)
        self.headings = [normalise(heading) for heading in layout.headings]

    def passes_over(self, number: int, found: list[Any]) -> bool:
        """Say whether a row is none of a person."""
        if number <= self.header:
            return True
        width = len(found)
        for place in self.proofs:
            cell = found[place] if place < width else ""
            if (isinstance(cell, str) and len(cell) >= 11 and cell.isascii()) or (
                cell.__class__ is float and cell > 1e9
            ):
                return False
        return self._is_none(found)

    def _is_none(self, found: list[Any]) -> bool:
        told = {place: plain(found[place]) for place in self.places if place < len(found)}
        people = [told.get(place, "") for place in (self.name, *self.proofs)]
        if not any(people) and sum(map(bool, told.values())) < 2:
            return True  # a number in front, or the name of a workshop over its people
        if self._is_header(found):
            return True
        filled = [plain(cell) for cell in found if plain(cell)]
        proven = any(len(normalise(told.get(place, ""))) >= 11 for place in self.proofs)
        if proven:
            return False
        if any(_TOTALS.match(normalise(text)) for text in filled[:3]):
            return True
        return bool(_NOTES.match(normalise(filled[0]))) and len(filled) < 4

    def _is_header(self, found: list[Any]) -> bool:
        """Say whether the header stands here again, as on each page of a printed list."""
        told = [normalise(plain(cell)) for cell in found]
        same = sum(1 for one, other in zip(told, self.headings, strict=False) if one and one == other)
        return same >= 2 and same == sum(map(bool, told))
