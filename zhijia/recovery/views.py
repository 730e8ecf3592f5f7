"""The counter for two officers, and the page on which the account's owner can stop it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.accounts.auth import Proof, session_proof
from zhijia.accounts.http import needs_fresh_proof, person_of
from zhijia.core import clock
from zhijia.core.errors import NotAllowed
from zhijia.core.forms import attempt
from zhijia.recovery import selectors, services
from zhijia.recovery.forms import ConfirmForm, SeenForm
from zhijia.recovery.models import Recovery


def at_the_counter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in officers who may take part, after they have shown their second factor anew."""

    @needs_fresh_proof()
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not selectors.shows_counter(request.user, clock.local_date(clock.now())):
            raise NotAllowed
        return view(request)

    return guarded


@at_the_counter
def open_counter(request: HttpRequest) -> HttpResponse:
    """The first officer notes what he saw."""
    form = SeenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _done(request, form, services.open_recovery, form.cleaned_data)
        if done:
            messages.success(
                request,
                _("Noted. Now a second officer sees the person, here or at another station, within a day."),
            )
            return redirect("recovery:open")
    return _page(request, "recovery/open.html", form)


@at_the_counter
def confirm(request: HttpRequest) -> HttpResponse:
    """The second officer confirms or refuses."""
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refuses = "refuse" in request.POST
        told = form.cleaned_data
        if refuses:
            told = {name: told[name] for name in ("old_phone", "new_phone")}
        done = _done(request, form, services.refuse_recovery if refuses else services.confirm_recovery, told)
        if done:
            messages.success(request, _("Refused. Nothing was changed.") if refuses else _told(done))
            return redirect("recovery:confirm")
    return _page(request, "recovery/confirm.html", form)


def _told(recovery: Recovery) -> str:
    due = recovery.due_at.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M") if recovery.due_at else ""
    return _("Confirmed. From %(due)s on the person signs in with the new number.") % {"due": due}


def _done(
    request: HttpRequest, form: SeenForm, call: Callable[..., Recovery], told: dict[str, Any]
) -> Recovery | None:
    done: Recovery | None = attempt(form, lambda: call(**told, by=request.user, now=clock.now()))
    return done


def _page(request: HttpRequest, template: str, form: SeenForm) -> HttpResponse:
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show the running recovery of one's own account, and stop it."""
    user, now = person_of(request), clock.now()
    running = selectors.running_of(user)
    if request.method == "POST" and running is not None:
        services.stop_recovery(vouched=session_proof(request) >= Proof.PASSWORD, by=user, now=now)
        messages.success(request, _("Stopped. Your number stays as it is."))
        return redirect("recovery:mine")
    return render(request, "recovery/mine.html", {"recovery": running})
