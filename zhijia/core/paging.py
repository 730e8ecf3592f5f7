"""Keyset paging for pages and the API: the next page begins after the last row seen.

A row that comes in meanwhile neither repeats nor hides another, and page 5,000 costs what page
1 costs. The cursor is signed, so that nobody probes columns with it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput

Row = TypeVar("Row", bound=models.Model)
LARGEST = 200
SALT = "zhijia.core.paging"
READERS: dict[str, Any] = {
    "t": dt.datetime.fromisoformat,
    "d": dt.date.fromisoformat,
    "n": Decimal,
    "s": str,
}


class BadCursor(BadInput):
    """A cursor that we did not make, or made for another order."""

    code = "bad-cursor"
    status = 400
    text = _("This page of the list no longer exists.")
    next_step = _("Begin again at the first page.")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list. A cursor of None means there is nothing that way."""

    items: list[Row]
    next_cursor: str | None = None
    previous_cursor: str | None = None

    def __iter__(self) -> Any:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def paginate(
    queryset: models.QuerySet[Row], cursor: str | None, size: int, ordering: Sequence[str]
) -> Page[Row]:
    """Return one page of ``queryset`` in ``ordering``.

    ``ordering`` names columns that are never null, ``-`` for descending; ``pk`` is added at the
    end so that the order is total. ``size`` is held between 1 and 200.

    Raises ``BadCursor`` for a cursor that is not one of ours.
    """
    size = min(max(size, 1), LARGEST)
    names = _total_order(ordering)
    backwards, values = _read(cursor, names) if cursor else (False, None)
    order = [_turned(name) for name in names] if backwards else names
    if values is not None:
        queryset = queryset.filter(_beyond(order, values))
    rows = list(queryset.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    has_next, has_previous = (True, more) if backwards else (more, values is not None)
    return Page(
        rows,
        next_cursor=_write("next", rows[-1], names) if has_next else None,
        previous_cursor=_write("previous", rows[0], names) if has_previous else None,
    )


def _total_order(ordering: Sequence[str]) -> list[str]:
    names = list(ordering)
    return names if any(name.lstrip("-") in ("pk", "id") for name in names) else [*names, "pk"]


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return the rows after ``values``: (a > x) or (a = x and b > y) or …, as an index is read."""
    found, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        column = name.lstrip("-")
        side = "lt" if name.startswith("-") else "gt"
        found |= equal & Q(**{f"{column}__{side}": value})
        equal &= Q(**{column: value})
    first = order[0].lstrip("-")
    bound = "lte" if order[0].startswith("-") else "gte"
    # The plain bound lets both databases start at the right place of the index.
    return Q(**{f"{first}__{bound}": values[0]}) & found


def _pack(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"t": value.isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    return value if isinstance(value, int | str) else {"s": str(value)}


def _unpack(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind, text = next(iter(value.items()))
    return READERS[kind](text)


def _value(row: Any, name: str) -> Any:
    value = row
    for part in name.lstrip("-").split("__"):
        value = getattr(value, part)
    return value


def _write(way: str, row: Any, names: Sequence[str]) -> str:
    payload = [way, ",".join(names), [_pack(_value(row, name)) for name in names]]
    return signing.dumps(payload, salt=SALT, compress=True)


def _read(cursor: str, names: Sequence[str]) -> tuple[bool, list[Any]]:
    try:
        way, made_for, values = signing.loads(cursor, salt=SALT)
        if made_for != ",".join(names):
            raise BadCursor
        return way == "previous", [_unpack(value) for value in values]
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        raise BadCursor from None
