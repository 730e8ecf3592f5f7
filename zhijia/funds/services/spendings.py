"""A payment from the request to its approval. Nobody decides alone, nothing passes a cap or a budget."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from zhijia.accounts.models import User
from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.identifiers import normalise
from zhijia.core.services import check_state, load_locked, require
from zhijia.funds import messages
from zhijia.funds.caps import approvals_for
from zhijia.funds.enums import (
    FESTIVALS,
    GIFTS,
    AccountKind,
    Barred,
    PayeeKind,
    SpendingState,
)
from zhijia.funds.errors import (
    AlreadyAsked,
    BadAccountNumber,
    BadAmount,
    CapExceeded,
    CapExceededTogether,
    ChecklistIncomplete,
    MemberMissing,
    NoBudget,
    NoSuchLedgerAccount,
    OverBudget,
    RelativeMayNotApprove,
    SecondPersonNeeded,
)
from zhijia.funds.models import Account, Approval, Spending
from zhijia.funds.money import LARGEST, is_card_number, show
from zhijia.funds.permissions import Ask
from zhijia.funds.selectors.spending import cap_uses, room_in_budget
from zhijia.funds.services.posting import book_of
from zhijia.funds.workflow import SPENDING
from zhijia.membership.selectors import person_behind
from zhijia.unions.models import UnionBody


@dataclass(frozen=True)
class Order:
    """What is to be paid, to whom and for what. With body, source, period and purpose it is paid once."""

    code: str
    """Account of expense."""
    purpose: str
    amount: int
    """Fen."""
    source: str
    period: str
    text: str
    payee_kind: str
    payee_name: str
    payee_number: str
    bank: str = ""
    member_reference: str = ""
    headcount: int = 1
    has_relative: bool = False
    payee: User | None = None


@transaction.atomic
def draft_spending(
    *, body: UnionBody, order: Order, confirmed: tuple[str, ...], by: Actor, now: dt.datetime
) -> Spending:
    """Ask for a payment; who asks confirms each point of the list of barred spending.

    Raises ``NotAllowed``, ``ChecklistIncomplete``, ``CapExceeded``, ``AlreadyAsked``, ``BadAmount``,
    ``BadAccountNumber``, ``MemberMissing``, ``NoSuchLedgerAccount``.
    """
    require(by, "funds.draft_spending", Ask(body, local_date(now)))
    if set(confirmed) != set(Barred.values):
        raise ChecklistIncomplete
    made = write_order(body, order, state=SpendingState.DRAFTED, by=by, now=now, confirmed=sorted(confirmed))
    record(
        "spending.drafted", obj=made, by=by, now=now, data={"purpose": made.purpose, "amount": made.amount}
    )
    return made


def write_order(
    body: UnionBody, order: Order, *, state: str, by: Actor, now: dt.datetime, **more: Any
) -> Spending:
    """Write an order down under the lock of the books, within the caps of place, person and year."""
    book, on = book_of(body, now), local_date(now)
    account = Account.objects.filter(
        tenant=body.tenant, body=book.body, code=order.code, kind=AccountKind.EXPENSE
    ).first()
    if account is None:
        raise NoSuchLedgerAccount(code=order.code)
    made = Spending(
        tenant=body.tenant, body=body, account=account, state=state, year=on.year, drafted_at=now,
        drafted_by=by, payee=order.payee, **_told(order), **more,
    )  # fmt: skip
    persons = person_behind(made.member_reference, body.tenant)
    made.person = min(persons, default=None)
    made.rule = check_caps(made, on, persons=persons)
    made.needed = approvals_for(
        made.amount, purpose=made.purpose, has_relative=made.has_relative, place=body.place, on=on
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise AlreadyAsked from None
    return made


def _told(order: Order) -> dict[str, Any]:
    """Return the columns of an order, checked and tidied."""
    if not 0 < order.amount <= LARGEST or order.headcount < 1:
        raise BadAmount
    is_shared = order.purpose in FESTIVALS and order.payee_kind == PayeeKind.UNIT
    if order.purpose in GIFTS and not order.member_reference.strip() and not is_shared:
        raise MemberMissing
    if order.member_reference.strip() and order.headcount != 1:
        raise MemberMissing
    names = ("purpose", "amount", "payee_kind", "headcount", "has_relative")
    texts = {"source": 80, "period": 20, "text": 200, "payee_name": 80, "bank": 60, "member_reference": 36}
    told = {name: getattr(order, name) for name in names}
    told |= {name: str(getattr(order, name)).strip()[:size] for name, size in texts.items()}
    return told | {"payee_number": clean_number(order.payee_number, order.payee_kind)}


def clean_number(text: str, kind: str) -> str:
    """Return the digits of an account; a person's card passes the Luhn check. Raise ``BadAccountNumber``."""
    digits = normalise(text)
    fits = is_card_number(digits) if kind == PayeeKind.PERSON else re.fullmatch(r"[0-9]{8,30}", digits)
    if not fits:
        raise BadAccountNumber
    return digits


def check_caps(spending: Spending, on: dt.date, *, persons: frozenset[int] = frozenset()) -> str:
    """Return which caps were applied; raise ``CapExceeded`` where this payment and others pass one.

    What other bodies spent on the same person counts; no sum of theirs is told.
    """
    uses = cap_uses(spending, on, persons=persons)
    for use in uses:
        told = {"title": use.cap.title, "cap": show(use.cap.fen), "basis": use.cap.basis}
        if use.per_head > use.left:
            raise CapExceeded(**told, used=show(use.used), left=show(max(use.left, 0)))
        if use.is_passed:
            raise CapExceededTogether(**told)
    return " ".join(use.cap.name for use in uses)[:120]


def begin(step: str, *, public_id: Any, by: Actor, now: dt.datetime) -> Spending:
    """Lock the books and the payment, then ask who and in which state.

    The books first: whoever spends of a budget or a cap waits for whoever does so already.
    """
    found = Spending.objects.select_related("body").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    require(by, SPENDING.transition(step).permission, Ask(found.body, local_date(now)))
    book_of(found.body, now)
    spending = load_locked(Spending.objects.select_related("body", "account"), pk=found.pk)
    check_state(SPENDING, step, spending.state)
    return spending


def finish(
    step: str, spending: Spending, *, by: Actor, now: dt.datetime, to: str | None = None, **changes: Any
) -> Spending:
    """Write the new state and what changed with it, and record it; the only place a state is set."""
    spending.state = SPENDING.target(step, spending.state, to)
    for name, told in changes.items():
        setattr(spending, name, told)
    spending.save(update_fields=["state", *changes])
    facts = {"state": spending.state, "amount": spending.amount}
    record(SPENDING.transition(step).audit, obj=spending, by=by, now=now, data=facts)
    return spending


@transaction.atomic
def withdraw_spending(*, public_id: Any, by: Actor, now: dt.datetime) -> Spending:
    """Take back one's own request before it is approved."""
    spending = begin("withdraw_spending", public_id=public_id, by=by, now=now)
    if spending.drafted_by_id != by.pk:
        raise SecondPersonNeeded
    return finish("withdraw_spending", spending, by=by, now=now, ended_at=now)


@transaction.atomic
def check_spending(*, public_id: Any, by: Actor, now: dt.datetime) -> Spending:
    """Check papers and account as another person than who drafted it; holds back the money of the budget.

    Raises ``SecondPersonNeeded``, ``NoBudget``, ``OverBudget``.
    """
    spending = begin("check_spending", public_id=public_id, by=by, now=now)
    if by.pk in (spending.drafted_by_id, spending.payee_id):
        raise SecondPersonNeeded
    check_budget(spending)
    finish("check_spending", spending, by=by, now=now, checked_at=now, checked_by=by)
    messages.tell_committee(spending, now)
    return spending


def check_budget(spending: Spending) -> None:
    """Raise ``NoBudget`` or ``OverBudget`` if the approved budget does not hold this payment."""
    told = {"year": spending.year, "name": str(spending.account)}
    left = room_in_budget(spending)
    if left is None:
        raise NoBudget(**told)
    if spending.amount > left:
        raise OverBudget(**told, left=show(max(left, 0)))


@transaction.atomic
def approve_spending(*, public_id: Any, no_relative: bool, by: Actor, now: dt.datetime) -> Spending:
    """Say yes as one of the committee; the last yes that is needed approves the payment.

    ``no_relative``: who approves says that the payee is no relative. Raises ``SecondPersonNeeded``,
    ``RelativeMayNotApprove``.
    """
    spending = begin("approve_spending", public_id=public_id, by=by, now=now)
    given = set(spending.approvals.values_list("approved_by", flat=True))
    if by.pk in {spending.drafted_by_id, spending.checked_by_id, spending.payee_id} | given:
        raise SecondPersonNeeded
    if not no_relative:
        raise RelativeMayNotApprove
    Approval.objects.create(tenant=spending.tenant, spending=spending, approved_at=now, approved_by=by)
    if len(given) + 1 < spending.needed:
        return finish("approve_spending", spending, by=by, now=now, to=SpendingState.CHECKED.value)
    finish("approve_spending", spending, by=by, now=now, to=SpendingState.APPROVED.value, approved_at=now)
    messages.tell_drafter(spending, now)
    return spending


@transaction.atomic
def refuse_spending(*, public_id: Any, reason: str, by: Actor, now: dt.datetime) -> Spending:
    """Refuse with a reason; what was held back is free again."""
    spending = begin("refuse_spending", public_id=public_id, by=by, now=now)
    if by.pk == spending.drafted_by_id:
        raise SecondPersonNeeded
    finish("refuse_spending", spending, by=by, now=now, reason=reason.strip()[:200], ended_at=now)
    messages.tell_drafter(spending, now)
    return spending
