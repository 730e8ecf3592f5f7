"""The books: overview, statements, vouchers, closing, sums."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.http import needs_fresh_proof
from zhijia.core import clock
from zhijia.core.errors import NotAllowed
from zhijia.core.forms import attempt
from zhijia.core.http import CSV, XLSX, download, whole_number
from zhijia.core.spreadsheet import csv_file
from zhijia.funds import selectors, services
from zhijia.funds.exports import balance_table, statement_table, workbook
from zhijia.funds.forms import CloseForm, DaysForm, RefundForm, ReversalForm, StatementForm, VoucherForm
from zhijia.funds.permissions import Ask, may
from zhijia.funds.services import Leg, Posting
from zhijia.funds.views.access import for_body, tell, today
from zhijia.unions.models import UnionBody


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The bodies with whose money the officer has to do."""
    day = today()
    bodies = selectors.bodies_with_books(request.user, day)
    if not bodies:
        raise NotAllowed
    rows = [{"body": body, "reads": may(request.user, "funds.read_books", Ask(body, day))} for body in bodies]
    return render(request, "funds/index.html", {"rows": rows})


@for_body()
def overview(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """The trial balance of a period; each figure leads to its postings."""
    form = DaysForm(request.GET, today=today())
    first, last = form.days(today())
    rows = [
        row for row in selectors.trial_balance(body, first, last) if row.opening or row.debit or row.credit
    ]
    context = {
        "body": body, "form": form, "rows": rows, "first": first, "last": last, "close": CloseForm(),
        "debits": sum(row.debit for row in rows), "credits": sum(row.credit for row in rows),
        "closed": selectors.closed_until(body), "keeps": _keeps(request, body),
        "bank": next((row.closing for row in rows if row.account.code == "102"), 0),
        "to_transfer": selectors.shares_to_transfer(body),
    }  # fmt: skip
    return render(request, "funds/overview.html", context)


def _keeps(request: HttpRequest, body: UnionBody) -> bool:
    return may(request.user, "funds.keep_books", Ask(body, today()))


@for_body()
def ledger(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """The statement of one account, to read and to print."""
    asked = _statement(request, body)
    return render(request, "funds/ledger.html", {"body": body, **asked})


def _statement(request: HttpRequest, body: UnionBody) -> dict[str, Any]:
    accounts = selectors.chart_of(body)
    form = StatementForm(request.GET, accounts=accounts, today=today())
    first, last = form.days(today())
    code = form.cleaned_data.get("code") if form.is_valid() else None
    found = selectors.statement(body, code, first, last) if code else None
    return {"form": form, "found": found, "first": first, "last": last}


@needs_fresh_proof()
@for_body()
def export(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """A statement, or without an account the trial balance, as a spreadsheet or CSV."""
    asked = _statement(request, body)
    days = (asked["first"], asked["last"])
    if asked["found"]:
        table = statement_table(asked["found"])
    else:
        table = balance_table(selectors.trial_balance(body, *days))
    notes = [(_("Union body"), body.name), (_("First day"), str(days[0])), (_("Last day"), str(days[1]))]
    if request.GET.get("format") == "csv":
        return download(csv_file([*notes, [], *table]), "statement.csv", CSV)
    return download(workbook(_("Statement"), notes, table), "statement.xlsx", XLSX)


@for_body("funds.keep_books")
def write(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """A voucher by hand."""
    form = VoucherForm(
        request.POST or None, accounts=selectors.chart_of(body), initial={"posted_on": today()}
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        legs = (Leg(told["debit"], debit=told["amount"]), Leg(told["credit"], credit=told["amount"]))
        posting = Posting(told["posted_on"], told["text"], f"hand:{told['idempotency_key']}", legs)
        made = attempt(
            form,
            lambda: services.write_voucher(body=body, posting=posting, by=request.user, now=clock.now()),
        )
        if made is not None:
            messages.success(request, _("Posted as %(number)s.") % {"number": made.reference})
            return redirect("funds:voucher", body.pk, made.year, made.number)
    context = {"body": body, "form": form}
    return render(request, "funds/write.html", context, status=422 if form.errors else 200)


@for_body()
def voucher(request: HttpRequest, body: UnionBody, year: int, number: int) -> HttpResponse:
    """One voucher; the treasurer can take it back."""
    page = selectors.voucher_page(body, year, number)
    form = ReversalForm(request.POST or None, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: services.reverse_voucher(
                body=body, voucher_id=page.voucher.pk, by=request.user, now=clock.now(), **form.cleaned_data
            ),
        )
        if made is not None:
            messages.success(request, _("Taken back by %(number)s.") % {"number": made.reference})
            return redirect("funds:voucher", body.pk, made.year, made.number)
    context = {"body": body, "page_of": page, "form": form, "keeps": _keeps(request, body)}
    return render(request, "funds/voucher.html", context, status=422 if form.errors else 200)


@require_POST
@for_body("funds.keep_books")
def close(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Close a month."""
    form = CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the last day of a month."))
        return redirect("funds:overview", body.pk)
    day = form.cleaned_data["until_on"]
    return tell(
        request, lambda: services.close_period(body=body, until_on=day, by=request.user, now=clock.now()),
        _("Closed."), "funds:overview", body.pk,
    )  # fmt: skip


@for_body("funds.read_sums")
def sums(request: HttpRequest, body: UnionBody) -> HttpResponse:
    """Sums of a body and of those below it: no person, no payee, no voucher."""
    asked = request.GET.get("year", "")
    year = (whole_number(asked) if len(asked) == 4 else None) or today().year
    context = {
        "body": body, "year": year, "own": selectors.sums_of(body, year),
        "below": selectors.sums_below(body, year), "refund": RefundForm(initial={"on": today()}),
        "small": selectors.small_payer(body, year),
        "refunds": may(request.user, "funds.refund_levy", Ask(body, today())),
    }  # fmt: skip
    return render(request, "funds/sums.html", context)
