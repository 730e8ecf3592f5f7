"""What the bodies above read: sums, never a person, a payee or a voucher."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum

from zhijia.funds.models import Book, Line
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import children


@dataclass(frozen=True)
class Sums:
    """Income and expense of a body and all below it in a year, in fen."""

    body: UnionBody
    dues: int
    levy: int
    income: int
    expense: int
    books: int
    """How many bodies of this part of the tree keep books here."""


def sums_of(body: UnionBody, year: int) -> Sums:
    """Return the sums of a body and everything below it, by the line of leadership."""
    rows = _in_tenant(Line.objects.filter(voucher__year=year, voucher__body__path__under=body.path), body)
    told = rows.aggregate(
        **{
            f"{name}_{side}": _side(side, code)
            for name, code in CODES.items()
            for side in ("debit", "credit")
        }
    )
    grown = {name: (told[f"{name}_credit"] or 0) - (told[f"{name}_debit"] or 0) for name in CODES}
    books = _in_tenant(Book.objects.filter(body__path__under=body.path), body).count()
    return Sums(body, grown["dues"], grown["levy"], grown["income"], -grown["expense"], books)


CODES = {"dues": "401", "levy": "402", "income": "4", "expense": "5"}
"""What the codes of the accounts begin with."""


def _side(side: str, code: str) -> Sum:
    return Sum("amount", filter=Q(**{f"{side}__code__startswith": code}))


def _in_tenant(rows: QuerySet[Any], body: UnionBody) -> QuerySet[Any]:
    """Keep to the tenant, where the part of the tree cannot reach into another one."""
    return rows.filter(tenant=body.tenant) if 0 < body.tenant < 100 else rows


def sums_below(body: UnionBody, year: int) -> list[Sums]:
    """Return the sums of each body directly below, with all below it."""
    return [sums_of(child, year) for child in children(body)[:200]]
