"""What an account page shows."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import ApiToken, User
from zhijia.core.manifest import PersonalField, manifests

LEVELS = {
    "C1": _("internal data"),
    "C2": _("personal data"),
    "C3": _("sealed data"),
}
ERASURE = {
    "clear": _("emptied when it is no longer needed"),
    "delete": _("deleted when it is no longer needed"),
    "keep": _("kept as evidence"),
    "shred": _("made unreadable by destroying its key"),
}


@dataclass(frozen=True)
class SessionLine:
    """One session of an account."""

    id: int
    device: str
    since: dt.datetime
    is_current: bool


@dataclass(frozen=True)
class HeldLine:
    """One thing that the house holds about a person."""

    area: str
    thing: str
    purpose: str
    level: Any
    erasure: Any


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


def second_factors_of(user: User) -> SecondFactors:
    """Return which second factors are set up."""
    rows = list(Authenticator.objects.filter(user=user))
    codes = [row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES]
    return SecondFactors(
        has_totp=any(row.type == Authenticator.Type.TOTP for row in rows),
        passkeys=sum(row.type == Authenticator.Type.WEBAUTHN for row in rows),
        recovery_codes_left=len(codes[0].wrap().get_unused_codes()) if codes else 0,
    )


def held_about_people() -> list[HeldLine]:
    """Return what the house may hold about a person, from the manifests of all apps.

    Columns that are the same to the person (one thing, one purpose) make one line; what is about
    nobody (``C0``) is left out.
    """
    entries = ((m.app, one) for m in manifests() for one in m.personal_data if one.level != "C0")
    return list(dict.fromkeys(_held_line(app, one) for app, one in entries))


def _held_line(app: str, one: PersonalField) -> HeldLine:
    return HeldLine(
        area=str(apps.get_app_config(app).verbose_name),
        thing=str(one.thing) or _name_of(one),
        purpose=str(one.purpose),
        level=LEVELS[one.level],
        erasure=ERASURE[one.erasure],
    )


def _name_of(one: PersonalField) -> str:
    model = apps.get_model(one.model)
    return f"{model._meta.verbose_name}: {model._meta.get_field(one.field).verbose_name}"


def find_user(phone: str) -> User:
    """Return the account of a number typed in any way; raise ``BadMobile``, ``User.DoesNotExist``."""
    return User.objects.get_by_phone(phone)
