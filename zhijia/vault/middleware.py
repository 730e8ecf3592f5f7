"""Gives the person who asks the key that is open in his session."""

import base64
import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from zhijia.core import clock
from zhijia.vault import keys, session
from zhijia.vault.services.key_pairs import hand_on_keys

EVERY = dt.timedelta(minutes=10)
"""How often an officer at work hands keys on to colleagues who wait for them."""


class KeyringMiddleware:
    """Put ``private_key`` on the user; send the cookie of a key that was opened in this request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if session.COOKIE in request.COOKIES and settings.SESSION_COOKIE_NAME in request.COOKIES:
            self._open(request)
        response = self.get_response(request)
        secret = getattr(request, "keyring_secret", b"")
        if secret:
            response.set_cookie(  # type: ignore[attr-defined]
                session.COOKIE, base64.urlsafe_b64encode(secret).decode(),
                secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
            )  # fmt: skip
        return response

    def _open(self, request: HttpRequest) -> None:
        user = request.user
        if not user.is_authenticated:
            return
        user.private_key = session.kept(request, keys.holder_of_user(user))  # type: ignore[union-attr,attr-defined]
        if user.private_key and user.is_officer:  # type: ignore[union-attr,attr-defined]
            self._hand_on(request)

    def _hand_on(self, request: HttpRequest) -> None:
        now = clock.now()
        last = request.session.get("vault_handed_on", "")
        if not last or now - dt.datetime.fromisoformat(last) >= EVERY:
            request.session["vault_handed_on"] = now.isoformat()
            hand_on_keys(by=request.user, now=now)
