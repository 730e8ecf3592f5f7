"""The levy: returns of employers, payments, the shares of the levels, the refund for small payers."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Sum

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.services import load_locked, require
from zhijia.funds.dues_rules import name_of
from zhijia.funds.enums import LevyKind
from zhijia.funds.errors import (
    BadAmount,
    LevyOverlaps,
    NoPreparationLevy,
    NoRefund,
    NothingToDo,
    TooMuch,
)
from zhijia.funds.levy_rules import due_on, levy_rule, shares
from zhijia.funds.models import Book, LevyPayment, LevyReturn, LevyShare, Voucher
from zhijia.funds.money import share_of, show
from zhijia.funds.permissions import Ask
from zhijia.funds.selectors.levy import remitted, small_payer
from zhijia.funds.services import posting as p
from zhijia.funds.services.posting import Leg, Posting, book_of, books_of, post
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.selectors import ancestors


@dataclass(frozen=True)
class Wages:
    """Total wages of a period in fen, by the parts that count (关于工资总额组成的规定, articles 4 to 10)."""

    time_wages: int = 0
    piece_wages: int = 0
    bonuses: int = 0
    allowances: int = 0
    overtime: int = 0
    special: int = 0


@dataclass(frozen=True)
class Declared:
    """What an employer declares."""

    employer: Employer
    from_on: dt.date
    until_on: dt.date
    wages: Wages
    kind: str = LevyKind.LEVY


@transaction.atomic
def record_levy_return(*, body: UnionBody, declared: Declared, by: Actor, now: dt.datetime) -> LevyReturn:
    """Enter what an employer owes for a period; one with the same first day takes the old one's place.

    Raises ``NotAllowed``, ``BadAmount``, ``LevyOverlaps``, ``NoPreparationLevy``.
    """
    require(by, "funds.keep_books", Ask(body, local_date(now)))
    if min(asdict(declared.wages).values()) < 0 or declared.until_on < declared.from_on:
        raise BadAmount
    if declared.kind == LevyKind.PREPARATION and declared.employer.bodies.filter(is_active=True).exists():
        raise NoPreparationLevy
    book_of(body, now)
    old = _replaced(body, declared, now)
    rule = levy_rule(declared.kind, body.place, declared.until_on)
    made = LevyReturn(
        tenant=body.tenant, body=body, employer=declared.employer, kind=declared.kind,
        from_on=declared.from_on, until_on=declared.until_on, **asdict(declared.wages), rule=name_of(rule),
        due_on=due_on(body.place, declared.until_on), replaces=old, recorded_at=now, recorded_by=by,
    )  # fmt: skip
    made.amount = share_of(made.total_wages, rule.value)
    if old is not None and made.amount < _paid(old):
        raise TooMuch(open=show(made.amount - _paid(old)))
    made.save(force_insert=True)
    LevyPayment.objects.filter(tenant=body.tenant, levy_return=old).update(levy_return=made)
    record("levy_return.entered", obj=made, by=by, now=now, data={"replaces": old.pk if old else None})
    return made


def _replaced(body: UnionBody, declared: Declared, now: dt.datetime) -> LevyReturn | None:
    """Return the return that gives way, marked so; raise ``LevyOverlaps`` for one that only overlaps."""
    rows = LevyReturn.objects.select_for_update().filter(
        tenant=body.tenant, employer=declared.employer, replaced_at=None,
        from_on__lte=declared.until_on, until_on__gte=declared.from_on,
    )  # fmt: skip
    found = list(rows)
    if any(row.from_on != declared.from_on or row.body_id != body.pk for row in found):
        raise LevyOverlaps
    for row in found:
        row.replaced_at = now
        row.save(update_fields=["replaced_at"])
    return found[0] if found else None


def _paid(levy_return: LevyReturn) -> int:
    return levy_return.payments.aggregate(paid=Sum("amount"))["paid"] or 0


@transaction.atomic
def record_levy_payment(
    *, return_id: int, amount: int, paid_on: dt.date, key: str, by: Actor, now: dt.datetime
) -> LevyPayment:
    """Note levy that came in, post it, and post each level's share as a claim in its own books.

    All in one transaction; the same ``key`` sent twice makes one payment. Raises ``NotAllowed``,
    ``BadAmount``, ``TooMuch``, ``BadSplit``, ``PeriodClosed``, ``SourceReused``.
    """
    found = load_locked(LevyReturn.objects.select_related("body"), pk=return_id, replaced_at=None)
    body = found.body
    require(by, "funds.keep_books", Ask(body, local_date(now)))
    known = LevyPayment.objects.filter(
        tenant=body.tenant, levy_return=found, voucher__source=f"levy:{key}"
    ).first()
    if amount <= 0:
        raise BadAmount
    if known is None and amount > found.amount - _paid(found):
        raise TooMuch(open=show(found.amount - _paid(found)))
    parts = shares(amount, body, ancestors(body), found.until_on)
    books = books_of([receiver for receiver, _amount in parts], now)
    voucher = post(books[body.pk], _received(parts, paid_on, key), by=by, now=now)
    if known is not None:
        return known
    made = LevyPayment.objects.create(
        tenant=body.tenant, levy_return=found, paid_on=paid_on, amount=amount, voucher=voucher
    )
    _share(made, parts, books, by=by, now=now)
    return made


def _received(parts: list[tuple[UnionBody, int]], paid_on: dt.date, key: str) -> Posting:
    """Return the posting of who collected: his own share is income, the rest is owed upwards."""
    own, others = parts[0][1], sum(amount for _body, amount in parts[1:])
    legs = (Leg(p.BANK, debit=own + others), Leg(p.LEVY_INCOME, credit=own),
            Leg(p.PAYABLE_ABOVE, credit=others))  # fmt: skip
    return Posting(paid_on, p.LEVY_RECEIVED, f"levy:{key}", legs)


def _share(
    payment: LevyPayment, parts: list[tuple[UnionBody, int]], books: dict[int, Book], *, by: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Write down who gets what, and post the claim of each body above."""
    reference = payment.voucher.reference
    for body, amount in parts:
        is_own = body.pk == payment.voucher.body_id
        LevyShare.objects.create(
            tenant=payment.tenant, payment=payment, body=body, level=body.level, amount=amount, is_own=is_own
        )
        if not is_own:
            legs = (Leg(p.RECEIVABLE_BELOW, debit=amount), Leg(p.LEVY_INCOME, credit=amount))
            text = p.LEVY_SHARE.format(reference=reference)
            told = Posting(payment.paid_on, text, f"levy-share:{payment.pk}", legs)
            post(books[body.pk], told, by=by, now=now)


@transaction.atomic
def transfer_shares(*, body: UnionBody, on: dt.date, by: Actor, now: dt.datetime) -> list[Voucher]:
    """Hand on everything that a body owes upwards; one voucher in each of the two books, alike referenced.

    Raises ``NotAllowed``, ``NothingToDo``, ``PeriodClosed``.
    """
    require(by, "funds.keep_books", Ask(body, local_date(now)))
    waiting = LevyShare.objects.select_related("body").filter(
        tenant=body.tenant, payment__voucher__body=body, is_own=False, transferred_on=None
    )
    receivers = list({row.body for row in waiting})
    books = books_of([body, *receivers], now)
    rows = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        raise NothingToDo
    made = []
    for receiver in sorted(receivers, key=lambda one: -one.level):
        mine = [row for row in rows if row.body_id == receiver.pk]
        made += _hand_on(books[body.pk], books[receiver.pk], mine, on, by=by, now=now)
    LevyShare.objects.filter(pk__in=[row.pk for row in rows]).update(transferred_on=on)
    return made


def _hand_on(
    giver: Book, taker: Book, rows: Iterable[LevyShare], on: dt.date, *, by: Actor, now: dt.datetime
) -> list[Voucher]:
    mine = list(rows)
    amount = sum(row.amount for row in mine)
    source = f"levy-transfer:{mine[0].pk}"
    paid = (Leg(p.PAYABLE_ABOVE, debit=amount), Leg(p.BANK, credit=amount))
    came = (Leg(p.BANK, debit=amount), Leg(p.RECEIVABLE_BELOW, credit=amount))
    return [
        post(giver, Posting(on, p.SHARE_PAID, source, paid), by=by, now=now),
        post(taker, Posting(on, p.SHARE_CAME, source, came), by=by, now=now),
    ]


@transaction.atomic
def refund_small_payer(
    *, body: UnionBody, year: int, on: dt.date, by: Actor, now: dt.datetime
) -> list[Voucher]:
    """Give a small payer back what it remitted upwards in a year (小额缴费返还).

    Only for years in which a dated rule says so, and below its threshold. Ordered by a treasurer
    above. Raises ``NotAllowed``, ``NoRefund``, ``PeriodClosed``.
    """
    require(by, "funds.refund_levy", Ask(body, local_date(now)))
    rows = list(remitted(body, year).filter(refunded_on=None).select_related("body"))
    books = books_of([body, *(row.body for row in rows)], now)
    found = small_payer(body, year)
    if found is None or not found.applies or not found.open:
        raise NoRefund
    made = []
    for pk in sorted({row.body_id for row in rows}):
        amount = sum(row.amount for row in rows if row.body_id == pk)
        made += _give_back(books[pk], books[body.pk], amount, year, on, by=by, now=now)
    LevyShare.objects.filter(pk__in=[row.pk for row in rows]).update(refunded_on=on)
    record("levy.refunded", obj=body, by=by, now=now, tenant=body.tenant, data={"year": year})
    return made


def _give_back(
    giver: Book, taker: Book, amount: int, year: int, on: dt.date, *, by: Actor, now: dt.datetime
) -> list[Voucher]:
    text, source = p.REFUND_PAID.format(year=year), f"levy-refund:{taker.body_id}:{year}:{giver.body_id}"
    paid = (Leg(p.TO_BELOW, debit=amount), Leg(p.BANK, credit=amount))
    came = (Leg(p.BANK, debit=amount), Leg(p.FROM_ABOVE, credit=amount))
    return [
        post(giver, Posting(on, text, source, paid), by=by, now=now),
        post(taker, Posting(on, text, source, came), by=by, now=now),
    ]
