"""Keys for programs: 256 random bits shown once, kept as a keyed hash."""

import datetime as dt
import hashlib
import hmac
import secrets

from zhijia.accounts.models import ApiToken
from zhijia.core.clock import local_date
from zhijia.core.sealing import purpose_key

__all__ = ["ApiToken", "find_token", "hash_of", "new_secret", "note_use"]

PREFIX = "zj_"


def new_secret() -> str:
    """Return a fresh token."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is kept of a token."""
    return hmac.new(purpose_key("api-token"), secret.encode(), hashlib.sha256).hexdigest()


def find_token(secret: str, now: dt.datetime) -> ApiToken | None:
    """Return the valid token, or None when it is unknown, revoked, past its end, or its owner is gone."""
    if not secret.startswith(PREFIX):
        return None
    found = ApiToken.objects.select_related("user").filter(hash=hash_of(secret)).first()
    if found is None or found.revoked_at or found.expires_at <= now or not found.user.is_active:
        return None
    return found


def note_use(token: ApiToken, now: dt.datetime) -> None:
    """Note the day of use; one write a day at most."""
    today = local_date(now)
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
