"""Opening one's own key with the password, and the custodian's decisions about names."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from zhijia.accounts import slow_down
from zhijia.accounts.auth import fresh_proof
from zhijia.accounts.http import person_of
from zhijia.core import clock
from zhijia.core.errors import DomainError, NotAllowed
from zhijia.core.http import is_own_path
from zhijia.vault import selectors, services
from zhijia.vault.errors import TooManyPasswords, WrongPassword
from zhijia.vault.forms import DecisionForm, UnlockForm
from zhijia.vault.http import is_custodian_today
from zhijia.vault.session import open_at_sign_in


@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Open the person's own key with his password, then go on where he was."""
    bound = request.method == "POST"
    form = UnlockForm(request.POST if bound else None, initial={"next": request.GET.get("next", "")})
    if bound and form.is_valid():
        try:
            _open(request, form.cleaned_data["password"])
        except DomainError as error:
            form.refuse(error)
        else:
            onward = form.cleaned_data["next"]
            return redirect(onward if is_own_path(request, onward) else "/")
    return render(request, "vault/unlock.html", {"form": form}, status=422 if form.errors else 200)


def _open(request: HttpRequest, password: str) -> None:
    """Check the password; a wrong one makes the next try wait, as at the sign-in."""
    user, now = person_of(request), clock.now()
    who, device = f"user:{user.pk}", request.META.get("CSRF_COOKIE", "")
    wait = slow_down.seconds_left(who=who, device=device, now=now)
    if wait:
        raise TooManyPasswords(seconds=wait)
    if not user.check_password(password):
        slow_down.record_failure(who=who, device=device, now=now)
        raise WrongPassword
    slow_down.forget(who=who, device=device)
    open_at_sign_in(request, user, password)


def _custodian(request: HttpRequest) -> Any:
    user = person_of(request)
    if not is_custodian_today(user):
        raise NotAllowed
    return user


@login_required
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What officers asked to learn, for whoever decides on it."""
    lines = selectors.requests_for(_custodian(request), clock.now())
    return render(request, "vault/requests.html", {"lines": lines})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, public_id: Any) -> HttpResponse:
    """One request, and the decision on it."""
    user, now = _custodian(request), clock.now()
    if request.method == "POST":
        fresh_proof(request)
    line = selectors.request_for(user, public_id, now)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            services.decide_identity(public_id=public_id, **told, by=user, now=now)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Decided. The officer and the worker can read it."))
            return redirect("vault:requests")
    context = {"line": line, "form": form}
    return render(request, "vault/request.html", context, status=422 if form.errors else 200)
