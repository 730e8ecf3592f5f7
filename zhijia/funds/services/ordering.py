"""What other apps call to have something paid that was decided in their own workflow."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.services import require
from zhijia.funds.enums import Barred, SpendingState
from zhijia.funds.errors import AlreadyAsked, SecondPersonNeeded
from zhijia.funds.models import Approval, Spending
from zhijia.funds.permissions import Ask
from zhijia.funds.selectors.spending import payment_of
from zhijia.funds.services.reversing import take_back
from zhijia.funds.services.spendings import Order, check_budget, write_order
from zhijia.unions.models import UnionBody


@transaction.atomic
def reserve_payment(
    *, body: UnionBody, order: Order, approved_by: Iterable[User], by: Actor, now: dt.datetime
) -> Spending:
    """Hold back money for what another app has decided, and put it on the list for the next payment file.

    ``approved_by`` are the people who approved it there: as many as the amount needs, neither who
    orders nor who is paid. The same order sent again gives the payment that stands. Caps, budget and
    "nothing twice" hold as for any payment. Raises ``NotAllowed``, ``SecondPersonNeeded``,
    ``CapExceeded``, ``NoBudget``, ``OverBudget``, ``AlreadyAsked`` (the same key with other contents).
    """
    require(by, "funds.reserve_payment", Ask(body, local_date(now)))
    known = payment_of(body, order.source, order.period, order.purpose)
    if known is not None:
        return _the_same(known, order)
    approvers = {user.pk for user in approved_by} - {by.pk, getattr(order.payee, "pk", None)}
    made = write_order(
        body, order, state=SpendingState.APPROVED, by=by, now=now, approved_at=now,
        confirmed=sorted(Barred.values),
    )  # fmt: skip
    if len(approvers) < made.needed:
        raise SecondPersonNeeded
    check_budget(made)
    Approval.objects.bulk_create(
        Approval(tenant=made.tenant, spending=made, approved_at=now, approved_by_id=pk) for pk in approvers
    )
    record("spending.reserved", obj=made, by=by, now=now, data={"source": made.source, "amount": made.amount})
    return made


def _the_same(known: Spending, order: Order) -> Spending:
    told = (order.amount, order.payee_name.strip(), order.code)
    if (known.amount, known.payee_name, known.account.code) != told:
        raise AlreadyAsked
    return known


@transaction.atomic
def release_payment(
    *, body: UnionBody, source: str, period: str, purpose: str, reason: str, by: Actor, now: dt.datetime
) -> Spending:
    """Give up a payment that has not gone to the bank; or raise ``NotFound``, ``WrongState`` …"""
    require(by, "funds.reserve_payment", Ask(body, local_date(now)))
    known = payment_of(body, source, period, purpose)
    if known is None:
        raise NotFound
    return take_back(known, reason=reason, only_unpaid=True, by=by, now=now)
