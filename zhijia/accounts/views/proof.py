"""Asking who sits there in the middle of something else, without losing what was typed.

The question is answered at the address that asked it. Nothing is kept here meanwhile: the page
carries the typed values in hidden fields, and the same request that brings the proof goes on.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as passkeys
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhijia.accounts.forms import ConfirmPasswordForm, ConfirmSecondFactorForm
from zhijia.accounts.http import person_of
from zhijia.accounts.models import User
from zhijia.accounts.proofs import Proof
from zhijia.accounts.selectors import factor_types
from zhijia.core.http import is_fragment

PREFIX = "proof"
FOR = f"{PREFIX}-for"
"""Hidden field of the question: the method of the request that waits for the answer."""
CODE_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
OWN = (FOR, f"{PREFIX}-code", f"{PREFIX}-password", f"{PREFIX}-credential")


def take_proof(request: HttpRequest) -> HttpResponse | None:
    """Read the answer to our question; None lets the request go on, with the answer taken out."""
    waiting = request.POST.get(FOR, "GET")
    form, save = _answered(request, person_of(request))
    if form is None or not form.is_valid():
        return ask_for_proof(request, form, waiting)
    save()
    if waiting != "POST":
        return redirect(request.get_full_path())
    rest = request.POST.copy()
    for name in OWN:
        rest.pop(name, None)
    request.POST = rest  # type: ignore[assignment]
    return None


def _answered(request: HttpRequest, user: User) -> tuple[Any, Callable[[], None]]:
    """Return the form that was filled in, if this person may prove himself that way, and how to note it."""
    ways = ways_of(user)
    given: dict[str, Any] = {"user": user, "data": request.POST, "prefix": PREFIX}
    if ways["password"] and f"{PREFIX}-password" in request.POST:
        return ConfirmPasswordForm(**given), lambda: reauthenticate_by_password(request)
    factor = None
    if ways["passkey"] and f"{PREFIX}-credential" in request.POST:
        factor = ReauthenticateWebAuthnForm(**given)
    elif ways["code"] and f"{PREFIX}-code" in request.POST:
        factor = ConfirmSecondFactorForm(**given)
    return factor, lambda: factor.save() if factor else None


def ways_of(user: User) -> dict[str, bool]:
    """Return which proofs this person can give: ``code``, ``passkey``, ``password``."""
    types = factor_types(user)
    real = bool(types & {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN})
    return {
        "code": bool(types & set(CODE_TYPES)) and (real or not user.is_officer),
        "passkey": Authenticator.Type.WEBAUTHN in types,
        "password": not real and user.has_usable_password() and not user.password_from_code,
    }


def ask_for_proof(
    request: HttpRequest, failed: Any = None, waiting: str = "", needed: Proof = Proof.PASSWORD
) -> HttpResponse:
    """Show the question, with everything that was typed; ``failed`` is the answer that was wrong."""
    user, waiting = person_of(request), waiting or request.method or "GET"
    ways = ways_of(user)
    ways["password"] = ways["password"] and needed <= Proof.PASSWORD
    page: dict[str, Any] = {
        "waiting": waiting,
        "typed": _typed(request) if waiting == "POST" else [],
        "files": waiting == "POST" and bool(request.FILES),
        "ways": ways,
        "here": request.get_full_path(),
    }
    if ways["code"]:
        page["code_form"] = _form_of(ConfirmSecondFactorForm, failed, user)
    if ways["password"]:
        page["password_form"] = _form_of(ConfirmPasswordForm, failed, user)
    if ways["passkey"]:
        page["passkey_form"] = _form_of(ReauthenticateWebAuthnForm, failed, user)
        page["js_data"] = {"request_options": passkeys.begin_authentication(user)}
    response = render(request, "accounts/proof.html", page, status=403)
    if is_fragment(request):  # the part of a page that asked cannot hold the question
        response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    return response


def _form_of(kind: type[Any], failed: Any, user: User) -> Any:
    return failed if isinstance(failed, kind) else kind(user=user, prefix=PREFIX)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed, name by name; never our own fields, passwords or the form's token."""
    skipped = {*OWN, "csrfmiddlewaretoken"}
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in skipped and isinstance(value, str)
    ]
