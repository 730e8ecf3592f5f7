"""Taking a payment back, whatever was posted for it."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import WrongState
from zhijia.core.services import check_state, load_locked
from zhijia.funds.enums import BatchState, SpendingState
from zhijia.funds.errors import BatchSealed
from zhijia.funds.models import Spending
from zhijia.funds.services import posting as p
from zhijia.funds.services.posting import Leg, Posting, book_of, post
from zhijia.funds.services.spendings import begin, finish
from zhijia.funds.workflow import SPENDING


@transaction.atomic
def reverse_spending(*, public_id: Any, reason: str, by: Actor, now: dt.datetime) -> Spending:
    """Take a payment back by the chair: free the budget, post the mirror of what was posted.

    Raises ``NotAllowed``, ``WrongState``, ``BatchSealed`` while a file with it is at the bank.
    """
    spending = begin("reverse_spending", public_id=public_id, by=by, now=now)
    return take_back(spending, reason=reason, only_unpaid=False, by=by, now=now)


def take_back(spending: Spending, *, reason: str, only_unpaid: bool, by: Actor, now: dt.datetime) -> Spending:
    """End a payment under the lock of the books."""
    book = book_of(spending.body, now)
    spending = load_locked(Spending.objects.select_related("body", "account"), pk=spending.pk)
    check_state(SPENDING, "reverse_spending", spending.state)
    if only_unpaid and spending.paid_on is not None:
        raise WrongState
    _leave_file(spending)
    if spending.paid_on is not None:
        post(book, _mirror(spending, local_date(now)), by=by, now=now)
    reason = reason.strip()[:200]
    return finish("reverse_spending", spending, by=by, now=now, reason=reason, ended_at=now)


def _leave_file(spending: Spending) -> None:
    """Take the payment out of a file that is still open; raise ``BatchSealed`` for one at the bank."""
    for item in spending.items.filter(returned_on=None).select_related("batch"):
        if item.batch.state == BatchState.OPEN:
            item.delete()
        elif item.batch.state == BatchState.EXPORTED:
            raise BatchSealed


def _mirror(spending: Spending, on: dt.date) -> Posting:
    """Return what takes the expense back: the money is at the bank again, or lies with "other payables"."""
    is_returned = spending.state != SpendingState.PAID
    where = p.OTHER_PAYABLE if is_returned else p.BANK
    text = p.SPENDING_GIVEN_UP if is_returned else p.REVERSED.format(reference="", reason=spending.text)[:200]
    legs = (Leg(where, debit=spending.amount), Leg(spending.account.code, credit=spending.amount))
    return Posting(on, text, f"spending:{spending.public_id}:back", legs)
