"""Payments: the queue, a new request with the rules beside it, and the steps of each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.core import clock
from zhijia.core.forms import PlainForm, attempt
from zhijia.core.paging import paginate
from zhijia.core.workflow import Transition
from zhijia.funds import selectors, services
from zhijia.funds.enums import SpendingState
from zhijia.funds.forms import ApproveForm, PayeeForm, ReasonForm, SpendingForm
from zhijia.funds.models import Spending
from zhijia.funds.permissions import Ask, may
from zhijia.funds.views.access import decided_with_proof, for_body, today
from zhijia.funds.workflow import SPENDING
from zhijia.unions.models import UnionBody

PAGE = 40
STEPS: dict[str, tuple[type[PlainForm], Callable[..., Any]]] = {
    "withdraw_spending": (PlainForm, services.withdraw_spending),
    "check_spending": (PlainForm, services.check_spending),
    "approve_spending": (ApproveForm, services.approve_spending),
    "refuse_spending": (ReasonForm, services.refuse_spending),
    "correct_payee": (PayeeForm, services.correct_payee),
    "reverse_spending": (ReasonForm, services.reverse_spending),
}
DANGEROUS = frozenset({"withdraw_spending", "refuse_spending", "reverse_spending"})


@dataclass(frozen=True)
class Step:
    """A step that the officer can take now, with its form."""

    transition: Transition
    form: PlainForm

    @property
    def is_dangerous(self) -> bool:
        """Whether its button is red."""
        return self.transition.name in DANGEROUS


@for_body("funds.read_spendings")
def spendings(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """The payments of a body by state."""
    asked = request.GET.get("state", "")
    state = asked if asked in SpendingState.values else ""
    page = paginate(selectors.queue(body, state), request.GET.get("cursor"), PAGE, ["-drafted_at", "-id"])
    tabs = [{"label": _("All"), "url": "?", "current": not state}]
    tabs += [{"label": s.label, "url": f"?state={s}", "current": s == state} for s in SpendingState]
    drafts = may(request.user, "funds.draft_spending", Ask(body, today()))
    reads = may(request.user, "funds.read_books", Ask(body, today()))
    context = {
        "body": body,
        "rows": page,
        "tabs": tabs,
        "drafts": drafts,
        "reads": reads,
        "keeps": may(request.user, "funds.keep_books", Ask(body, today())),
    }
    return render(request, "funds/spendings.html", context)


@for_body("funds.draft_spending")
def new(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Ask for a payment; the caps of the place stand beside the form."""
    form = SpendingForm(request.POST or None, accounts=selectors.chart_of(body, "expense"))
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"order": form.order, "confirmed": tuple(form.cleaned_data["confirmed"])}
        made = attempt(
            form, lambda: services.draft_spending(body=body, **told, by=request.user, now=clock.now())
        )
        if made is not None:
            messages.success(request, _("Drafted. Now the treasurer checks it."))
            return redirect("funds:spending", body.pk, made.public_id)
    caps = selectors.caps_of_place(body.place, today())
    context = {"body": body, "form": form, "caps": caps}
    return render(request, "funds/spending_new.html", context, status=422 if form.errors else 200)


@decided_with_proof
@for_body("funds.read_spendings")
def spending(request: HttpRequest, body: UnionBody, public_id: UUID) -> HttpResponse:
    """One payment: what it is for, which rules hold, who said yes, what can be done."""
    found = selectors.spending_page(body, public_id)
    steps = list(_steps(request, body, found))
    if request.method == "POST":
        step = next((s for s in steps if s.transition.name == request.POST.get("step")), None)
        if step is not None and step.form.is_valid() and _take(request, step, found):
            messages.success(request, _("Saved."))
            return redirect("funds:spending", body.pk, public_id)
    approvals = list(found.approvals.select_related("approved_by").order_by("approved_at"))
    context = {
        "body": body, "spending": found, "state": SPENDING.state(found.state), "steps": steps,
        "approvals": approvals, "missing": max(found.needed - len(approvals), 0),
        "uses": selectors.cap_uses(found, today()), "room": selectors.room_in_budget(found),
    }  # fmt: skip
    return render(request, "funds/spending.html", context, status=422 if request.method == "POST" else 200)


def _steps(request: HttpRequest, body: UnionBody, found: Spending) -> Iterator[Step]:
    """Yield what the table allows now and the officer may do."""
    sent = request.POST if request.method == "POST" else None
    for transition in SPENDING.from_state(found.state):
        if transition.name not in STEPS or not may(request.user, transition.permission, Ask(body, today())):
            continue
        is_own = found.drafted_by_id == getattr(request.user, "pk", None)
        if is_own == (transition.name == "withdraw_spending") or transition.name == "reverse_spending":
            asked = sent if sent is not None and sent.get("step") == transition.name else None
            yield Step(transition, STEPS[transition.name][0](asked))


def _take(request: HttpRequest, step: Step, found: Spending) -> bool:
    call, told = STEPS[step.transition.name][1], step.form.cleaned_data
    return (
        attempt(step.form, lambda: call(public_id=found.public_id, **told, by=request.user, now=clock.now()))
        is not None
    )
