"""Entering a matter for a person at the counter, on the telephone or from a letter."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhijia.accounts.auth import fresh_proof
from zhijia.appeals import services
from zhijia.appeals.forms.officer import EntryForm, employer_choices
from zhijia.appeals.forms.steps import ReasonForm
from zhijia.appeals.permissions import Ask, may
from zhijia.appeals.selectors import officer as cases
from zhijia.appeals.selectors import queue
from zhijia.appeals.selectors.similar import similar_to
from zhijia.appeals.suggestions import suggest_categories
from zhijia.appeals.views.officer.access import officers_only
from zhijia.appeals.views.officer.case import show_case as case_page
from zhijia.attachments.http import add_dropped_errors
from zhijia.core import clock
from zhijia.core.errors import DomainError, NotAllowed, NotFound
from zhijia.core.forms import attempt
from zhijia.core.http import whole_number
from zhijia.core.identifiers import show_receipt
from zhijia.core.qr import qr_svg

SLIPS = 3
"""Receipt slips that a session keeps, so that the last ones can be printed again."""
KEPT = "appeal_slips"


@officers_only
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The entry form; "look" shows employers and similar matters without sending anything."""
    now = clock.now()
    on = clock.local_date(now)
    if not may(request.user, "appeals.enter_appeal", Ask(None, on)):
        raise NotAllowed
    options: dict[str, Any] = {"user": request.user, "now": now, "on": on}
    if request.method == "GET":
        form = EntryForm(initial={"channel": request.GET.get("channel", "counter")}, **options)
        return _form_page(request, form, now)
    if "look" in request.POST:
        typed = {k: v for k, v in request.POST.items() if k != "circumstances"}
        chosen = request.POST.getlist("circumstances")
        return _form_page(request, EntryForm(initial={**typed, "circumstances": chosen}, **options), now)
    form = EntryForm(request.POST, request.FILES, **options)
    add_dropped_errors(form, request)
    answer = _enter(request, form, now) if form.is_valid() else None
    return redirect("appeals:entered", answer["public_id"]) if answer else _form_page(request, form, now, 422)


def _enter(request: HttpRequest, form: EntryForm, now: Any) -> dict[str, Any] | None:
    told = form.cleaned_data
    made = attempt(
        form,
        lambda: services.enter_appeal(
            submission=form.submission(),
            key=told["idempotency_key"],
            by=request.user,
            now=now,
            files=told["files"],
        ),
    )
    if made is None:
        return None
    answer: dict[str, Any] = made[0]
    _keep_slip(request, {**answer, "channel": told["channel"]})
    if told["same_as"]:
        _link(request, answer, told["same_as"], now)
    return answer


def _keep_slip(request: HttpRequest, answer: dict[str, Any]) -> None:
    """Keep the receipt in this session only: who holds it later speaks for the worker."""
    slips = {k: v for k, v in request.session.get(KEPT, {}).items() if k != answer["public_id"]}
    request.session[KEPT] = dict([*slips.items(), (answer["public_id"], answer)][-SLIPS:])


def _link(request: HttpRequest, answer: dict[str, Any], number: str, now: Any) -> None:
    try:
        appeal = cases.work_appeal(answer["public_id"], request.user, now)
        services.link_appeals(appeal_id=appeal.pk, other_number=number, title="", by=request.user, now=now)
    except DomainError as error:
        messages.warning(
            request,
            _("Received, but not linked to %(number)s: %(error)s") % {"number": number, "error": error},
        )


def _form_page(request: HttpRequest, form: EntryForm, now: Any, status: int = 200) -> HttpResponse:
    typed = form.data if form.is_bound else form.initial
    context = {"form": form, "hints": _hints(request, typed, now)}
    return render(request, "appeals/officer/enter.html", context, status=status)


@officers_only
@require_GET
def entry_hints(request: HttpRequest) -> HttpResponse:
    """What is known while the officer types: employers, matters that look the same, kinds."""
    now = clock.now()
    if not may(request.user, "appeals.enter_appeal", Ask(None, clock.local_date(now))):
        raise NotAllowed
    return render(request, "appeals/officer/entry_hints.html", {"hints": _hints(request, request.GET, now)})


def _hints(request: HttpRequest, typed: Any, now: Any) -> dict[str, Any]:
    text = str(typed.get("text") or "")[:2000]
    said, place = str(typed.get("employer_text") or "")[:120], str(typed.get("place") or "")[:12]
    found = employer_choices(said, place, request.user, clock.local_date(now))
    chosen = whole_number(str(typed.get("employer") or ""))
    employer = chosen if chosen is not None else found[0][0] if len(found) == 1 else None
    kinds = suggest_categories(text) if len(text) >= 6 else []
    likely = queue.category_named(str(typed.get("category") or "") or (kinds[0].code if kinds else ""))
    return {
        "employers": found,
        "employer": chosen,
        "same_as": str(typed.get("same_as") or ""),
        "kinds": queue.category_names([k.code for k in kinds]),
        "similar": similar_to(
            user=request.user,
            now=now,
            employer_id=employer,
            category_id=likely.pk if likely else None,
        ),
    }


@officers_only
@require_http_methods(["GET", "POST"])
def renew_receipt(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Make a new receipt for the person at the counter and show it once."""
    if request.method == "GET":
        return redirect(f"{reverse('appeals:work', args=[public_id])}?do=renew_receipt")
    fresh_proof(request)
    now = clock.now()
    appeal = cases.work_appeal(public_id, request.user, now)
    form = ReasonForm(request.POST, appeal=appeal, user=request.user, now=now)
    if not form.is_valid():
        return case_page(request, appeal, chosen="renew_receipt", form=form, status=422)
    answer = attempt(
        form,
        lambda: services.renew_receipt(appeal_id=appeal.pk, **form.arguments(), by=request.user, now=now),
    )
    if answer is None:
        return case_page(request, appeal, chosen="renew_receipt", form=form, status=409)
    _keep_slip(request, {**answer, "channel": "counter"})
    return redirect("appeals:entered", public_id)


@officers_only
@require_GET
def entered(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The slip to read aloud and to print; only in the session that entered the matter."""
    slip = request.session.get(KEPT, {}).get(str(public_id))
    if slip is None:
        raise NotFound
    moments = {
        name: dt.datetime.fromisoformat(slip[name])
        for name in ("received_at", "first_due_at", "final_due_at")
    }
    follow = request.build_absolute_uri(reverse("appeals:follow"))
    context = {"slip": slip, "receipt": show_receipt(slip["receipt"]), "follow_url": follow, **moments}
    context["qr"] = qr_svg(follow)
    return render(request, "appeals/officer/entered.html", context)
