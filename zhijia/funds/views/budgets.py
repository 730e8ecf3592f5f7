"""The budget of a year and how it is carried out."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.core import clock
from zhijia.core.forms import attempt
from zhijia.funds import selectors, services
from zhijia.funds.forms import BudgetForm, ReasonForm
from zhijia.funds.models import Budget
from zhijia.funds.money import to_yuan
from zhijia.funds.permissions import Ask, may
from zhijia.funds.views.access import decided_with_proof, for_body, tell, today
from zhijia.funds.workflow import BUDGET
from zhijia.unions.models import UnionBody

STEPS: dict[str, Callable[..., Any]] = {
    "agree_budget": services.agree_budget,
    "approve_budget": services.approve_budget,
    "refuse_budget": services.refuse_budget,
}


@for_body()
def budgets(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """All budgets of a body, and a form for a new one."""
    accounts = selectors.chart_of(body, "income", "expense")
    form = BudgetForm(request.POST or None, accounts=accounts, initial={"year": today().year})
    if request.method == "POST" and form.is_valid():
        told = {"body": body, "year": form.cleaned_data["year"], "lines": form.lines}
        made = attempt(form, lambda: services.draft_budget(**told, by=request.user, now=clock.now()))
        if made is not None:
            messages.success(request, _("Drafted. Now the committee agrees on it."))
            return redirect("funds:budget", body.pk, made.pk)
    keeps = may(request.user, "funds.keep_books", Ask(body, today()))
    context = {"body": body, "form": form, "budgets": selectors.budgets_of(body), "keeps": keeps}
    return render(request, "funds/budgets.html", context, status=422 if form.errors else 200)


@decided_with_proof
@for_body()
def budget(request: HttpRequest, body: UnionBody, budget_id: int) -> HttpResponse:
    """One budget with its execution; the steps that the officer can take."""
    page = selectors.budget_page(body, budget_id)
    if request.method == "POST":
        return _take_step(request, body, page.budget)
    found = page.budget
    steps = [
        step
        for step in BUDGET.from_state(found.state)
        if may(request.user, step.permission, Ask(body, today()))
        and (found.drafted_by_id != getattr(request.user, "pk", None) or step.name == "change_budget")
    ]
    context = {
        "body": body, "page_of": page, "state": BUDGET.state(found.state), "steps": steps,
        "reason": ReasonForm(), "form": _lines_form(body, page) if found.is_open else None,
    }  # fmt: skip
    return render(request, "funds/budget.html", context)


def _lines_form(body: UnionBody, page: selectors.BudgetPage, data: Any = None) -> BudgetForm:
    initial = {f"line_{row.account.code}": to_yuan(row.planned) for row in page.rows if row.planned}
    initial["year"] = str(page.budget.year)
    return BudgetForm(data, accounts=selectors.chart_of(body, "income", "expense"), initial=initial)


def _take_step(request: HttpRequest, body: UnionBody, found: Budget) -> HttpResponse:
    step = request.POST.get("step", "")
    told: dict[str, Any] = {"budget_id": found.pk, "by": request.user}
    call = STEPS.get(step, services.change_budget)
    if step not in STEPS:
        form = BudgetForm(request.POST, accounts=selectors.chart_of(body, "income", "expense"))
        if not form.is_valid():
            messages.error(request, _("Check the amounts."))
            return redirect("funds:budget", body.pk, found.pk)
        told["lines"] = form.lines
    elif step == "refuse_budget":
        told["reason"] = request.POST.get("reason", "")
    return tell(
        request, lambda: call(**told, now=clock.now()), _("Saved."), "funds:budget", body.pk, found.pk
    )
