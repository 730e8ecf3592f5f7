"""How surely we know who is in front of the screen, and how long ago that was shown.

A code by text message proves who holds the number today, and no more: numbers are handed on, and
telephones are lent. So it opens one's own account, and never what is sealed.
"""

import datetime as dt
from enum import IntEnum
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator

from zhijia.accounts.errors import FreshProofMissing
from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.second_factor import has_second_factor

RECOVERY_CODE = "recovery_code"
"""Method of a sign-in by number and printed code."""
MINUTES = 10
"""How old the proof may be for what needs a fresh one."""


class Proof(IntEnum):
    """By what a session was opened or confirmed, weakest first; compare with ``>=``."""

    NONE = 0
    SMS = 1
    """A one-time code, or a password that was set with nothing but one."""
    PASSWORD = 2
    SECOND_FACTOR = 3
    """An authenticator app or a printed code."""
    PASSKEY = 4


BY_FACTOR = {
    Authenticator.Type.WEBAUTHN.value: Proof.PASSKEY,
    Authenticator.Type.TOTP.value: Proof.SECOND_FACTOR,
    Authenticator.Type.RECOVERY_CODES.value: Proof.SECOND_FACTOR,
}


def session_proof(request: Any) -> Proof:
    """Return the strongest proof of this session; ``NONE`` for strangers and for programs."""
    return max((_worth(record, request.user) for record in _records(request)), default=Proof.NONE)


def has_fresh_proof(request: Any, needed: Proof, minutes: int = MINUTES, *, now: dt.datetime) -> bool:
    """Say whether the person proved who he is, as surely as ``needed``, within the last ``minutes``."""
    since = (now - dt.timedelta(minutes=minutes)).timestamp()
    fresh = [_worth(r, request.user) for r in _records(request) if since <= r.get("at", 0)]
    return max(fresh, default=Proof.NONE) >= needed


def require_fresh_proof(
    request: Any, minutes: int = MINUTES, *, setting_up: bool = False, now: dt.datetime
) -> None:
    """Raise ``FreshProofMissing`` unless the person proved who he is within the last ``minutes``.

    Whoever has a second factor must have used it, and every officer; of others the password or a
    printed code is asked. A text message never counts, and no token of a program does.
    ``setting_up``: an officer without a second factor, about to get one, shows his password.
    """
    strong = (request.user.is_authenticated and request.user.is_officer and not setting_up) or (
        has_second_factor(request.user)
    )
    needed = Proof.SECOND_FACTOR if strong else Proof.PASSWORD
    if not has_fresh_proof(request, needed, minutes, now=now):
        raise FreshProofMissing(needed=needed)


def _records(request: Any) -> list[dict[str, Any]]:
    if not request.user.is_authenticated or isinstance(getattr(request, "auth", None), ApiToken):
        return []
    return list(get_authentication_records(request, request.user))


def _worth(record: dict[str, Any], user: User) -> Proof:
    method = record.get("method")
    if method == "mfa":
        return BY_FACTOR.get(record.get("type", ""), Proof.NONE)
    if method == RECOVERY_CODE:
        return Proof.SECOND_FACTOR
    if method == "password":
        return Proof.SMS if user.password_from_code else Proof.PASSWORD
    return Proof.SMS if method == "code" else Proof.NONE
