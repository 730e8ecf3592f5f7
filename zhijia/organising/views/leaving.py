"""Somebody leaves a seat within the term: written down, or recalled by the members."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.forms import attempt, status_of
from zhijia.organising import selectors, services
from zhijia.organising.forms.leaving import LeaveForm, RecallForm
from zhijia.unions import offices


@login_required
def leave(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Write down why and when somebody left."""
    now = clock.now()
    seat = selectors.seat_to_end(seat_id, request.user, local_date(now))
    form = LeaveForm(request.POST or None, seat=seat)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"seat_id": seat.pk, "by": request.user, "now": now}
        if attempt(form, lambda: services.leave_seat(**form.cleaned_data, **told)) is not None:
            messages.success(request, _("Written down. The seat is vacant; a by-election fills it."))
            return redirect("organising:body", seat.committee.term.body_id)
    context = {"seat": seat, "body": seat.committee.term.body, "form": form}
    return render(request, "organising/leave.html", context, status=status_of(form))


@login_required
def recall(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Begin the recall of an officer."""
    now = clock.now()
    seat = selectors.seat_to_end(seat_id, request.user, local_date(now))
    body = seat.committee.term.body
    known = offices.latest_headcount(body)
    form = RecallForm(request.POST or None, initial={"members": known.members} if known else None)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"seat_id": seat.pk, "by": request.user, "now": now}
        made = attempt(form, lambda: services.open_recall(**form.cleaned_data, **told))
        if made is not None:
            return redirect("organising:process", made.public_id)
    context = {"seat": seat, "body": body, "form": form}
    return render(request, "organising/recall.html", context, status=status_of(form))
