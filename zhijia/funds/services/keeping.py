"""What the treasurer does with the books by hand."""

import datetime as dt

from django.db import transaction

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.services import require
from zhijia.funds.errors import AlreadyReversed, BadPeriod
from zhijia.funds.models import Book, Voucher
from zhijia.funds.permissions import Ask
from zhijia.funds.services.posting import REVERSED, Leg, Posting, book_of, post
from zhijia.unions.models import UnionBody


@transaction.atomic
def write_voucher(*, body: UnionBody, posting: Posting, by: Actor, now: dt.datetime) -> Voucher:
    """Post by hand; a source that was posted before gives the voucher that stands.

    Raises ``NotAllowed``, ``NotBalanced``, ``NoSuchLedgerAccount``, ``PeriodClosed``, ``SourceReused``.
    """
    require(by, "funds.keep_books", Ask(body, local_date(now)))
    return post(book_of(body, now), posting, by=by, now=now)


@transaction.atomic
def reverse_voucher(
    *, body: UnionBody, voucher_id: int, on: dt.date, reason: str, by: Actor, now: dt.datetime
) -> Voucher:
    """Take a voucher back by a mirrored one on an open day; raise ``AlreadyReversed``, ``PeriodClosed``."""
    require(by, "funds.keep_books", Ask(body, local_date(now)))
    return mirror(book_of(body, now), voucher_id, on=on, reason=reason, by=by, now=now)


def mirror(book: Book, voucher_id: int, *, on: dt.date, reason: str, by: Actor, now: dt.datetime) -> Voucher:
    """Post the mirror of a voucher into locked books."""
    voucher = Voucher.objects.filter(tenant=book.tenant, body=book.body, pk=voucher_id).first()
    if voucher is None:
        raise NotFound
    if voucher.reverses_id or Voucher.objects.filter(tenant=book.tenant, reverses=voucher).exists():
        raise AlreadyReversed
    legs = [
        leg
        for line in voucher.lines.order_by("position").select_related("debit", "credit")
        for leg in (Leg(line.credit.code, debit=line.amount), Leg(line.debit.code, credit=line.amount))
    ]
    text = REVERSED.format(reference=voucher.reference, reason=reason)[:200]
    posting = Posting(on, text, f"reversal:{voucher.pk}", legs, reverses=voucher)
    return post(book, posting, by=by, now=now)


@transaction.atomic
def close_period(*, body: UnionBody, until_on: dt.date, by: Actor, now: dt.datetime) -> Book:
    """Close the books up to the last day of a month; raise ``BadPeriod``. They are never opened again."""
    today = local_date(now)
    require(by, "funds.keep_books", Ask(body, today))
    book = book_of(body, now)
    is_month_end = (until_on + dt.timedelta(days=1)).day == 1
    is_new = book.closed_until_on is None or until_on > book.closed_until_on
    if not (is_month_end and is_new and until_on < today):
        raise BadPeriod
    book.closed_until_on = until_on
    book.save(update_fields=["closed_until_on"])
    record("books.closed", obj=book, by=by, now=now, data={"until": until_on.isoformat()})
    return book
