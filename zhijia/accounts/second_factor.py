"""What counts as a session with a second factor, and setting one up by command."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from zhijia.accounts.models import User

STRONG_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def session_is_strong(request: Any) -> bool:
    """Say whether this session was opened, or confirmed later, with a second factor.

    A printed code stands in for the authenticator app or the passkey that one has set up; alone it
    makes nobody an officer.
    """
    records = get_authentication_records(request, request.user)
    used = {record.get("type") for record in records if record.get("method") == "mfa"}
    if used & {kind.value for kind in STRONG_TYPES}:
        return True
    return Authenticator.Type.RECOVERY_CODES in used and has_second_factor(request.user)


def has_second_factor(user: User) -> bool:
    """Say whether the account has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=STRONG_TYPES).exists()


def add_totp(*, user: User, secret: str = "") -> str:
    """Give the account an authenticator-app secret (base32), replacing an old one; return it.

    For demo data and for handing a first secret to an officer in person.
    """
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    secret = secret or generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def current_code(user: User, now: Any) -> str:
    """Return the authenticator code of this half minute; raise ``Authenticator.DoesNotExist``."""
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    row = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    secret = get_adapter().decrypt(row.data["secret"])
    return format_hotp_value(hotp_value(secret, int(now.timestamp()) // 30))
