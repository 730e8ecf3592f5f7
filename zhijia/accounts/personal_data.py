"""What accounts hold about people, why, and how it is erased."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import personal_fields

SIGN_IN = _("To find your account when you sign in")
TOKENS = _("Keys that you gave to programs")

PERSONAL_DATA = (
    *personal_fields("accounts.User", "C2", _("To address you"), "clear", "name", thing=_("Form of address")),
    *personal_fields(
        "accounts.User", "C3", _("To sign in and to tell you news"), "clear", "phone_sealed",
        thing=_("Mobile number"),
    ),
    *personal_fields(
        "accounts.User", "C2", SIGN_IN, "clear", "phone_index", thing=_("Digest of your mobile number")
    ),
    *personal_fields(
        "accounts.User", "C2", _("To check your password; the password itself is not kept"), "clear",
        "password", thing=_("Digest of your password"),
    ),
    *personal_fields(
        "accounts.User", "C2", _("To tell you news, if you want"), "clear", "email",
        thing=_("E-mail for notices"),
    ),
    *personal_fields(
        "accounts.User", "C1", _("To show pages as you like them"), "clear", "language", thing=_("Language")
    ),
    *personal_fields(
        "accounts.ApiToken", "C1", _("So that you know your tokens apart"), "delete",
        "name", "scopes", "hint", thing=TOKENS,
    ),
    *personal_fields(
        "accounts.ApiToken", "C1", _("To check a token; the token itself is not kept"), "delete", "hash",
        thing=TOKENS,
    ),
    *personal_fields(
        "accounts.FailedSignIns", "C1", _("To slow down whoever guesses passwords"), "delete", "key",
        thing=_("That a sign-in failed"),
    ),
    *personal_fields(
        "usersessions.UserSession", "C2", _("So that you see where you are signed in"), "delete",
        "user_agent", thing=_("Browsers in which you are signed in"),
    ),
    *personal_fields(
        "mfa.Authenticator", "C3", _("Your second factor"), "delete", "data",
        thing=_("Authenticator app, passkeys, recovery codes"),
    ),
)  # fmt: skip
