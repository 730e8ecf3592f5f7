"""Employers, for officers."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.core import clock
from zhijia.core.forms import attempt
from zhijia.core.paging import paginate
from zhijia.regulations import places
from zhijia.unions import selectors, services
from zhijia.unions.forms import EmployerFilterForm, EmployerForm, MergeForm
from zhijia.unions.http import day_of_officer
from zhijia.unions.models import Employer
from zhijia.unions.permissions import may_edit_employer, require_edit_employer

PAGE = 40


@login_required
def employers(request: HttpRequest) -> HttpResponse:
    """Employers of the officer's province, with those still to be checked."""
    today = day_of_officer(request)
    form = EmployerFilterForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    unchecked = asked.get("unchecked", False)
    rows = selectors.employers_for(request.user, today, asked.get("q", ""), unchecked=unchecked)
    page = paginate(rows, request.GET.get("cursor"), PAGE, ["place", "name", "id"])
    rows_shown = [(row, places.name(row.place), may_edit_employer(request.user, row, today)) for row in page]
    return render(request, "unions/employers.html", {"form": form, "employers": page, "rows": rows_shown})


@login_required
def add_employer(request: HttpRequest) -> HttpResponse:
    """A new employer, confirmed by the officer."""
    day_of_officer(request)
    form = EmployerForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: services.add_employer(
                **form.cleaned_data, is_confirmed=True, by=request.user, now=clock.now()
            ),
        )
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("unions:employers")
    return render(request, "unions/employer_form.html", {"form": form})


@login_required
def employer(request: HttpRequest, employer_id: int) -> HttpResponse:
    """Correct or confirm an employer, in a federation of its place."""
    row, today = _own_employer(request, employer_id)
    form = EmployerForm(request.POST or None, initial=_details(row))
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form,
            lambda: services.change_employer(
                employer_id=row.pk, by=request.user, now=clock.now(), **form.cleaned_data
            ),
        )
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("unions:employers")
    others = _likely_same(request, row, today)
    context = {"employer": row, "form": form, "merge": MergeForm(others=others)}
    return render(request, "unions/employer_form.html", context)


def _details(row: Employer) -> dict[str, Any]:
    return {field: getattr(row, field) for field in EmployerForm.base_fields}


def _own_employer(request: HttpRequest, employer_id: int) -> tuple[Employer, dt.date]:
    today = day_of_officer(request)
    row = selectors.employer_page(employer_id, request.user, today)
    require_edit_employer(request.user, row, today)
    return row, today


def _likely_same(request: HttpRequest, row: Employer, today: dt.date) -> list[Employer]:
    """Return entries with a similar name that the officer may merge with this one."""
    near = selectors.find_employers(row.name, row.place, limit=10, unchecked=True)
    return [
        other
        for other in near
        if other.pk != row.pk and other.tenant == row.tenant and may_edit_employer(request.user, other, today)
    ]


@login_required
def merge_employer(request: HttpRequest, employer_id: int) -> HttpResponse:
    """Merge an entry into another that means the same employer."""
    row, today = _own_employer(request, employer_id)
    form = MergeForm(request.POST or None, others=_likely_same(request, row, today))
    if request.method == "POST" and form.is_valid():
        keep_id = form.cleaned_data["keep"]
        kept = attempt(
            form,
            lambda: services.merge_employers(
                keep_id=keep_id, gone_id=row.pk, by=request.user, now=clock.now()
            ),
        )
        if kept is not None:
            messages.success(request, _("The two entries are one now."))
            return redirect("unions:employer", kept.pk)
    return render(request, "unions/merge.html", {"employer": row, "form": form})
