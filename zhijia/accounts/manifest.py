"""What accounts contribute to the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.accounts import services
from zhijia.core.manifest import Manifest, MenuEntry, PersonalField, Timer

DAY = dt.timedelta(days=1)

MANIFEST = Manifest(
    app="accounts",
    order=20,
    urls="zhijia.accounts.urls",
    prefix="me/",
    menu=(
        MenuEntry(_("My account"), "accounts:profile", "worker", icon="person", order=900),
        MenuEntry(_("My account"), "accounts:profile", "officer", icon="person", order=900),
    ),
    timers=(
        Timer("accounts.forget_failed_sign_ins", lambda now: services.forget_failed_sign_ins(now=now), DAY),
        Timer("accounts.forget_sessions", lambda now: services.forget_sessions(now=now), DAY),
    ),
    audit_labels=(
        ("account.created", _("account made")),
        ("account.changed", _("account changed")),
        ("account.password_set", _("password set")),
        ("account.closed", _("account closed")),
        ("account.reopened", _("account opened again")),
        ("account.session_ended", _("session ended")),
        ("account.sessions_ended", _("all sessions ended")),
        ("token.created", _("token made")),
        ("token.revoked", _("token revoked")),
    ),
    personal_data=(
        PersonalField("accounts.User", "name", "C2", _("To address you"), "clear"),
        PersonalField("accounts.User", "phone_sealed", "C3", _("To sign in and to tell you news"), "clear"),
        PersonalField(
            "accounts.User", "phone_index", "C2", _("To find your account when you sign in"), "clear"
        ),
        PersonalField("accounts.User", "email", "C2", _("To tell you news, if you want"), "clear"),
        PersonalField("accounts.User", "language", "C1", _("To show pages as you like them"), "clear"),
        PersonalField("accounts.ApiToken", "name", "C1", _("So that you know your tokens apart"), "delete"),
        PersonalField(
            "accounts.FailedSignIns", "key", "C1", _("To slow down whoever guesses passwords"), "delete"
        ),
        PersonalField(
            "usersessions.UserSession",
            "user_agent",
            "C2",
            _("So that you see where you are signed in"),
            "delete",
        ),
        PersonalField("mfa.Authenticator", "data", "C3", _("Your second factor"), "delete"),
    ),
)
