"""What accounts hold about one person, for how long, and how they let go of it."""

import datetime as dt
import secrets
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.selectors import device_name
from zhijia.core.rights import Eraser, Ground, Held, keepings
from zhijia.regulations.selectors import let_go_before

KEEPING = (
    *keepings(
        "retention.account", gettext_lazy("your last sign-in"), "privacy.erase_inactive", Ground.SERVICE,
        "accounts.User", "mfa.Authenticator",
    ),
    *keepings(
        "retention.token", gettext_lazy("the end of the token"), "accounts.forget_tokens", Ground.SERVICE,
        "accounts.ApiToken",
    ),
    *keepings(
        "retention.failed_sign_in", gettext_lazy("the last wrong try"), "accounts.forget_failed_sign_ins",
        Ground.SECURITY, "accounts.FailedSignIns",
    ),
    *keepings(
        "retention.session", gettext_lazy("the sign-in"), "accounts.forget_sessions", Ground.SECURITY,
        "usersessions.UserSession",
    ),
)  # fmt: skip


def held(user: User, now: dt.datetime, proven: bool) -> Iterator[Held]:
    """Yield what the account says; the whole number only after a proof."""
    profile = reverse("accounts:profile")
    yield Held("accounts.User", _("Form of address"), user.name or _("none"), url=profile)
    yield Held(
        "accounts.User", _("Mobile number"), user.phone if proven else user.masked_phone,
        url=reverse("account_change_phone"),
    )  # fmt: skip
    yield Held("accounts.User", _("E-mail for notices"), user.email or _("none"), url=profile)
    yield Held("accounts.User", _("Account made"), at=user.created_at)
    if user.last_login:
        yield Held("accounts.User", _("Last sign-in"), at=user.last_login)
    for token in ApiToken.objects.filter(user=user).order_by("-created_at"):
        yield Held(
            "accounts.ApiToken", _("Token for a program"), token.name, token.created_at,
            url=reverse("accounts:tokens"),
        )  # fmt: skip
    for session in UserSession.objects.filter(user=user).order_by("-created_at"):
        yield Held(
            "usersessions.UserSession", _("Signed in with"), device_name(session.user_agent),
            session.created_at, url=reverse("accounts:sessions"),
        )  # fmt: skip
    for factor in Authenticator.objects.filter(user=user).order_by("pk"):
        yield Held(
            "mfa.Authenticator", _("Second factor"), str(Authenticator.Type(factor.type).label),
            factor.created_at, url=reverse("accounts:second_factor"),
        )  # fmt: skip


@transaction.atomic
def erase(reference: str, *, now: dt.datetime) -> dict[str, int]:
    """Delete sessions, tokens and second factors and empty the account; its number stays free.

    The row itself stays as a bare number: chains of deeds and records of office refer to it.
    """
    user = User.objects.select_for_update().filter(pk=reference.partition(":")[2]).first()
    if user is None:
        return {}
    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    gone = Session.objects.filter(session_key__in=list(keys)).delete()[0]
    for model in (UserSession, ApiToken, Authenticator, EmailAddress):
        gone += model.objects.filter(user=user).delete()[0]
    user.name = user.email = user.language = ""
    user.phone_sealed, user.phone_index = b"", f"erased-{secrets.token_hex(12)}"
    user.phone_verified = user.is_active = user.notice_by_sms = user.notice_by_email = False
    user.last_login = None
    user.session_epoch += 1
    user.set_unusable_password()
    user.save()
    return {"account rows": gone + 1}


def mark(reference: str) -> str:
    """Return when the account was made: a later account with the same number was made at another time."""
    made = User.objects.filter(pk=reference.partition(":")[2]).values_list("created_at", flat=True).first()
    return made.isoformat() if made else ""


ERASER = Eraser(kind="user", erase=erase, mark=mark, order=900)


def forget_tokens(now: dt.datetime) -> int:
    """Timer: delete tokens whose period of keeping after their end is over; return how many."""
    limit = let_go_before("retention.token", now)
    ended = ApiToken.objects.filter(expires_at__lt=limit) | ApiToken.objects.filter(revoked_at__lt=limit)
    return ended.delete()[0]
