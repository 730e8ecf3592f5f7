"""Deciding on requests, placing holds, writing down what was given to other bodies."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhijia.accounts.auth import fresh_proof
from zhijia.accounts.http import needs_fresh_proof, person_of
from zhijia.core import clock
from zhijia.core.errors import NotAllowed
from zhijia.core.forms import PlainForm, attempt
from zhijia.privacy import services
from zhijia.privacy.enums import ERASURES
from zhijia.privacy.forms import DecideForm, HoldForm, SharingForm
from zhijia.privacy.models import RightsRequest
from zhijia.privacy.permissions import decides_anywhere
from zhijia.privacy.selectors import holds as held
from zhijia.privacy.selectors import requests as selectors


def _officer(request: HttpRequest) -> Any:
    user = person_of(request)
    if not decides_anywhere(user, clock.local_date(clock.now())):
        raise NotAllowed
    return user


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """List the requests that wait, the holds and what was given away."""
    user, now = _officer(request), clock.now()
    on = clock.local_date(now)
    rows = selectors.requests_for(user, on)
    page = {
        "waiting": rows.filter(state="asked").order_by("due_at")[:200],
        "others": rows.exclude(state="asked").order_by("-asked_at")[:100],
        "holds": held.holds_for(user, on)[:100], "sharings": selectors.sharings_for(user, on)[:100],
        "now": now, "user_id": user.pk,
    }  # fmt: skip
    return render(request, "privacy/officer/queue.html", page)


STEPS = {
    "grant": services.grant_request,
    "refuse": services.refuse_request,
    "answer": services.answer_request,
}


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one request with what stands against it, and decide it."""
    user, now = _officer(request), clock.now()
    if request.method == "POST":
        fresh_proof(request)
    row = selectors.request_for(user, public_id, clock.local_date(now))
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = STEPS.get(request.POST.get("step", ""))
        if step is not None and _worked(
            form, step, public_id=public_id, by=user, now=now, **form.cleaned_data
        ):
            messages.success(request, _("Decided. The person has been told."))
            return redirect("privacy:queue")
    page = {
        "page_of": selectors.decision_page(row, now), "row": row, "form": form,
        "is_erasure": row.kind in ERASURES, "is_open": row.state == "asked",
    }  # fmt: skip
    return render(request, "privacy/officer/decide.html", page, status=422 if form.errors else 200)


def _worked(form: PlainForm, service: Any, **arguments: Any) -> bool:
    return attempt(form, lambda: service(**arguments)) is not None


def _sent(request: HttpRequest, form: PlainForm, service: Any, row: RightsRequest, **who: Any) -> bool:
    """Call a service with what was typed about what a request is about; say whether it was done."""
    if request.method != "POST" or not form.is_valid():
        return False
    about = {"about_kind": row.about_kind, "about_id": row.about_id, "person": row.person, "body": row.body}
    return _worked(form, service, **about, **form.cleaned_data, **who)


@needs_fresh_proof()
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say which law forbids to erase what a request is about."""
    user, now = _officer(request), clock.now()
    row = selectors.request_for(user, public_id, clock.local_date(now))
    form = HoldForm(request.POST or None)
    if _sent(request, form, services.place_hold, row, by=user, now=now):
        messages.success(request, _("Written down. It counts when a second person confirms it."))
        return redirect("privacy:queue")
    page = {"form": form, "row": row}
    return render(request, "privacy/officer/hold.html", page, status=422 if form.errors else 200)


@needs_fresh_proof()
@require_POST
def confirm_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Confirm a hold as the second person."""
    services.confirm_hold(hold_id=hold_id, by=_officer(request), now=clock.now())
    messages.success(request, _("Confirmed. Until its last day it is not erased."))
    return redirect("privacy:queue")


@needs_fresh_proof()
@require_POST
def end_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """End a hold before its last day."""
    services.end_hold(hold_id=hold_id, by=_officer(request), now=clock.now())
    messages.success(request, _("Ended. What waits to be erased is erased now."))
    return redirect("privacy:queue")


@needs_fresh_proof()
@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down, before it is handed over, what of a person goes to another body."""
    user, now = _officer(request), clock.now()
    row = selectors.request_for(user, public_id, clock.local_date(now))
    form = SharingForm(request.POST or None)
    if _sent(request, form, services.record_sharing, row, by=user, now=now):
        messages.success(request, _("Written down. The person can read it."))
        return redirect("privacy:queue")
    page = {"form": form, "row": row}
    return render(request, "privacy/officer/share.html", page, status=422 if form.errors else 200)
