"""What people type for unions and places: names, codes or numbers, in any order, with commas between."""

import re

from zhijia.core.text import tidy
from zhijia.membership.segments.errors import BodyUnclear, BodyUnknown, PlaceUnclear
from zhijia.regulations import places
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import scope_of

COMMAS = re.compile(r"[,，、;；\n]+")
SHOWN = 5
"""How many unions are named where a name fits several."""


def parts_of(text: str) -> list[str]:
    """Return what stands between the commas, each once."""
    return list(dict.fromkeys(part for piece in COMMAS.split(text) if (part := tidy(piece))))


def body_ids(text: str, within: UnionBody) -> tuple[str, ...]:
    """Return the ids of the unions that are meant; raise ``BodyUnknown`` or ``BodyUnclear``."""
    return tuple(dict.fromkeys(str(_body(part, within).pk) for part in parts_of(text)))


def _body(typed: str, within: UnionBody) -> UnionBody:
    rows = scope_of([within]).bodies().active()  # type: ignore[attr-defined]
    if typed.isascii() and typed.isdecimal():
        found = list(rows.filter(pk=int(typed[:18])))
    else:
        found = list(rows.filter(name=typed)[: SHOWN + 1]) or list(rows.filter(short_name=typed)[: SHOWN + 1])
        found = found or list(rows.filter(name__contains=typed).order_by("level", "id")[: SHOWN + 1])
    if not found:
        raise BodyUnknown(typed=typed)
    if len(found) > 1:
        named = [f"{body.name} ({body.pk})" for body in found[:SHOWN]] + ["…"] * (len(found) > SHOWN)
        raise BodyUnclear(typed=typed, found="; ".join(named))
    return found[0]


def place_codes(text: str) -> tuple[str, ...]:
    """Return the codes of the places that are meant; raise ``PlaceUnclear``."""
    return tuple(dict.fromkeys(_place(part) for part in parts_of(text)))


def _place(typed: str) -> str:
    table = places.table()
    if typed.isascii() and typed.isdecimal():
        code = typed.ljust(6, "0")
        if len(code) != 6 or code not in table:
            raise PlaceUnclear(typed=typed)
        return code
    found = [code for code in table if places.full_name(code).endswith(typed)]
    exact = [code for code in found if typed in (table[code], places.full_name(code))]
    meant = exact or found
    if len(meant) != 1:
        raise PlaceUnclear(typed=typed)
    return meant[0]
