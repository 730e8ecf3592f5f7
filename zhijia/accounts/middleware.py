"""Officers act only in a session with a second factor; one's own language follows the account."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from zhijia.accounts.second_factor import has_second_factor, session_is_strong

OPEN = ("/accounts/", "/me/", "/static/", "/api/", "/outbox/", "/healthz", "/language/", "/reading/")
"""Where an officer without a second factor may still go. The API asks for itself (``accounts.auth``)."""


class SecondFactorMiddleware:
    """Lead officers without a second factor to setting one up, or to using it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        self._speak(request)
        return self._lead(request) or self.get_response(request)

    def _lead(self, request: HttpRequest) -> HttpResponseBase | None:
        if request.path.startswith(OPEN):
            return None
        user = request.user
        if not user.is_authenticated or not user.is_officer or session_is_strong(request):
            return None
        back = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
        name = "mfa_reauthenticate" if has_second_factor(user) else "accounts:second_factor"
        return HttpResponseRedirect(f"{reverse(name)}?{back}")

    def _speak(self, request: HttpRequest) -> None:
        """Use the account's language where this device has chosen none."""
        if (
            settings.LANGUAGE_COOKIE_NAME in request.COOKIES
            or settings.SESSION_COOKIE_NAME not in request.COOKIES
        ):
            return
        language = request.user.is_authenticated and request.user.language
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
