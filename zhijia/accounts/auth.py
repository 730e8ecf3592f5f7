"""Who may call the API: a bearer of a token, or a signed-in browser of our own pages.

Use it as ``@router.get("/…", auth=requires("appeals:read"))``. ``request.user`` is the account;
``request.auth`` is the ``ApiToken``, or the account itself for a signed-in browser.
"""

from typing import Any

from django.conf import settings
from ninja.errors import HttpError, Throttled
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie
from ninja.utils import check_csrf

from zhijia.accounts import rate_limit
from zhijia.accounts.errors import ScopeMissing, SecondFactorMissing
from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.password_hooks import token_was_used
from zhijia.accounts.proofs import MINUTES, Proof, require_fresh_proof, session_proof
from zhijia.accounts.second_factor import session_is_strong
from zhijia.accounts.tokens import find_token, note_use
from zhijia.core import clock

__all__ = ["BrowserAuth", "Proof", "TokenAuth", "fresh_proof", "limit_account", "requires", "session_proof"]

PERIOD = 60
"""Seconds of a rate window."""


class TokenAuth(HttpBearer):
    """``Authorization: Bearer zj_…``; with ``scope``, the token must carry it."""

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: Any, token: str) -> ApiToken | None:
        """Return the token and make its owner the user; None when it is not valid."""
        now = clock.now()
        found = find_token(token, now)
        if found is None:
            return None
        if self.scope and self.scope not in found.scopes:
            raise ScopeMissing(scope=self.scope)
        limit_account(found.user)
        note_use(found, now)
        token_was_used(found.user, found, token)
        request.user = found.user
        return found


class BrowserAuth(APIKeyCookie):
    """The session of our own pages; changing calls need the CSRF token, like every form."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)  # checked below, after we know that there is a session at all

    def authenticate(self, request: Any, key: str | None) -> Any:
        """Return the account of the session; None for strangers."""
        user = request.user
        if not user.is_authenticated:
            return None
        refused = check_csrf(request)
        if refused:
            raise HttpError(403, "CSRF check failed")
        if user.is_officer and not session_is_strong(request):
            raise SecondFactorMissing
        limit_account(user)
        return user


def requires(scope: str = "") -> list[Any]:
    """Return what a ninja operation takes as ``auth``: a token with ``scope``, or our own pages."""
    return [TokenAuth(scope), BrowserAuth()]


def fresh_proof(request: Any, minutes: int = MINUTES) -> None:
    """Raise ``FreshProofMissing`` (403) unless the person proved who he is within the last ``minutes``.

    For openings of identities, exports, approvals and use of keys. Call it at the beginning of a
    view or an operation, before anything changes: a page shows the question with everything that
    was typed, and goes on by itself; a program with a token is refused.
    """
    require_fresh_proof(request, minutes, now=clock.now())


def limit_account(user: User) -> None:
    """Raise ``Throttled`` (429 with Retry-After) past the account's requests per minute."""
    wait = rate_limit.take(
        purpose="api",
        account=f"user:{user.pk}",
        limit=settings.ZHIJIA_API_PER_MINUTE,
        period=PERIOD,
        now=clock.now(),
    )
    if wait:
        raise Throttled(wait=wait)
