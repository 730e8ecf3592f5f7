"""Sessions, second factor, tokens, and a new password after a one-time code."""

import time
from ipaddress import ip_address

from allauth.account import views
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts import selectors, services
from zhijia.accounts.errors import RecentSignInMissing
from zhijia.accounts.forms import NewPasswordForm, TokenForm
from zhijia.accounts.http import person_of
from zhijia.accounts.password_hooks import password_was_changed, token_was_made
from zhijia.accounts.proofs import RECOVERY_CODE, Proof, require_fresh_proof, session_proof
from zhijia.core import clock
from zhijia.core.http import is_own_path

RECENT = 600
"""Seconds after a sign-in by one-time code in which a password may be set without the old one."""


@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """List the living sessions."""
    lines = selectors.sessions_of(person_of(request), request.session.session_key)
    return render(request, "accounts/sessions.html", {"sessions": lines})


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one session; ending this one signs out."""
    user = person_of(request)
    services.end_session(user=user, session_id=session_id, by=user, now=clock.now())
    messages.success(request, _("That session has ended."))
    return redirect("accounts:sessions")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    user, key = person_of(request), request.session.session_key or ""
    services.end_other_sessions(user=user, but=key, by=user, now=clock.now())
    messages.success(request, _("All other sessions have ended."))
    return redirect("accounts:sessions")


def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, and let the browser forget what it holds of us.

    Of an officer everything goes: his drafts hold what others confided. A worker's unsent drafts are
    all that he has of them, so they go only if he says so, on a borrowed telephone for instance.
    """
    forget = request.user.is_authenticated and (request.user.is_officer or "forget" in request.POST)
    response: HttpResponse = views.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"' if forget else '"cache"'
    return response


@login_required
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Keep the session alive because somebody is there; coming here at all has done it."""
    return HttpResponse(status=204)


@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Lead to an authenticator app, a passkey, recovery codes."""
    onward = request.GET.get("next", "")
    page = {
        "factors": selectors.second_factors_of(person_of(request)),
        "onward": onward if is_own_path(request, onward) else "",
        "passkey_needs_name": host_is_address(request.get_host()),
        "named_address": f"http://localhost:{request.get_port()}{request.path}"
        if settings.DEVELOPMENT
        else "",
    }
    return render(request, "accounts/second_factor.html", page)


def host_is_address(host: str) -> bool:
    """Say whether a host is a bare network address, on which browsers refuse passkeys."""
    try:
        ip_address(host.rsplit(":", 1)[0].strip("[]") if host.count(":") == 1 else host.strip("[]"))
    except ValueError:
        return False
    return True


@login_required
def new_password(request: HttpRequest) -> HttpResponse:
    """Set a password without the old one, soon after a sign-in by one-time code."""
    if not came_by_code(request):
        raise RecentSignInMissing
    user, weak = person_of(request), session_proof(request) < Proof.PASSWORD
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        with transaction.atomic():
            user = services.set_password(user=user, password=password, by_code=weak, by=user, now=clock.now())
            password_was_changed(request, user, None, password)
        update_session_auth_hash(request, user)
        messages.success(request, _("Your new password is set. All other sessions have ended."))
        return redirect("accounts:profile")
    return render(request, "accounts/new_password.html", {"form": form}, status=422 if form.errors else 200)


def came_by_code(request: HttpRequest) -> bool:
    """Say whether this session was opened by a one-time or printed code within the last ten minutes."""
    records = get_authentication_records(request, request.user)
    return any(
        r.get("method") in ("code", RECOVERY_CODE) and time.time() - r.get("at", 0) < RECENT for r in records
    )


@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens and make one; its secret is shown once, in this answer only."""
    user, form, secret = person_of(request), TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        require_fresh_proof(request, now=clock.now())
        made, secret = services.create_token(user=user, **form.cleaned_data, by=user, now=clock.now())
        token_was_made(user, made, secret)
        form = TokenForm()
    page = {"form": form, "secret": secret, "tokens": selectors.tokens_of(user), "now": clock.now()}
    return render(request, "accounts/tokens.html", page, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of one's own tokens."""
    user = person_of(request)
    services.revoke_token(token_id=token_id, user=user, by=user, now=clock.now())
    messages.success(request, _("The token no longer works."))
    return redirect("accounts:tokens")
