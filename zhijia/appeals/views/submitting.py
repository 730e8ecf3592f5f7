"""Asking for help: the form, what is suggested beside it, the receipt."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST

from zhijia.appeals.forms.worker import AppealForm
from zhijia.appeals.selectors import public
from zhijia.appeals.services import submit_appeal
from zhijia.appeals.views import receipts
from zhijia.attachments.http import add_dropped_errors
from zhijia.core import clock
from zhijia.core.errors import BadInput, DomainError
from zhijia.core.idempotency import KeyReused
from zhijia.core.journal.keeping import standing_of
from zhijia.core.qr import qr_svg
from zhijia.regulations import places
from zhijia.unions.selectors import find_employers

FORM = "appeals/worker/new.html"


@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show the form, or file what was typed and lead to the receipt."""
    if request.method != "POST":
        return _show(request, AppealForm(user=request.user))
    form = AppealForm(request.POST, request.FILES, user=request.user)
    add_dropped_errors(form, request)
    if not form.is_valid():
        return _show(request, form, BadInput.status)
    try:
        return _file(request, form)
    except KeyReused as error:
        form.begin_anew()
        form.refuse(error)
        return _show(request, form, error.status)
    except DomainError as error:
        form.refuse(error)
        return _show(request, form, error.status)


def _file(request: HttpRequest, form: AppealForm) -> HttpResponseRedirect:
    # Who wants to stay unknown must stay so in the record of deeds as well.
    by = AnonymousUser() if form.is_anonymous else request.user
    key, now = form.cleaned_data["idempotency_key"], clock.now()
    answer, _fresh = submit_appeal(submission=form.submission(), key=key, by=by, now=now, files=form.uploads)
    receipts.remember_sent(request, answer, key, now)
    return redirect("appeals:sent")


def _show(request: HttpRequest, form: AppealForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    if form.is_bound:
        text = form["text"].value() or ""
        context["suggestions"] = public.suggestions_for(text[: public.LONGEST_TEXT])
        context |= _found(form["employer_text"].value() or "", form["place"].value() or "")
        context["chosen_employer"] = str(form["employer"].value() or "")
        context["chosen_hint"] = str(form["category_hint"].value() or "")
    return render(request, FORM, context, status=status)


def _found(text: str, place: str) -> dict[str, Any]:
    place = place if place in places.table() else ""
    found = find_employers(text[:120], place) if len(text.strip()) > 1 else []
    return {
        "employers": [(e, places.full_name(e.place)) for e in found],
        "looked_for": text.strip(),
    }


@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer the typed text with what may help. Nothing is stored, all of it may be ignored."""
    found = public.suggestions_for(request.POST.get("text", "")[: public.LONGEST_TEXT])
    chosen = request.POST.get("category_hint", "")
    return render(request, "appeals/worker/suggestions.html", {"suggestions": found, "chosen_hint": chosen})


@require_POST
def employers(request: HttpRequest) -> HttpResponse:
    """Answer part of a name with the employers that may be meant."""
    context = _found(request.POST.get("employer_text", ""), request.POST.get("place", ""))
    context["chosen_employer"] = request.POST.get("employer", "")
    return render(request, "appeals/worker/employers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest) -> HttpResponse:
    """Show the receipt in the browser that sent; POST hides it for good."""
    if request.method == "POST":
        receipts.forget_sent(request)
        return redirect("portal:home")
    now = clock.now()
    kept = receipts.sent(request, now)
    if kept is None:
        return redirect("appeals:follow")
    answer = kept["answer"]
    times = {
        name: dt.datetime.fromisoformat(answer[name])
        for name in ("received_at", "first_due_at", "final_due_at")
    }
    follow = request.build_absolute_uri(reverse("appeals:follow"))
    context = {
        "sent": answer | times,
        "key": kept["key"],
        "standing": standing_of(f"appeal:{answer['public_id']}", answer.get("copies", 0)),
        "follow_url": follow,
        "qr": qr_svg(follow),
        "now": now,
    }
    return render(request, "appeals/worker/sent.html", context)
