"""How long sessions live, who needs a second factor, and who has to show it again."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from zhijia.accounts import session_life
from zhijia.accounts.errors import FreshProofMissing
from zhijia.accounts.second_factor import has_second_factor, session_is_strong
from zhijia.accounts.views.proof import FOR, ask_for_proof, take_proof
from zhijia.core import clock
from zhijia.core.errors import NotAllowed
from zhijia.core.http import wants_problem
from zhijia.core.views import refusal

OPEN = ("/accounts/", "/me/", "/static/", "/api/", "/outbox/", "/healthz", "/language/", "/reading/")
"""Where an officer without a second factor may still go. The API asks for itself (``accounts.auth``)."""


class SessionLifeMiddleware:
    """End sessions that were idle for too long, and let no answer out whose right was withdrawn meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._live_on(request)
        began = time.monotonic()
        response = self.get_response(request)
        if request.user.is_authenticated and request.user.pk:
            response = self._let_out(request, response, time.monotonic() - began)
        elif getattr(request, "session_ended", False):
            response["Clear-Site-Data"] = '"cache"'
        return response

    def _live_on(self, request: Any) -> None:
        now = clock.now()
        if session_life.is_over(request.session, request.user, now):
            request.session.flush()
            request.user, request.session_ended = AnonymousUser(), True
            messages.info(request, _("You were signed out because nothing happened for a while."))
            return
        session_life.note(request.session, now)
        request.session_left = session_life.seconds_left(request.session, request.user, now)
        request.stay_url, request.sign_in_url = reverse("accounts:stay"), reverse("account_login")

    def _let_out(self, request: HttpRequest, response: Any, seconds: float) -> HttpResponseBase:
        if response.streaming:
            response.streaming_content = session_life.watched(request, response.streaming_content)
        elif (seconds > 1 or response.has_header("Content-Disposition")) and (
            not session_life.is_still_allowed(request)
        ):
            return refusal(request, NotAllowed())
        return response


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


class FreshProofMiddleware:
    """Turn ``FreshProofMissing`` of a view into the question, and the answer into going on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_given: Any) -> HttpResponse | None:
        """Check the answer before the view begins; a form was checked against forgery before."""
        if request.method != "POST" or wants_problem(request) or getattr(view, "csrf_exempt", False):
            return None
        if not request.user.is_authenticated or FOR not in request.POST:
            return None
        return take_proof(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Ask, where there is a person to ask; programs get the refusal."""
        if not isinstance(exception, FreshProofMissing) or wants_problem(request):
            return None
        if not request.user.is_authenticated:
            return None
        return ask_for_proof(request, needed=exception.data["needed"])
