"""The books of a body: balances, statements, vouchers."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db.models import Q, QuerySet, Sum

from zhijia.core.errors import NotAllowed, NotFound
from zhijia.funds.chart import chart
from zhijia.funds.enums import GROWS_BY_DEBIT
from zhijia.funds.models import Account, Book, Line, Voucher
from zhijia.funds.permissions import COMMITTEE, DRAFTERS, READERS, Ask, may
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import body_page, posts_of


def bodies_with_books(user: Any, on: dt.date) -> list[UnionBody]:
    """Return the bodies with whose money the officer has to do, by his posts there."""
    wanted = READERS | COMMITTEE | DRAFTERS
    found = {post.body_id: post.body for post in posts_of(user, on) if post.role in wanted}
    return list(found.values())


def reads_books(user: Any, on: dt.date) -> bool:
    """Say whether the officer reads the books of any body."""
    return any(post.role in READERS for post in posts_of(user, on))


def body_of_books(body_id: int, user: Any, on: dt.date, permission: str = "funds.read_books") -> UnionBody:
    """Return a body if the officer may do this with its money; raise ``NotFound``, ``NotAllowed``."""
    body = body_page(body_id)
    if not may(user, permission, Ask(body, on)):
        raise NotAllowed
    return body


def body_to_sum(body_id: int, user: Any, on: dt.date) -> UnionBody:
    """Return a body whose sums the officer reads, from there or from above."""
    return body_of_books(body_id, user, on, "funds.read_sums")


def closed_until(body: UnionBody) -> dt.date | None:
    """Return the last day of the newest closed month."""
    rows = Book.objects.filter(tenant=body.tenant, body=body)
    return rows.values_list("closed_until_on", flat=True).first()


def chart_of(body: UnionBody, *kinds: str) -> list[Account]:
    """Return the accounts of a body, of some kinds or all; before its first voucher, those it will have."""
    found = list(accounts_of(body)) or [Account(tenant=body.tenant, body=body, **row) for row in chart()]
    return [account for account in found if not kinds or account.kind in kinds]


@dataclass(frozen=True)
class Balance:
    """One account over a period, in fen; balances stand on the side on which the account grows."""

    account: Account
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        """Return the balance at the end of the last day."""
        return self.opening + self.grown

    @property
    def grown(self) -> int:
        """Return by how much it grew in the period."""
        change = self.debit - self.credit
        return change if self.account.kind in GROWS_BY_DEBIT else -change


def accounts_of(body: UnionBody) -> QuerySet[Account]:
    """Return the chart of a body, by code."""
    return Account.objects.filter(tenant=body.tenant, body=body).order_by("code")


def trial_balance(body: UnionBody, first: dt.date, last: dt.date) -> list[Balance]:
    """Return every account of a body over a period; debits and credits of all of them are equal."""
    before = _turnover(body, Q(voucher__posted_on__lt=first))
    within = _turnover(body, Q(voucher__posted_on__range=(first, last)))
    return [_balance(account, before, within) for account in accounts_of(body)]


Turnover = dict[tuple[str, int], int]


def _turnover(body: UnionBody, days: Q) -> Turnover:
    """Return the sums of lines by side and account; two queries whatever the number of vouchers."""
    rows = Line.objects.filter(days, tenant=body.tenant, voucher__body=body).order_by()
    return {
        (side, row[side]): row["sum"]
        for side in ("debit", "credit")
        for row in rows.values(side).annotate(sum=Sum("amount"))
    }


def _balance(account: Account, before: Turnover, within: Turnover) -> Balance:
    sums = [table.get((side, account.pk), 0) for table in (before, within) for side in ("debit", "credit")]
    opening = Balance(account, 0, sums[0], sums[1]).grown
    return Balance(account, opening, sums[2], sums[3])


@dataclass(frozen=True)
class StatementLine:
    """One voucher as an account sees it."""

    voucher: Voucher
    debit: int
    credit: int
    balance: int
    against: str
    """Codes of the accounts on the other side."""


@dataclass(frozen=True)
class Statement:
    """An account over a period, with every posting behind the figure."""

    balance: Balance
    first: dt.date
    last: dt.date
    lines: list[StatementLine]


def statement(body: UnionBody, code: str, first: dt.date, last: dt.date) -> Statement:
    """Return the statement of an account (对账单); raise ``NotFound``."""
    account = accounts_of(body).filter(code=code).first()
    if account is None:
        raise NotFound
    balance = _balance(
        account, _turnover(body, Q(voucher__posted_on__lt=first)),
        _turnover(body, Q(voucher__posted_on__range=(first, last))),
    )  # fmt: skip
    rows = list(_moves(body, account, first, last))
    grown = [Balance(account, 0, debit, credit).grown for _voucher, debit, credit, _against in rows]
    running = list(accumulate(grown, initial=balance.opening))[1:]
    lines = [StatementLine(*row[:3], total, row[3]) for row, total in zip(rows, running, strict=True)]
    return Statement(balance, first, last, lines)


def _moves(
    body: UnionBody, account: Account, first: dt.date, last: dt.date
) -> Iterator[tuple[Voucher, int, int, str]]:
    """Yield each voucher that touches an account: its debits and credits there, and what stands against."""
    rows = Line.objects.filter(
        Q(debit=account) | Q(credit=account), tenant=body.tenant, voucher__body=body,
        voucher__posted_on__range=(first, last),
    ).select_related("voucher", "debit", "credit")  # fmt: skip
    found: dict[int, list[Line]] = {}
    for line in rows.order_by("voucher__posted_on", "voucher__year", "voucher__number", "position"):
        found.setdefault(line.voucher_id, []).append(line)
    for lines in found.values():
        debit = sum(line.amount for line in lines if line.debit_id == account.pk)
        credit = sum(line.amount for line in lines if line.credit_id == account.pk)
        other = {line.credit.code if line.debit_id == account.pk else line.debit.code for line in lines}
        yield lines[0].voucher, debit, credit, " ".join(sorted(other))


@dataclass(frozen=True)
class VoucherPage:
    """A voucher with both its sides, and what it takes back or was taken back by."""

    voucher: Voucher
    debits: list[tuple[Account, int]]
    credits: list[tuple[Account, int]]
    total: int
    reversal: Voucher | None

    @property
    def can_be_reversed(self) -> bool:
        """Whether it stands and is no reversal itself."""
        return self.reversal is None and self.voucher.reverses_id is None


def voucher_page(body: UnionBody, year: int, number: int) -> VoucherPage:
    """Return one voucher of a body; raise ``NotFound``."""
    rows = Voucher.objects.filter(tenant=body.tenant, body=body, year=year, number=number)
    voucher = rows.select_related("reverses", "made_by").first()
    if voucher is None:
        raise NotFound
    lines = list(voucher.lines.select_related("debit", "credit").order_by("position"))
    debits, credits = _sides(lines, "debit"), _sides(lines, "credit")
    reversal = Voucher.objects.filter(tenant=body.tenant, reverses=voucher).first()
    return VoucherPage(voucher, debits, credits, sum(line.amount for line in lines), reversal)


def _sides(lines: list[Line], side: str) -> list[tuple[Account, int]]:
    found: dict[Account, int] = {}
    for line in lines:
        account = getattr(line, side)
        found[account] = found.get(account, 0) + line.amount
    return sorted(found.items(), key=lambda pair: pair[0].code)
