"""What members owe and paid. A figure, never a reason to refuse help."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from zhijia.funds.enums import Decision
from zhijia.funds.models import DuesAdjustment, DuesCharge, DuesPayment
from zhijia.membership.selectors import RollPayer, pays_to, roll_payers
from zhijia.unions.models import UnionBody


@dataclass(frozen=True)
class Month:
    """What was owed for one month after adjustments, and how much of it is still open."""

    month_on: dt.date
    owed: int
    open: int


@dataclass(frozen=True)
class DuesAccount:
    """The dues of one membership in one body, in fen."""

    member_reference: str
    months: tuple[Month, ...]
    paid: int

    @property
    def open(self) -> int:
        """Return what is still owed."""
        return sum(month.open for month in self.months)

    @property
    def credit(self) -> int:
        """Return what was paid ahead."""
        return max(self.paid - sum(month.owed for month in self.months), 0)


@dataclass(frozen=True)
class Arrears:
    """A membership that owes something."""

    member_reference: str
    open: int
    months: int
    """Months of which something is open."""


def dues_account(body: UnionBody, member_reference: str) -> DuesAccount:
    """Return the dues of one membership, for the member himself and for the treasurer of his body.

    Payments cover the oldest month first.
    """
    return _accounts(body, [member_reference]).get(member_reference, DuesAccount(member_reference, (), 0))


def _accounts(body: UnionBody, references: list[str] | None = None) -> dict[str, DuesAccount]:
    """Return the dues of some or all memberships of a body; three queries."""
    owed: dict[str, dict[dt.date, int]] = {}
    paid: dict[str, int] = {}
    for reference, month_on, amount in (*_rows(DuesCharge, body, references), *_changes(body, references)):
        months = owed.setdefault(reference, {})
        months[month_on] = months.get(month_on, 0) + amount
    asked = _of(DuesPayment, body, references).order_by()
    for row in asked.values("member_reference").annotate(sum=Sum("amount")):
        paid[row["member_reference"]] = row["sum"]
    return {
        reference: DuesAccount(reference, _cover(owed.get(reference, {}), paid.get(reference, 0)),
                               paid.get(reference, 0))
        for reference in owed.keys() | paid.keys()
    }  # fmt: skip


def _of(model: Any, body: UnionBody, references: list[str] | None) -> QuerySet[Any]:
    rows = model.objects.filter(tenant=body.tenant, body=body)
    return rows if references is None else rows.filter(member_reference__in=references)


def _rows(model: Any, body: UnionBody, references: list[str] | None) -> Iterable[tuple[str, dt.date, int]]:
    return _of(model, body, references).values_list("member_reference", "month_on", "amount")


def _changes(body: UnionBody, references: list[str] | None) -> Iterable[tuple[str, dt.date, int]]:
    rows = _of(DuesAdjustment, body, references).filter(state=Decision.APPROVED)
    return rows.values_list("member_reference", "month_on", "amount")


def _cover(owed: dict[dt.date, int], paid: int) -> tuple[Month, ...]:
    """Return the months, oldest first, as a payment covers them; a month is never owed below nothing.

    What an adjustment takes off beyond its month counts like a payment.
    """
    left = paid + sum(max(-amount, 0) for amount in owed.values())
    months = []
    for month_on, amount in sorted(owed.items()):
        due = max(amount, 0)
        covered = min(due, left)
        left -= covered
        months.append(Month(month_on, due, due - covered))
    return tuple(months)


def is_payer(body: UnionBody, member_reference: str, user: Any, today: dt.date) -> bool:
    """Say whether dues of this membership belong here: it was charged here, or stands on the roll."""
    charged = _of(DuesCharge, body, [member_reference]).exists()
    return charged or pays_to(body, user, member_reference, today)


def arrears(body: UnionBody) -> list[Arrears]:
    """Return the memberships of a body that owe something, most months first."""
    found = [
        Arrears(one.member_reference, one.open, sum(month.open > 0 for month in one.months))
        for one in _accounts(body).values()
        if one.open
    ]
    return sorted(found, key=lambda one: (-one.months, -one.open, one.member_reference))


def months_without_dues(account: DuesAccount) -> int:
    """Return for how many months on end, up to the newest, nothing at all was paid.

    A figure for the roll of members. Six of them, and no part in the union's life, may lead to a
    reminder by a person (Charter, article 6); nothing follows by itself.
    """
    count = 0
    for month in reversed(account.months):
        if month.open < month.owed or not month.owed:
            break
        count += 1
    return count


def dues_by_month(body: UnionBody, year: int) -> list[dict[str, Any]]:
    """Return how many were charged and how much, by month of a year, newest first."""
    rows = DuesCharge.objects.filter(tenant=body.tenant, body=body, month_on__year=year).order_by("-month_on")
    return [dict(row) for row in rows.values("month_on").annotate(people=Count("pk"), charged=Sum("amount"))]


def adjustments_of(body: UnionBody) -> QuerySet[DuesAdjustment]:
    """Return the adjustments that wait for a second person, oldest first."""
    rows = DuesAdjustment.objects.filter(tenant=body.tenant, body=body, state=Decision.ASKED)
    return rows.select_related("asked_by").order_by("asked_at", "pk")


# From the roll ------------------------------------------------------------------------------------


def known_wages(body: UnionBody, month_on: dt.date) -> dict[str, int]:
    """Return the wage by which each member was last charged in the two years before, in fen."""
    since = month_on.replace(year=month_on.year - 2, day=1)
    rows = DuesCharge.objects.filter(tenant=body.tenant, body=body, month_on__gte=since, base__gt=0)
    return dict(rows.order_by("month_on").values_list("member_reference", "base"))


def charged_in(body: UnionBody, month_on: dt.date) -> set[str]:
    """Return who has been charged for a month."""
    rows = DuesCharge.objects.filter(tenant=body.tenant, body=body, month_on=month_on.replace(day=1))
    return set(rows.values_list("member_reference", flat=True))


@dataclass(frozen=True)
class PayerLine:
    """A member on the page that charges dues."""

    payer: RollPayer
    wage: int
    """The last one known, in fen; nothing where nobody has told it."""
    is_charged: bool

    @property
    def needs_wage(self) -> bool:
        """Say whether somebody has to tell the wage before dues can be charged."""
        return not (self.payer.is_free or self.payer.is_new_form or self.wage or self.is_charged)


def payer_lines(body: UnionBody, user: Any, month_on: dt.date, today: dt.date) -> list[PayerLine]:
    """Return who counts for a month, first whose wage is missing, then who is still to be charged."""
    wages, charged = known_wages(body, month_on), charged_in(body, month_on)
    lines = [
        PayerLine(one, wages.get(one.reference, 0), one.reference in charged)
        for one in roll_payers(body, user, month_on=month_on, today=today)
    ]
    return sorted(lines, key=lambda line: (not line.needs_wage, line.is_charged, line.payer.row.pk))
