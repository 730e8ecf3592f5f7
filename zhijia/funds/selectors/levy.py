"""Returns of employers, what is open, and what the levels get."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from zhijia.core.errors import NotFound
from zhijia.funds.models import LevyPayment, LevyReturn, LevyShare
from zhijia.regulations.errors import UnknownRule
from zhijia.regulations.selectors import RuleValue, value
from zhijia.unions.models import Employer, UnionBody


def returns_of(body: UnionBody, *, late_on: dt.date | None = None) -> QuerySet[LevyReturn]:
    """Return the returns that stand, with ``paid`` and ``open`` in fen; newest first.

    ``late_on`` keeps those that were to be paid before that day and are not.
    """
    rows = LevyReturn.objects.filter(tenant=body.tenant, body=body, replaced_at=None)
    rows = rows.annotate(paid=Coalesce(Sum("payments__amount"), 0)).annotate(open=F("amount") - F("paid"))
    if late_on is not None:
        rows = rows.filter(due_on__lt=late_on, open__gt=0)
    return rows.select_related("employer").order_by("-from_on", "pk")


def employers_below(body: UnionBody) -> QuerySet[Employer]:
    """Return the employers whose levy a body may collect: its own, or for a federation those of its place."""
    rows = Employer.objects.current().filter(tenant=body.tenant, is_confirmed=True)
    if body.employer_id:
        return rows.filter(pk=body.employer_id)
    return rows.filter(place__startswith=(body.place or "").rstrip("0")).order_by("name")


@dataclass(frozen=True)
class LevyPage:
    """One return with its payments and shares."""

    levy_return: LevyReturn
    payments: list[LevyPayment]
    shares: list[LevyShare]
    paid: int
    open: int
    is_late: bool
    """Past the day by which it was to be paid: the union may ask the court for a payment order."""


def levy_page(body: UnionBody, return_id: int, on: dt.date) -> LevyPage:
    """Return one return of a body; raise ``NotFound``."""
    rows = LevyReturn.objects.filter(tenant=body.tenant, body=body, pk=return_id)
    found = rows.select_related("employer", "recorded_by").first()
    if found is None:
        raise NotFound
    payments = list(found.payments.select_related("voucher").order_by("paid_on", "pk"))
    shares = LevyShare.objects.filter(tenant=body.tenant, payment__in=payments).select_related("body")
    paid = sum(payment.amount for payment in payments)
    left = found.amount - paid
    is_late = left > 0 and on > found.due_on
    return LevyPage(found, payments, list(shares.order_by("payment", "-level")), paid, left, is_late)


def shares_to_transfer(body: UnionBody) -> int:
    """Return what a body still owes upwards, in fen."""
    rows = LevyShare.objects.filter(
        tenant=body.tenant, payment__voucher__body=body, is_own=False, transferred_on=None
    )
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


def remitted(body: UnionBody, year: int) -> QuerySet[LevyShare]:
    """Return the shares that a body handed on of what came in within a year."""
    return LevyShare.objects.filter(
        tenant=body.tenant, payment__voucher__body=body, is_own=False, transferred_on__isnull=False,
        payment__paid_on__year=year,
    )  # fmt: skip


@dataclass(frozen=True)
class SmallPayer:
    """Whether the refund for small payers applies to a body and year."""

    rule: RuleValue
    remitted: int
    open: int
    """What was not given back yet, in fen."""

    @property
    def applies(self) -> bool:
        """Whether less than the threshold was remitted: exactly the threshold is too much."""
        return 0 < self.remitted < Decimal(self.rule.value) * 100


def small_payer(body: UnionBody, year: int) -> SmallPayer | None:
    """Return the refund of a year, or None where no dated rule holds at its end."""
    try:
        rule = value("levy.small_payer", body.place, dt.date(year, 12, 31))
    except UnknownRule:
        return None
    rows = remitted(body, year)
    whole = rows.aggregate(sum=Sum("amount"))["sum"] or 0
    left = rows.filter(refunded_on=None).aggregate(sum=Sum("amount"))["sum"] or 0
    return SmallPayer(rule, whole, left)
