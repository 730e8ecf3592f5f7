"""Payment files: what is approved goes to the bank once, in a file that never changes after it was made."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from zhijia.audit.services import record, record_read
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import WrongState
from zhijia.core.services import load_locked, require
from zhijia.funds.bank_file import as_csv, lines_of
from zhijia.funds.enums import BatchState, SpendingState
from zhijia.funds.errors import BatchSealed, NotPayable, SecondPersonNeeded
from zhijia.funds.models import Approval, Batch, BatchItem, Spending
from zhijia.funds.permissions import Ask
from zhijia.funds.services import posting as p
from zhijia.funds.services.posting import Leg, Posting, book_of, post
from zhijia.funds.services.spendings import begin, clean_number, finish
from zhijia.unions.models import UnionBody


@transaction.atomic
def make_batch(*, body: UnionBody, public_ids: Iterable[Any], by: Actor, now: dt.datetime) -> Batch:
    """Put approved payments into a new file; raise ``NotAllowed``, ``NotPayable``."""
    on = local_date(now)
    require(by, "funds.keep_books", Ask(body, on))
    book_of(body, now)
    wanted = set(map(str, public_ids))
    rows = list(
        Spending.objects.select_for_update()
        .filter(tenant=body.tenant, body=body, public_id__in=wanted, state=SpendingState.APPROVED)
        .exclude(items__in=BatchItem.objects.filter(tenant=body.tenant, returned_on=None))
        .order_by("pk")
    )
    if not rows or len(rows) != len(wanted):
        raise NotPayable
    mine = Batch.objects.filter(tenant=body.tenant, body=body, year=on.year)
    number = (mine.aggregate(last=Max("number"))["last"] or 0) + 1
    batch = Batch.objects.create(
        tenant=body.tenant, body=body, year=on.year, number=number, made_at=now, made_by=by
    )
    BatchItem.objects.bulk_create(
        BatchItem(tenant=body.tenant, batch=batch, spending=row, position=n, amount=row.amount)
        for n, row in enumerate(rows, 1)
    )
    record("batch.made", obj=batch, by=by, now=now, data={"count": len(rows)})
    return batch


@transaction.atomic
def export_batch(*, batch_id: int, by: Actor, now: dt.datetime) -> tuple[Batch, list[list[str]]]:
    """Return a file's rows for the bank; the first time seals it, later only the same rows come out.

    Each export is written down before it is read. Raises ``NotAllowed``, ``BatchSealed``.
    """
    batch = _load(batch_id, by, now)
    record_read("batch.exported", obj=batch, by=by, now=now)
    rows = lines_of(batch)
    if len(rows) <= 2:  # header and control sum: every payment was taken out again
        raise NotPayable
    digest = hashlib.sha256(as_csv(rows)).hexdigest()
    if batch.state == BatchState.OPEN:
        batch.state, batch.digest = BatchState.EXPORTED, digest
        batch.exported_at, batch.exported_by = now, by
        batch.save(update_fields=["state", "digest", "exported_at", "exported_by"])
    if digest != batch.digest:
        raise BatchSealed
    return batch, rows


def _load(batch_id: int, by: Actor, now: dt.datetime) -> Batch:
    """Return a file, locked together with the books of its body."""
    batch = load_locked(Batch.objects.select_related("body"), pk=batch_id)
    require(by, "funds.keep_books", Ask(batch.body, local_date(now)))
    return batch


@transaction.atomic
def confirm_batch(*, batch_id: int, on: dt.date, by: Actor, now: dt.datetime) -> Batch:
    """Note that the bank carried the file out, and post each payment; once, however often it is sent.

    Raises ``NotAllowed``, ``WrongState`` before the export, ``PeriodClosed``.
    """
    batch = _load(batch_id, by, now)
    if batch.state == BatchState.CONFIRMED:
        return batch
    if batch.state != BatchState.EXPORTED:
        raise WrongState
    book = book_of(batch.body, now)
    for item in batch.items.select_related("spending__account").order_by("position"):
        _pay(item, book, on, by=by, now=now)
    batch.state, batch.confirmed_on = BatchState.CONFIRMED, on
    batch.save(update_fields=["state", "confirmed_on"])
    record("batch.confirmed", obj=batch, by=by, now=now, data={"on": on.isoformat()})
    return batch


def _pay(item: BatchItem, book: Any, on: dt.date, *, by: Actor, now: dt.datetime) -> None:
    """Post one payment; one that the bank had returned is paid out of the other payables."""
    spending = load_locked(Spending.objects.select_related("account", "body"), pk=item.spending_id)
    again = spending.paid_on is not None
    code = p.OTHER_PAYABLE if again else spending.account.code
    text = p.SPENDING_REPAID if again else p.SPENDING_PAID.format(text=spending.text)
    legs = (Leg(code, debit=item.amount), Leg(p.BANK, credit=item.amount))
    source = f"spending:{spending.public_id}:{item.pk}"
    post(book, Posting(on, text[:200], source, legs), by=by, now=now)
    finish("pay_spending", spending, by=by, now=now, paid_on=spending.paid_on or on)


@transaction.atomic
def return_payment(*, item_id: int, on: dt.date, reason: str, by: Actor, now: dt.datetime) -> Spending:
    """Note that the bank returned a payment: the money is back and waits to be paid again.

    Raises ``NotAllowed``, ``WrongState`` unless it was paid.
    """
    item = load_locked(BatchItem.objects.select_related("spending"), pk=item_id, returned_on=None)
    spending = begin("return_payment", public_id=item.spending.public_id, by=by, now=now)
    legs = (Leg(p.BANK, debit=item.amount), Leg(p.OTHER_PAYABLE, credit=item.amount))
    source = f"return:{item.pk}"
    post(book_of(spending.body, now), Posting(on, p.SPENDING_RETURNED, source, legs), by=by, now=now)
    item.returned_on, item.return_reason = on, reason.strip()[:200]
    item.save(update_fields=["returned_on", "return_reason"])
    return finish("return_payment", spending, by=by, now=now)


@transaction.atomic
def correct_payee(
    *, public_id: Any, payee_name: str, payee_number: str, bank: str, by: Actor, now: dt.datetime
) -> Spending:
    """Correct where a returned payment goes; it is approved anew, by others than who corrected it.

    Raises ``NotAllowed``, ``SecondPersonNeeded``, ``BadAccountNumber``.
    """
    spending = begin("correct_payee", public_id=public_id, by=by, now=now)
    if by.pk in (spending.drafted_by_id, spending.payee_id):
        raise SecondPersonNeeded
    Approval.objects.filter(tenant=spending.tenant, spending=spending).delete()
    number = clean_number(payee_number, spending.payee_kind)
    return finish(
        "correct_payee", spending, by=by, now=now, payee_name=payee_name.strip()[:80], payee_number=number,
        bank=bank.strip()[:60], checked_at=now, checked_by=by, approved_at=None,
    )  # fmt: skip
