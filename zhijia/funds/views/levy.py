"""The levy of employers: returns, payments, shares, refunds."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.core import clock
from zhijia.core.forms import attempt
from zhijia.core.paging import paginate
from zhijia.funds import selectors, services
from zhijia.funds.dues_rules import basis_of
from zhijia.funds.forms import LevyReturnForm, OnDayForm, PaymentForm, RefundForm
from zhijia.funds.levy_rules import LEFT_OUT, PARTS, PAYMENT_ORDER, SOURCE, split_rules
from zhijia.funds.permissions import Ask, may
from zhijia.funds.services import Declared, Wages
from zhijia.funds.views.access import for_body, tell, today
from zhijia.unions.models import UnionBody

PAGE = 40


@for_body()
def levy(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Returns of employers, what is late, and how the levels share."""
    late = request.GET.get("late") == "1"
    rows = selectors.returns_of(body, late_on=today() if late else None)
    page = paginate(rows, request.GET.get("cursor"), PAGE, ["-from_on", "id"])
    context = {
        "body": body, "returns": page, "late": late, "today": today(),
        "split": [
            (level, rule.value, basis_of(rule)) for level, rule in split_rules(body.place, today())
        ],
        "to_transfer": selectors.shares_to_transfer(body), "transfer": OnDayForm(initial={"on": today()}),
        "payment_order": PAYMENT_ORDER, "keeps": _keeps(request, body),
    }  # fmt: skip
    return render(request, "funds/levy.html", context)


def _keeps(request: HttpRequest, body: UnionBody) -> bool:
    return may(request.user, "funds.keep_books", Ask(body, today()))


@for_body("funds.keep_books")
def new(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Enter a return, with what counts as wages and what does not."""
    form = LevyReturnForm(request.POST or None, employers=selectors.employers_below(body))
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        wages = Wages(**{part.name: told.pop(part.name) for part in PARTS})
        declared = Declared(**told, wages=wages)
        made = attempt(
            form,
            lambda: services.record_levy_return(
                body=body, declared=declared, by=request.user, now=clock.now()
            ),
        )
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("funds:levy_return", body.pk, made.pk)
    context = {"body": body, "form": form, "parts": PARTS, "left_out": LEFT_OUT, "source": SOURCE}
    return render(request, "funds/levy_new.html", context, status=422 if form.errors else 200)


@for_body()
def levy_return(request: HttpRequest, body: UnionBody, return_id: int) -> HttpResponse:
    """One return: how it was worked out, its payments and shares."""
    page = selectors.levy_page(body, return_id, today())
    form = PaymentForm(request.POST or None, initial={"paid_on": today()})
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        key = told.pop("idempotency_key")
        made = attempt(
            form,
            lambda: services.record_levy_payment(
                return_id=page.levy_return.pk, key=key, by=request.user, now=clock.now(), **told
            ),
        )
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("funds:levy_return", body.pk, return_id)
    wages = [(part, getattr(page.levy_return, part.name)) for part in PARTS]
    context = {
        "body": body, "page_of": page, "form": form, "wages": wages, "source": SOURCE,
        "payment_order": PAYMENT_ORDER, "keeps": _keeps(request, body),
    }  # fmt: skip
    return render(request, "funds/levy_return.html", context, status=422 if form.errors else 200)


@require_POST
@for_body("funds.keep_books")
def transfer(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Hand on what is owed upwards."""
    form = OnDayForm(request.POST)
    day = form.cleaned_data["on"] if form.is_valid() else today()
    return tell(
        request, lambda: services.transfer_shares(body=body, on=day, by=request.user, now=clock.now()),
        _("Handed on."), "funds:levy", body.pk,
    )  # fmt: skip


@require_POST
@for_body("funds.refund_levy")
def refund(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Give a small payer back what it remitted, by a treasurer above."""
    form = RefundForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a year and a day."))
        return redirect("funds:sums", body.pk)
    return tell(
        request,
        lambda: services.refund_small_payer(body=body, **form.cleaned_data, by=request.user, now=clock.now()),
        _("Given back."), "funds:sums", body.pk,
    )  # fmt: skip
