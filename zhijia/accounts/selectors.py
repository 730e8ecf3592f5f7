"""What an account page shows."""

import datetime as dt
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext

from zhijia.accounts.models import ApiToken, User


@dataclass(frozen=True)
class SessionLine:
    """One session of an account."""

    id: int
    device: str
    since: dt.datetime
    is_current: bool


@dataclass(frozen=True)
class SecondFactors:
    """The second factors of an account."""

    has_totp: bool
    passkeys: int
    recovery_codes_left: int

    @property
    def any(self) -> bool:
        """Say whether there is an authenticator app or a passkey."""
        return self.has_totp or self.passkeys > 0


def sessions_of(user: User, current_key: str | None) -> list[SessionLine]:
    """Return the living sessions, this one first, then the newest."""
    rows = UserSession.objects.purge_and_list(user)
    lines = [
        SessionLine(row.pk, device_name(row.user_agent), row.created_at, row.session_key == current_key)
        for row in rows
    ]
    return sorted(lines, key=lambda line: (not line.is_current, -line.since.timestamp()))


SYSTEMS = (("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
           ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip
BROWSERS = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
            ("Safari", "Safari"))  # fmt: skip


def device_name(user_agent: str) -> str:
    """Return a device as its owner knows it, e.g. "Chrome, Android"."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or gettext("Unknown device")


def tokens_of(user: User) -> list[ApiToken]:
    """Return the tokens of an account, newest first."""
    return list(ApiToken.objects.filter(user=user).order_by("-created_at")[:100])


def factor_types(user: User) -> set[str]:
    """Return the kinds of second factors that are set up, printed codes among them."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def second_factors_of(user: User) -> SecondFactors:
    """Return which second factors are set up."""
    rows = list(Authenticator.objects.filter(user=user))
    codes = [row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES]
    return SecondFactors(
        has_totp=any(row.type == Authenticator.Type.TOTP for row in rows),
        passkeys=sum(row.type == Authenticator.Type.WEBAUTHN for row in rows),
        recovery_codes_left=len(codes[0].wrap().get_unused_codes()) if codes else 0,
    )


def find_user(phone: str) -> User:
    """Return the account of a number typed in any way; raise ``BadMobile``, ``User.DoesNotExist``."""
    return User.objects.get_by_phone(phone)
