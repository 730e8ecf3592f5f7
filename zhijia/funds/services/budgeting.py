"""The budget of a year: drafted by the treasurer, agreed by the committee, approved by the auditors."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.services import check_state, load_locked, require
from zhijia.funds.enums import AccountKind, BudgetState
from zhijia.funds.errors import BadAmount, BudgetUnderWay, NoSuchLedgerAccount, SecondPersonNeeded
from zhijia.funds.models import Account, Budget, BudgetLine
from zhijia.funds.permissions import Ask
from zhijia.funds.services.posting import book_of
from zhijia.funds.workflow import BUDGET
from zhijia.unions.models import UnionBody

PLANNED = (AccountKind.INCOME.value, AccountKind.EXPENSE.value)


@transaction.atomic
def draft_budget(
    *, body: UnionBody, year: int, lines: Mapping[str, int], by: Actor, now: dt.datetime
) -> Budget:
    """Draft a budget, or a new version of an approved one; ``lines`` are fen by code of account.

    Raises ``NotAllowed``, ``BudgetUnderWay``, ``BadAmount``, ``NoSuchLedgerAccount``.
    """
    require(by, "funds.keep_books", Ask(body, local_date(now)))
    book_of(body, now)
    rows = Budget.objects.filter(tenant=body.tenant, body=body, year=year)
    if rows.filter(state__in=(BudgetState.DRAFTED, BudgetState.AGREED)).exists():
        raise BudgetUnderWay
    version = (rows.aggregate(last=Max("version"))["last"] or 0) + 1
    made = Budget.objects.create(
        tenant=body.tenant, body=body, year=year, version=version, drafted_at=now, drafted_by=by
    )
    _write(made, lines)
    record("budget.drafted", obj=made, by=by, now=now, data={"year": year, "version": version})
    return made


@transaction.atomic
def change_budget(*, budget_id: int, lines: Mapping[str, int], by: Actor, now: dt.datetime) -> Budget:
    """Replace the lines of a draft; who changes it counts as who drafted it."""
    budget = _begin("change_budget", budget_id, by, now)
    BudgetLine.objects.filter(tenant=budget.tenant, budget=budget).delete()
    _write(budget, lines)
    return _finish("change_budget", budget, by=by, now=now, drafted_by=by)


@transaction.atomic
def agree_budget(*, budget_id: int, by: Actor, now: dt.datetime) -> Budget:
    """Note that the committee has agreed; raise ``SecondPersonNeeded`` for who drafted it."""
    budget = _begin("agree_budget", budget_id, by, now)
    if budget.drafted_by_id == by.pk:
        raise SecondPersonNeeded
    return _finish("agree_budget", budget, by=by, now=now, agreed_at=now, agreed_by=by)


@transaction.atomic
def approve_budget(*, budget_id: int, by: Actor, now: dt.datetime) -> Budget:
    """Note that the audit committee has approved; a third person says so."""
    budget = _begin("approve_budget", budget_id, by, now)
    if by.pk in (budget.drafted_by_id, budget.agreed_by_id):
        raise SecondPersonNeeded
    return _finish("approve_budget", budget, by=by, now=now, approved_at=now, approved_by=by)


@transaction.atomic
def refuse_budget(*, budget_id: int, reason: str, by: Actor, now: dt.datetime) -> Budget:
    """Refuse with a reason; a new version may be drafted."""
    budget = _begin("refuse_budget", budget_id, by, now)
    if budget.drafted_by_id == by.pk:
        raise SecondPersonNeeded
    return _finish("refuse_budget", budget, by=by, now=now, reason=reason[:200])


def _begin(step: str, budget_id: int, by: Actor, now: dt.datetime) -> Budget:
    budget = load_locked(Budget.objects.select_related("body"), pk=budget_id)
    require(by, BUDGET.transition(step).permission, Ask(budget.body, local_date(now)))
    check_state(BUDGET, step, budget.state)
    return budget


def _finish(step: str, budget: Budget, *, by: Actor, now: dt.datetime, **changes: object) -> Budget:
    budget.state = BUDGET.target(step, budget.state)
    for name, told in changes.items():
        setattr(budget, name, told)
    budget.save(update_fields=["state", *changes])
    record(BUDGET.transition(step).audit, obj=budget, by=by, now=now, data={"state": budget.state})
    return budget


def _write(budget: Budget, lines: Mapping[str, int]) -> None:
    rows = Account.objects.filter(tenant=budget.tenant, body_id=budget.body_id, kind__in=PLANNED)
    accounts = {row.code: row for row in rows}
    for code, amount in lines.items():
        if code not in accounts:
            raise NoSuchLedgerAccount(code=code)
        if amount < 0:
            raise BadAmount
    BudgetLine.objects.bulk_create(
        BudgetLine(tenant=budget.tenant, budget=budget, account=accounts[code], amount=amount)
        for code, amount in lines.items() if amount
    )  # fmt: skip
