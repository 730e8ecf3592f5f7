"""Joining, one's own membership and card, for workers."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.accounts.http import person_of
from zhijia.core import clock
from zhijia.core.errors import NotFound
from zhijia.core.forms import attempt
from zhijia.core.qr import qr_svg
from zhijia.membership import selectors, services
from zhijia.membership.forms import CorrectionForm, JoinForm, LeaveForm, OwnDataForm, TextForm
from zhijia.membership.selectors.card import card_check, door_page
from zhijia.membership.workflow import APPLICATION


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show one's own memberships, applications, and what waits for an answer."""
    return render(request, "membership/mine.html", {"me": selectors.own_page(request.user)})


@login_required
def join(request: HttpRequest) -> HttpResponse:
    """The application, on one page."""
    user = person_of(request)
    form = JoinForm(request.POST or None, initial={"name": user.name, "door": request.GET.get("door", "")})
    if request.method == "POST" and form.is_valid():
        told = attempt(form, lambda: services.apply(
            joining=form.joining(user.phone), key=form.cleaned_data["idempotency_key"], by=user,
            now=clock.now(),
        ))  # fmt: skip
        if told:
            return redirect("membership:application", public_id=told[0]["public_id"])
    page = selectors.own_page(user)
    return render(
        request, "membership/join.html", {"form": form, "me": page}, status=422 if form.errors else 200
    )


@require_safe
def door(request: HttpRequest, code: str) -> HttpResponse:
    """Where a QR code or an invitation leads: which union it is, and the way in."""
    page = door_page(code, clock.local_date(clock.now()))
    return render(request, "membership/door.html", {"door": page}, status=200 if page.is_open else 410)


@login_required
def application(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show where an application stands, and take the applicant's next step."""
    row = selectors.own_application(request.user, public_id)
    steps = {"answer_question": services.answer_question, "ask_review": services.ask_review}
    form = TextForm(request.POST if request.POST.get("step") in steps else None)
    if request.method == "POST":
        step = request.POST.get("step", "")
        if step == "withdraw_application":
            services.withdraw_application(public_id=public_id, by=request.user, now=clock.now())
            return redirect("membership:application", public_id=public_id)
        if step in steps and form.is_valid():
            call, text = steps[step], form.cleaned_data["text"]
            done = attempt(
                form, lambda: call(public_id=public_id, text=text, by=request.user, now=clock.now())
            )
            if done:
                return redirect("membership:application", public_id=public_id)
    allowed = {
        t.name for t in APPLICATION.from_state(row.state) if t.permission == "membership.own_application"
    }
    context = {"row": row, "state": APPLICATION.state(row.state), "form": form, "allowed": allowed}
    return render(request, "membership/application.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """Show the member's card with its QR code."""
    page = selectors.own_page(request.user)
    cards = [
        (own, qr_svg(request.build_absolute_uri(reverse("membership:verify", args=[own.token]))))
        for own in page.current
    ]
    return render(request, "membership/card.html", {"me": page, "cards": cards})


@require_safe
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Say whether a card is valid now; shows no more of the name than its first character."""
    check = card_check(token, clock.local_date(clock.now()))
    return render(request, "membership/verify.html", {"check": check}, status=200 if check else 404)


@login_required
def data(request: HttpRequest) -> HttpResponse:
    """Show one's own entry, and change what needs no proof."""
    page = selectors.own_page(request.user)
    if page.worker is None:
        raise NotFound
    now_there = {
        name: getattr(page.worker, name, page.details.get(name, "")) for name in OwnDataForm.base_fields
    }
    form = OwnDataForm(request.POST or None, initial=now_there)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: services.change_own(
            changes=form.cleaned_data, by=request.user, now=clock.now()
        ))  # fmt: skip
        if done:
            messages.success(request, _("Changed. Thank you."))
            return redirect("membership:data")
    context = {"me": page, "form": form}
    return render(request, "membership/data.html", context, status=422 if form.errors else 200)


@login_required
def correction(request: HttpRequest) -> HttpResponse:
    """Ask the union to put right what needs proof."""
    page = selectors.own_page(request.user)
    if page.worker is None:
        raise NotFound
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: services.ask_correction(
            **form.cleaned_data, by=request.user, now=clock.now()
        ))  # fmt: skip
        if done:
            messages.success(request, _("Your union looks at it and tells you what it did."))
            return redirect("membership:data")
    status = 422 if form.errors else 200
    return render(request, "membership/correction.html", {"form": form, "me": page}, status=status)


@login_required
def leave(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Leave a union, after one tick."""
    page = selectors.own_page(request.user)
    own = next((one for one in page.current if one.row.pk == membership_id), None)
    if own is None:
        raise NotFound
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        done = attempt(form, lambda: services.withdraw(
            membership_id=membership_id, on=clock.local_date(now), reason=form.cleaned_data["reason"],
            by=request.user, now=now,
        ))  # fmt: skip
        if done:
            messages.success(request, _("You have left the union. You can join again at any time."))
            return redirect("membership:mine")
    status = 422 if form.errors else 200
    return render(request, "membership/leave.html", {"form": form, "own": own}, status=status)


@login_required
def reminder(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Answer the question whether one stays."""
    if request.method == "POST":
        stays = request.POST.get("stays") == "yes"
        services.answer_reminder(reminder_id=reminder_id, stays=stays, by=request.user, now=clock.now())
        messages.success(request, _("Thank you. Your union reads your answer."))
    return redirect("membership:mine")
