"""Payment files for the bank."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.http import needs_fresh_proof
from zhijia.core import clock
from zhijia.core.forms import attempt
from zhijia.core.http import XLSX, download
from zhijia.funds import selectors, services
from zhijia.funds.bank_file import as_csv, as_xlsx
from zhijia.funds.errors import NotPayable
from zhijia.funds.forms import OnDayForm, ReturnForm
from zhijia.funds.views.access import for_body, tell, today
from zhijia.unions.models import UnionBody


@for_body("funds.keep_books")
def files(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """What is approved, and the files made so far."""
    if request.method == "POST":
        chosen = request.POST.getlist("public_ids")
        known = {str(row.public_id) for row in selectors.payable(body)}
        try:
            if not set(chosen) <= known:
                raise NotPayable
            made = services.make_batch(body=body, public_ids=chosen, by=request.user, now=clock.now())
            return redirect("funds:file", body.pk, made.pk)
        except NotPayable as error:
            messages.error(request, str(error))
    context = {"body": body, "payable": selectors.payable(body), "files": selectors.batches_of(body)[:100]}
    return render(request, "funds/files.html", context)


@for_body("funds.keep_books")
def file(request: HttpRequest, body: UnionBody, batch_id: int) -> HttpResponse:
    """One file: its payments, control sum, confirmation and returns."""
    batch, items = selectors.batch_page(body, batch_id)
    form = ReturnForm(request.POST if "item" in request.POST else None, initial={"on": today()})
    confirm = OnDayForm(request.POST if "confirm" in request.POST else None, initial={"on": today()})
    if confirm.is_bound and confirm.is_valid():
        return tell(
            request,
            lambda: services.confirm_batch(
                batch_id=batch.pk, on=confirm.cleaned_data["on"], by=request.user, now=clock.now()
            ),
            _("Posted."), "funds:file", body.pk, batch.pk,
        )  # fmt: skip
    if form.is_bound and form.is_valid() and form.cleaned_data["item"] in {item.pk for item in items}:
        told = dict(form.cleaned_data)
        done = attempt(
            form,
            lambda: services.return_payment(
                item_id=told.pop("item"), **told, by=request.user, now=clock.now()
            ),
        )
        if done is not None:
            messages.success(request, _("Noted. Correct the account on the page of the payment."))
            return redirect("funds:file", body.pk, batch.pk)
    context = {"body": body, "batch": batch, "items": items, "form": form, "confirm": confirm}
    return render(request, "funds/file.html", context)


@require_POST
@needs_fresh_proof()
@for_body("funds.keep_books")
def export(request: HttpRequest, body: UnionBody, batch_id: int, form: str) -> HttpResponse:
    """The file for the bank: CSV in GB18030 or a workbook, always the same rows."""
    if form not in ("csv", "xlsx"):
        raise Http404
    selectors.batch_page(body, batch_id)
    batch, rows = services.export_batch(batch_id=batch_id, by=request.user, now=clock.now())
    if form == "csv":
        return download(as_csv(rows), f"payments-{batch.reference}.csv", "text/csv; charset=gb18030")
    return download(as_xlsx(rows, batch.reference), f"payments-{batch.reference}.xlsx", XLSX)
