"""Dues of members. The roll of members calls ``charge_dues``; nobody else tells who owes what.

Not paying has no effect here beyond the figure: help is never refused for it, and nobody leaves the
union by it. The Charter asks for a reminder and a decision of people (article 6).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.services import load_locked, require
from zhijia.funds.dues_rules import rule_for
from zhijia.funds.enums import Decision
from zhijia.funds.errors import AlreadyDecided, BadAmount, NoSuchPayer, SecondPersonNeeded
from zhijia.funds.models import DuesAdjustment, DuesCharge, DuesPayment
from zhijia.funds.permissions import Ask
from zhijia.funds.selectors.dues import is_payer
from zhijia.funds.services.posting import BANK, DUES_INCOME, DUES_RECEIVED, Leg, Posting, book_of, post
from zhijia.unions.models import UnionBody


@dataclass(frozen=True)
class Payer:
    """A member as the roll of members describes him for one month."""

    reference: str
    """Identifier of the membership, not of the person."""
    base_wage: int
    """Monthly basic wage in fen."""
    group: str
    """A value of ``WorkerGroup``."""
    from_on: dt.date
    """First day of the membership."""
    is_retained: bool = False
    """Membership kept while out of work or retired: pays no dues (Charter, article 8)."""


@dataclass(frozen=True)
class Charged:
    """What a run of charges came to."""

    made: int = 0
    known: int = 0
    """Charged before; nothing changed."""
    free: int = 0
    """Retained, not yet a member in that month, or waived by a local rule."""
    without_rule: int = 0
    """Members for whom no rule of the place says what they pay."""


@transaction.atomic
def charge_dues(
    *, body: UnionBody, month_on: dt.date, members: Iterable[Payer], by: Actor, now: dt.datetime
) -> Charged:
    """Charge the dues of a month, once for each member; safe to repeat. Raises ``NotAllowed``."""
    require(by, "funds.keep_books", Ask(body, local_date(now)))
    first, last = _month(month_on)
    book_of(body, now)
    rows = DuesCharge.objects.filter(tenant=body.tenant, body=body, month_on=first)
    known = set(rows.values_list("member_reference", flat=True))
    made: list[DuesCharge] = []
    told = Charged()
    for payer in members:
        if payer.is_retained or payer.from_on > last:
            told = replace(told, free=told.free + 1)
        elif payer.reference in known:
            told = replace(told, known=told.known + 1)
        else:
            known.add(payer.reference)
            told, charge = _charge(told, payer, body, first, now)
            made += [charge] if charge else []
    DuesCharge.objects.bulk_create(made, batch_size=1000)
    data = {"month": first.isoformat(), "made": told.made}
    record("dues.charged", obj=body, by=by, now=now, tenant=body.tenant, data=data)
    return told


def _month(day: dt.date) -> tuple[dt.date, dt.date]:
    first = day.replace(day=1)
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _charge(
    told: Charged, payer: Payer, body: UnionBody, month_on: dt.date, now: dt.datetime
) -> tuple[Charged, DuesCharge | None]:
    """Return the charge of one member, or None where he pays nothing, with the count taken on."""
    rule = rule_for(payer.group, body.place, month_on)
    if rule is None:
        return replace(told, without_rule=told.without_rule + 1), None
    amount = rule.amount(payer.base_wage)
    if not amount:
        return replace(told, free=told.free + 1), None
    charge = DuesCharge(
        tenant=body.tenant, body=body, member_reference=payer.reference, month_on=month_on,
        group=payer.group, base=payer.base_wage, amount=amount, rule=rule.name, charged_at=now,
    )  # fmt: skip
    return replace(told, made=told.made + 1), charge


def _require_payer(body: UnionBody, member_reference: str, by: Actor, now: dt.datetime) -> None:
    """Refuse a number that is nobody's here: what is posted under it would belong to nobody."""
    if not is_payer(body, member_reference.strip(), by, local_date(now)):
        raise NoSuchPayer


@transaction.atomic
def record_dues_payment(
    *, body: UnionBody, member_reference: str, amount: int, paid_on: dt.date, key: str, by: Actor,
    now: dt.datetime,
) -> DuesPayment:  # fmt: skip
    """Note dues that came in, and post them; the same ``key`` sent twice makes one payment.

    Raises ``NotAllowed``, ``BadAmount``, ``NoSuchPayer``, ``PeriodClosed``, ``SourceReused``.
    """
    require(by, "funds.keep_books", Ask(body, local_date(now)))
    if amount <= 0:
        raise BadAmount
    _require_payer(body, member_reference, by, now)
    legs = (Leg(BANK, debit=amount), Leg(DUES_INCOME, credit=amount))
    book = book_of(body, now)
    voucher = post(book, Posting(paid_on, DUES_RECEIVED, f"dues:{key}", legs), by=by, now=now)
    made, _is_new = DuesPayment.objects.get_or_create(
        tenant=body.tenant, voucher=voucher,
        defaults={"body": body, "member_reference": member_reference.strip(), "paid_on": paid_on,
                  "amount": amount},
    )  # fmt: skip
    return made


@transaction.atomic
def ask_adjustment(
    *, body: UnionBody, member_reference: str, month_on: dt.date, amount: int, reason: str, by: Actor,
    now: dt.datetime,
) -> DuesAdjustment:  # fmt: skip
    """Ask that a member owes more or less for a month; it counts once a second person has approved.

    Raises ``NotAllowed``, ``BadAmount``, ``NoSuchPayer``.
    """
    require(by, "funds.keep_books", Ask(body, local_date(now)))
    if not amount or not reason.strip():
        raise BadAmount
    _require_payer(body, member_reference, by, now)
    made = DuesAdjustment.objects.create(
        tenant=body.tenant, body=body, member_reference=member_reference.strip(),
        month_on=month_on.replace(day=1), amount=amount, reason=reason.strip(), asked_at=now, asked_by=by,
    )  # fmt: skip
    record("adjustment.asked", obj=made, by=by, now=now, data={"amount": amount})
    return made


@transaction.atomic
def decide_adjustment(*, adjustment_id: int, approve: bool, by: Actor, now: dt.datetime) -> DuesAdjustment:
    """Approve or refuse as a second person; raise ``SecondPersonNeeded``, ``AlreadyDecided``."""
    found = load_locked(DuesAdjustment.objects.select_related("body"), pk=adjustment_id)
    require(by, "funds.decide_adjustment", Ask(found.body, local_date(now)))
    if found.asked_by_id == by.pk:
        raise SecondPersonNeeded
    if found.state != Decision.ASKED:
        raise AlreadyDecided
    found.state = Decision.APPROVED if approve else Decision.REFUSED
    found.decided_at, found.decided_by = now, by
    found.save(update_fields=["state", "decided_at", "decided_by"])
    record("adjustment.decided", obj=found, by=by, now=now, data={"state": found.state})
    return found
