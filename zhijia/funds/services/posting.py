"""How every posting is made: under the lock of the books, once for each source, never into a closed month.

Parts of the services of this app; each is called inside their transaction.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.services import load_locked
from zhijia.funds.chart import chart
from zhijia.funds.errors import NoSuchLedgerAccount, NotBalanced, PeriodClosed, SourceReused
from zhijia.funds.models import Account, Book, Line, Voucher
from zhijia.funds.money import LARGEST
from zhijia.unions.models import UnionBody

BANK, RECEIVABLE_BELOW = "102", "121"
PAYABLE_ABOVE, OTHER_PAYABLE = "201", "211"
DUES_INCOME, LEVY_INCOME, FROM_ABOVE = "401", "402", "403"
TO_BELOW = "506"

# What stands in vouchers is Chinese whatever language the page has: Accounting Law, article 22.
DUES_RECEIVED = "收到会费"
LEVY_RECEIVED = "收到拨缴经费，按比例分成"
LEVY_SHARE = "应收下级拨缴经费分成 {reference}"
SHARE_PAID = "上缴拨缴经费分成"
SHARE_CAME = "收到下级上缴拨缴经费分成"
REFUND_PAID = "小额缴费返还（{year}年度）"
SPENDING_PAID = "支付：{text}"
SPENDING_RETURNED = "银行退回，待重付"
SPENDING_REPAID = "退款重付"
SPENDING_GIVEN_UP = "退款不再支付，冲减支出"
REVERSED = "冲销 {reference}：{reason}"


@dataclass(frozen=True)
class Leg:
    """One side of a voucher: an account and its amount in fen, as debit or as credit."""

    code: str
    debit: int = 0
    credit: int = 0


@dataclass(frozen=True)
class Posting:
    """What is to be posted."""

    posted_on: dt.date
    text: str
    """Never names a person."""
    source: str
    legs: Sequence[Leg]
    reverses: Voucher | None = None


def book_of(body: UnionBody, now: dt.datetime) -> Book:
    """Return the books of a body, locked; the first time they are opened with the whole chart."""
    book, is_new = Book.objects.get_or_create(tenant=body.tenant, body=body, defaults={"opened_at": now})
    book = load_locked(Book.objects.select_related("body"), pk=book.pk)
    if is_new:
        Account.objects.bulk_create(Account(tenant=body.tenant, body=body, **row) for row in chart())
    return book


def books_of(bodies: Iterable[UnionBody], now: dt.datetime) -> dict[int, Book]:
    """Return the books of several bodies, locked always in the same order."""
    return {body.pk: book_of(body, now) for body in sorted(set(bodies), key=lambda body: body.pk)}


def post(book: Book, posting: Posting, *, by: Actor, now: dt.datetime) -> Voucher:
    """Write a voucher into locked books; the same source posted again gives the voucher that stands.

    Raises ``NotBalanced``, ``NoSuchLedgerAccount``, ``PeriodClosed``, ``SourceReused``.
    """
    pairs = _pairs(posting.legs)
    known = Voucher.objects.filter(tenant=book.tenant, body=book.body, source=posting.source).first()
    if known is not None:
        return _the_same(known, posting)
    if book.closed_until_on is not None and posting.posted_on <= book.closed_until_on:
        raise PeriodClosed(until=book.closed_until_on.isoformat())
    accounts = _accounts(book, {leg.code for leg in posting.legs})
    voucher = Voucher.objects.create(
        tenant=book.tenant, body=book.body, year=posting.posted_on.year,
        number=_next_number(book, posting.posted_on.year), posted_on=posting.posted_on, text=posting.text,
        source=posting.source, reverses=posting.reverses, made_at=now, made_by_id=getattr(by, "pk", None),
    )  # fmt: skip
    Line.objects.bulk_create(
        Line(tenant=book.tenant, voucher=voucher, position=n, debit=accounts[debit], credit=accounts[credit],
             amount=amount)
        for n, (debit, credit, amount) in enumerate(pairs, 1)
    )  # fmt: skip
    action = "voucher.reversed" if posting.reverses else "voucher.posted"
    record(action, obj=voucher, by=by, now=now, tenant=book.tenant, data={"number": voucher.reference})
    return voucher


def _pairs(legs: Sequence[Leg]) -> list[tuple[str, str, int]]:
    """Return the legs as amounts that go from a credited to a debited account; raise ``NotBalanced``."""
    debits = [(leg.code, leg.debit) for leg in legs if leg.debit]
    credits = [(leg.code, leg.credit) for leg in legs if leg.credit]
    is_sound = all(min(leg.debit, leg.credit) == 0 <= max(leg.debit, leg.credit) <= LARGEST for leg in legs)
    sums = [sum(amount for _code, amount in side) for side in (debits, credits)]
    is_both = {code for code, _amount in debits} & {code for code, _amount in credits}
    if not is_sound or is_both or sums[0] != sums[1] or not sums[0]:
        raise NotBalanced
    found, waiting, debit, open_ = [], iter(debits), "", 0
    for credit, amount in credits:
        while amount:
            if not open_:
                debit, open_ = next(waiting)
            part = min(amount, open_)
            found.append((debit, credit, part))
            amount, open_ = amount - part, open_ - part
    return found


def _the_same(known: Voucher, posting: Posting) -> Voucher:
    """Return what was posted under this source before, if it says the same; else raise ``SourceReused``."""
    lines = known.lines.order_by("position").values_list("debit__code", "credit__code", "amount")
    if known.posted_on != posting.posted_on or list(lines) != _pairs(posting.legs):
        raise SourceReused
    return known


def _accounts(book: Book, codes: set[str]) -> dict[str, Account]:
    rows = Account.objects.filter(tenant=book.tenant, body=book.body, code__in=codes)
    found = {row.code: row for row in rows}
    for code in sorted(codes - found.keys()):
        raise NoSuchLedgerAccount(code=code)
    return found


def _next_number(book: Book, year: int) -> int:
    """Return the next number of the year; no other can take it, the books are locked."""
    rows = Voucher.objects.filter(tenant=book.tenant, body=book.body, year=year)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1
