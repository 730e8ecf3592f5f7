"""The sign-in library's pages that we use, and only those (mounted at ``/accounts/``)."""

from collections.abc import Iterable
from typing import Any

from allauth.account import views
from allauth.mfa.urls import urlpatterns as second_factor_urls
from django.urls import URLPattern, include, path
from django.views.generic import RedirectView

from zhijia.accounts.http import counts_as_used, needs_fresh_proof
from zhijia.accounts.views.security import sign_out

to_code = RedirectView.as_view(pattern_name="account_request_login_code")

SIGNING_IN = (
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
    "mfa_list_webauthn",
)
"""Pages of second factors that themselves ask for one, or only list them."""

SETTING_UP = ("mfa_activate_totp", "mfa_add_webauthn")
"""Pages that end with a proof that the new factor works."""


def guarded(patterns: Iterable[Any]) -> list[Any]:
    """Return the pages on which second factors come and go, each behind a fresh proof."""
    return [_guard(entry) for entry in patterns if getattr(entry, "name", "") != "mfa_index"]


def _guard(entry: Any) -> Any:
    if not isinstance(entry, URLPattern):
        return path(str(entry.pattern), include(guarded(entry.url_patterns)))
    if entry.name in SIGNING_IN:
        return entry
    view = counts_as_used(entry.callback) if entry.name in SETTING_UP else entry.callback
    return path(str(entry.pattern), needs_fresh_proof(setting_up=True)(view), name=entry.name)


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("login/code/", views.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", views.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", sign_out, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("phone/verify/", views.verify_phone, name="account_verify_phone"),
    path("phone/change/", needs_fresh_proof()(views.change_phone), name="account_change_phone"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    # Whoever forgot his password signs in with a one-time code and sets a new one.
    path("password/reset/", to_code, name="account_reset_password"),
    path(
        "password/set/",
        RedirectView.as_view(pattern_name="accounts:new_password"),
        name="account_set_password",
    ),
    path("2fa/", RedirectView.as_view(pattern_name="accounts:second_factor"), name="mfa_index"),
    path("2fa/", include(guarded(second_factor_urls))),
]
