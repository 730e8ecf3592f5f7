"""Payments: the queue, what caps and budget still allow, files for the bank."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.manifest import DeskCard
from zhijia.funds.caps import Cap, caps_for
from zhijia.funds.enums import COUNTED, ENDED, GIFTS, RESERVED, SpendingState
from zhijia.funds.models import Batch, BatchItem, Line, Spending
from zhijia.funds.permissions import COMMITTEE, KEEPERS
from zhijia.funds.selectors.budget import budget_in_force
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import posts_of


@dataclass(frozen=True)
class CapUse:
    """A cap, what counts against it already, and what this payment would add for one person."""

    cap: Cap
    used: int
    """What this body spent."""
    per_head: int
    elsewhere: int = 0
    """What other bodies spent on the same person; counted, never shown."""

    @property
    def left(self) -> int:
        """Return what is still possible in this body alone, in fen."""
        return self.cap.fen - self.used

    @property
    def is_passed(self) -> bool:
        """Whether this payment and all others pass the cap."""
        return self.per_head > self.left - self.elsewhere


def cap_uses(spending: Spending, on: dt.date, *, persons: frozenset[int] = frozenset()) -> list[CapUse]:
    """Return the caps of a payment with what was spent on the same person this year.

    Payments for many people count by head, and against each other. ``persons``: keys of the person in
    the roll (``membership.selectors.person_behind``); with them other bodies of the tenant count too.
    """
    per_head = -(-spending.amount // spending.headcount)
    known = persons or frozenset(filter(None, [spending.person]))
    found = []
    for cap in caps_for(spending.purpose, spending.body.place, on):
        used = _used(cap, spending, known) if cap.is_yearly else 0
        elsewhere = _elsewhere(cap, spending, persons) if cap.is_yearly else 0
        found.append(CapUse(cap, used, per_head, elsewhere))
    return found


def caps_of_place(place: str, on: dt.date) -> list[Cap]:
    """Return every cap that holds at a place on a day, each once, in the order of the purposes."""
    found = {cap.name: cap for purpose in GIFTS for cap in caps_for(purpose, place, on)}
    return list(found.values())


def _used(cap: Cap, spending: Spending, persons: frozenset[Any]) -> int:
    """Return what the body itself spent on the person, under this number or another one of his."""
    same = Q(member_reference=spending.member_reference) | Q(person__in=persons)
    return _per_head(_counted(cap, spending).filter(same, body=spending.body))


def _elsewhere(cap: Cap, spending: Spending, persons: frozenset[int]) -> int:
    if not persons:
        return 0
    return _per_head(_counted(cap, spending).filter(person__in=persons).exclude(body=spending.body))


def _counted(cap: Cap, spending: Spending) -> QuerySet[Spending]:
    rows = Spending.objects.filter(tenant=spending.tenant, year=spending.year, state__in=COUNTED)
    return rows.filter(purpose__in=cap.purposes).exclude(pk=spending.pk)


def _per_head(rows: QuerySet[Spending]) -> int:
    return sum(-(-amount // heads) for amount, heads in rows.values_list("amount", "headcount"))


def room_in_budget(spending: Spending) -> int | None:
    """Return what is left of the approved line in fen; None without an approved line.

    Posted expenses and what other checked or approved payments hold back are taken off.
    """
    budget = budget_in_force(spending.body, spending.year)
    line = budget.lines.filter(account=spending.account).first() if budget else None
    if line is None:
        return None
    held = Spending.objects.filter(
        tenant=spending.tenant, body=spending.body, account=spending.account, year=spending.year,
        state__in=RESERVED, paid_on=None,
    ).exclude(pk=spending.pk)  # fmt: skip
    return line.amount - _spent(spending) - (held.aggregate(sum=Sum("amount"))["sum"] or 0)


def _spent(spending: Spending) -> int:
    """Return what was posted to the account of a payment in its year."""
    rows = Line.objects.filter(
        tenant=spending.tenant, voucher__body=spending.body, voucher__year=spending.year
    )
    out = rows.filter(debit=spending.account).aggregate(sum=Sum("amount"))["sum"] or 0
    back = rows.filter(credit=spending.account).aggregate(sum=Sum("amount"))["sum"] or 0
    return out - back


def payment_of(body: UnionBody, source: str, period: str, purpose: str) -> Spending | None:
    """Return the payment under this key that is under way or made; for apps that ordered it."""
    rows = Spending.objects.filter(
        tenant=body.tenant, body=body, source=source, period=period, purpose=purpose
    ).exclude(state__in=ENDED)
    return rows.select_related("body", "account").first()


def queue(body: UnionBody, state: str = "") -> QuerySet[Spending]:
    """Return the payments of a body, those in one state or all, newest first."""
    rows = Spending.objects.filter(tenant=body.tenant, body=body).select_related("account", "drafted_by")
    rows = rows.filter(state=state) if state else rows
    return rows.order_by("-drafted_at", "-pk")


def spending_page(body: UnionBody, public_id: Any) -> Spending:
    """Return one payment of a body; raise ``NotFound``."""
    rows = Spending.objects.filter(tenant=body.tenant, body=body, public_id=public_id)
    found = rows.select_related("account", "body", "drafted_by", "checked_by").first()
    if found is None:
        raise NotFound
    return found


def payable(body: UnionBody) -> QuerySet[Spending]:
    """Return what is approved and in no file yet."""
    taken = BatchItem.objects.filter(tenant=body.tenant, returned_on=None)
    rows = queue(body, SpendingState.APPROVED).exclude(items__in=taken)
    return rows.order_by("approved_at", "pk")


def batches_of(body: UnionBody) -> QuerySet[Batch]:
    """Return the payment files of a body with count and control sum, newest first."""
    rows = Batch.objects.filter(tenant=body.tenant, body=body)
    return rows.annotate(count=Count("items"), total=Sum("items__amount")).order_by("-year", "-number")


def batch_page(body: UnionBody, batch_id: int) -> tuple[Batch, list[BatchItem]]:
    """Return one file with its payments; raise ``NotFound``."""
    found = batches_of(body).filter(pk=batch_id).first()
    if found is None:
        raise NotFound
    items = found.items.select_related("spending__account").order_by("position")
    return found, list(items)


def desk_cards(user: Any, now: dt.datetime) -> Iterator[DeskCard]:
    """Yield what waits for the officer in the money of his bodies; one query for each body."""
    for body, roles in _bodies_and_roles(user, local_date(now)).items():
        counted = Spending.objects.filter(tenant=body.tenant, body=body).aggregate(
            drafted=Count("pk", filter=Q(state=SpendingState.DRAFTED) & ~Q(drafted_by=user)),
            checked=Count("pk", filter=Q(state=SpendingState.CHECKED)
                          & ~Q(drafted_by=user) & ~Q(checked_by=user)),
            approved=Count("pk", filter=Q(state=SpendingState.APPROVED)),
        )  # fmt: skip
        asked = [
            ("drafted", KEEPERS, _("Payments to check")),
            ("checked", COMMITTEE, _("Payments to approve")),
            ("approved", KEEPERS, _("Payments to put into a file")),
        ]
        for state, who, label in asked:
            if roles & who and counted[state]:
                url = f"{reverse('funds:spendings', args=[body.pk])}?state={state}"
                yield DeskCard(label, url, counted[state], order=60, hint=str(body))


def _bodies_and_roles(user: Any, on: dt.date) -> dict[UnionBody, set[str]]:
    found: dict[UnionBody, set[str]] = {}
    for post in posts_of(user, on):
        if post.role in KEEPERS | COMMITTEE:
            found.setdefault(post.body, set()).add(post.role)
    return found
