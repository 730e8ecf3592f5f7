"""Figures that a body reports, for those who keep its roll."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.core import clock
from zhijia.core.errors import NotFound
from zhijia.unions import services
from zhijia.unions.forms import HeadcountForm
from zhijia.unions.offices import headcounts as reports_of
from zhijia.unions.permissions import may_report
from zhijia.unions.selectors import body_page
from zhijia.unions.views.officer import attempt

SHOWN = 60
"""Reports on the page, newest first."""


@login_required
def headcounts(request: HttpRequest, body_id: int) -> HttpResponse:
    """What was reported, each with its day; a form to report anew. Nothing is overwritten."""
    body, today = body_page(body_id), clock.local_date(clock.now())
    if not may_report(request.user, body, today):
        raise NotFound
    form = HeadcountForm(request.POST or None, initial={"reported_on": today})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: services.report_headcount(
                body_id=body.pk, **form.cleaned_data, by=request.user, now=clock.now()
            ),
        )
        if made is not None:
            messages.success(request, _("Reported. The rates follow in the coming night."))
            return redirect("unions:headcounts", body.pk)
    rows = list(reports_of(body)[:SHOWN])
    last = {row.reported_on: row.pk for row in reversed(rows)}
    context = {
        "body": body, "form": form, "reports": [(row, last[row.reported_on] == row.pk) for row in rows],
    }  # fmt: skip
    return render(request, "unions/headcounts.html", context, status=422 if form.errors else 200)
