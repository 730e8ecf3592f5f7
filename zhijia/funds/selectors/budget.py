"""Budgets and how they are carried out."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from zhijia.core.errors import NotFound
from zhijia.funds.enums import AccountKind, BudgetState
from zhijia.funds.models import Account, Budget
from zhijia.funds.selectors.books import accounts_of, trial_balance
from zhijia.unions.models import UnionBody

PLANNED = (AccountKind.INCOME.value, AccountKind.EXPENSE.value)


@dataclass(frozen=True)
class BudgetRow:
    """One account: planned and actual, in fen."""

    account: Account
    planned: int
    actual: int

    @property
    def percent(self) -> int | None:
        """Return how much of the plan was carried out; None where nothing was planned."""
        return 100 * self.actual // self.planned if self.planned else None

    @property
    def left(self) -> int:
        """Return what is left of the plan."""
        return self.planned - self.actual


@dataclass(frozen=True)
class BudgetPage:
    """A budget with its execution."""

    budget: Budget
    rows: list[BudgetRow]

    def total(self, kind: str, name: str) -> int:
        """Return the sum of a column over one kind of accounts."""
        return sum(getattr(row, name) for row in self.rows if row.account.kind == kind)

    @property
    def planned_income(self) -> int:
        """Return the planned income."""
        return self.total("income", "planned")

    @property
    def planned_expense(self) -> int:
        """Return the planned expense."""
        return self.total("expense", "planned")


def budgets_of(body: UnionBody) -> QuerySet[Budget]:
    """Return the budgets of a body, newest first."""
    return Budget.objects.filter(tenant=body.tenant, body=body).order_by("-year", "-version")


def budget_in_force(body: UnionBody, year: int) -> Budget | None:
    """Return the newest approved version for a year."""
    return budgets_of(body).filter(year=year, state=BudgetState.APPROVED).first()


def budget_page(body: UnionBody, budget_id: int) -> BudgetPage:
    """Return a budget with what was posted in its year; raise ``NotFound``."""
    budget = (
        budgets_of(body).filter(pk=budget_id).select_related("drafted_by", "agreed_by", "approved_by").first()
    )
    if budget is None:
        raise NotFound
    planned = dict(budget.lines.values_list("account", "amount"))
    actual = {b.account.pk: b.grown for b in trial_balance(body, *_year(budget.year))}
    rows = [
        BudgetRow(account, planned.get(account.pk, 0), actual.get(account.pk, 0))
        for account in accounts_of(body)
        if account.kind in PLANNED and (planned.get(account.pk) or actual.get(account.pk))
    ]
    return BudgetPage(budget, rows)


def _year(year: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, 1, 1), dt.date(year, 12, 31)
