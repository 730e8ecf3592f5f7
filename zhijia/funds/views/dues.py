"""Dues of a body: months, arrears, payments, adjustments."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.core import clock
from zhijia.core.forms import attempt
from zhijia.funds import selectors, services
from zhijia.funds.forms import AdjustmentForm, DuesPaymentForm, MonthForm, WagesForm
from zhijia.funds.permissions import Ask, may
from zhijia.funds.views.access import decided_with_proof, for_body, tell, today
from zhijia.membership.selectors import names_of_references
from zhijia.unions.models import UnionBody

SHOWN = 200
"""Arrears on one page; the sums below it are of all."""


@for_body()
def dues(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Months, arrears, and two forms for the treasurer."""
    sent = request.POST if request.method == "POST" else None
    is_payment = sent is not None and "paid_on" in sent
    initial = {"paid_on": today(), "member_reference": request.GET.get("member", "")[:36]}
    payment = DuesPaymentForm(sent if is_payment else None, initial=initial)
    change = AdjustmentForm(sent if sent is not None and not is_payment else None)
    if sent is not None and _done(request, body, payment if is_payment else change, is_payment):
        messages.success(request, _("Saved."))
        return redirect("funds:dues", body.pk)
    owing = selectors.arrears(body)
    asked = list(selectors.adjustments_of(body))
    names = names_of_references(
        [*(one.member_reference for one in owing[:SHOWN]), *(one.member_reference for one in asked)]
    )
    context = {
        "body": body, "payment": payment, "change": change, "count": len(owing),
        "arrears": [(one, names.get(one.member_reference, "")) for one in owing[:SHOWN]],
        "open": sum(one.open for one in owing), "months": selectors.dues_by_month(body, today().year),
        "adjustments": [(one, names.get(one.member_reference, "")) for one in asked],
        "keeps": may(request.user, "funds.keep_books", Ask(body, today())),
        "decides": may(request.user, "funds.decide_adjustment", Ask(body, today())),
    }  # fmt: skip
    return render(request, "funds/dues.html", context, status=422 if sent is not None else 200)


def _done(request: HttpRequest, body: UnionBody, form: Any, is_payment: bool) -> bool:
    if not form.is_valid():
        return False
    told = dict(form.cleaned_data)
    call: Callable[..., Any] = services.ask_adjustment
    if is_payment:
        call, told["key"] = services.record_dues_payment, told.pop("idempotency_key")
    return attempt(form, lambda: call(body=body, **told, by=request.user, now=clock.now())) is not None


@for_body("funds.keep_books")
def charge(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Charge a month from the roll; wages that nobody has told are asked for, and repeating does no harm."""
    asked = MonthForm({"month": request.GET.get("month") or f"{today():%Y-%m}"})
    month_on = (asked.cleaned_data["month"] if asked.is_valid() else None) or today().replace(day=1)
    lines = selectors.payer_lines(body, request.user, month_on, today())
    waiting = [line for line in lines if not line.is_charged and not line.payer.is_free]
    shown = [line for line in waiting if not line.payer.is_new_form][:SHOWN]
    names = names_of_references(line.payer.reference for line in shown)
    form = WagesForm(request.POST or None, lines=shown, names=names)
    if request.method == "POST" and asked.is_valid() and form.is_valid():
        done = attempt(form, lambda: services.charge_from_roll(
            body=body, month_on=month_on, wages=form.wages(), by=request.user, now=clock.now()
        ))  # fmt: skip
        if done is not None:
            _tell_charged(request, done)
            again = f"{reverse('funds:charge', args=[body.pk])}?month={month_on:%Y-%m}"
            return redirect(again if done.without_wage else reverse("funds:dues", args=[body.pk]))
    fields = [(line, names.get(line.payer.reference, ""), form[f"{form.PREFIX}{line.payer.reference}"])
              for line in shown]  # fmt: skip
    context = {
        "body": body, "asked": asked, "form": form, "month_on": month_on, "fields": fields,
        "waiting": len(waiting), "charged": sum(line.is_charged for line in lines),
        "free": sum(line.payer.is_free for line in lines), "missing": sum(line.needs_wage for line in lines),
        "fixed": sum(line.payer.is_new_form for line in waiting), "is_ahead": month_on > today(),
    }  # fmt: skip
    return render(request, "funds/charge.html", context, status=422 if form.errors else 200)


def _tell_charged(request: HttpRequest, done: services.Collected) -> None:
    told = done.charged
    say = messages.success if told.made else messages.info
    say(
        request,
        _("Charged now: %(made)d. Charged before: %(known)d. Nothing to pay: %(free)d.")
        % {"made": told.made, "known": told.known, "free": told.free},
    )
    if done.without_wage:
        text = _("The wage of %(count)d members is still missing; type it below, now or at any time.")
        messages.warning(request, text % {"count": done.without_wage})
    if told.without_rule:
        text = _("For %(count)d members no rule of the place says what they pay.")
        messages.warning(request, text % {"count": told.without_rule})


@decided_with_proof
@require_POST
@for_body("funds.decide_adjustment")
def decide(request: HttpRequest, body: UnionBody, adjustment_id: int) -> HttpResponse:
    """Decide an adjustment as the second person."""
    approve = "approve" in request.POST
    return tell(
        request,
        lambda: services.decide_adjustment(
            adjustment_id=adjustment_id, approve=approve, by=request.user, now=clock.now()
        ),
        _("Decided."), "funds:dues", body.pk,
    )  # fmt: skip
