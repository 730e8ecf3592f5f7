"""How the sign-in library talks to our accounts."""

import datetime as dt
import hashlib
import hmac
import ipaddress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import IntegrityError, transaction
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from zhijia.accounts import code_texts, devices, session_life, slow_down
from zhijia.accounts.errors import PhoneTaken
from zhijia.accounts.models import User, phone_index
from zhijia.accounts.password_hooks import password_was_right
from zhijia.accounts.selectors import device_name
from zhijia.core import clock
from zhijia.core.forms import MobileField
from zhijia.core.identifiers import mask_mobile
from zhijia.core.qr import qr_svg
from zhijia.core.sealing import purpose_key, seal, unseal


def wait_text(seconds: int) -> str:
    """Say how long the next try has to wait."""
    return ngettext(
        "You can try again in %(seconds)s second. A one-time code works at once.",
        "You can try again in %(seconds)s seconds. A one-time code works at once.",
        seconds,
    ) % {"seconds": seconds}


def refuse_while_waiting(who: str, device: str, now: dt.datetime) -> None:
    """Raise ``ValidationError`` with the seconds left; a try during the wait is not looked at."""
    left = slow_down.seconds_left(who=who, device=device, now=now)
    if left:
        raise ValidationError(wait_text(left), code="wait")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are found by mobile number only; wrong passwords slow down and never lock out."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "phone_password_mismatch": _("This number and this password do not belong together."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is not right or no longer valid."),
        "too_many_login_attempts": _(
            "Too many codes were asked for this number. Try again in an hour, or use your password."
        ),
    }

    # Telephone numbers ------------------------------------------------------------------------

    def phone_form_field(self, **kwargs: Any) -> MobileField:
        """Return the field in which people type their number, with spaces or full-width digits."""
        kwargs["label"] = _("Mobile number")
        field = MobileField(**kwargs)
        field.widget.input_type = "tel"
        return field

    def clean_phone(self, phone: str) -> str:
        """Return the number as the field made it."""
        return phone

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """Return the number and whether it is confirmed."""
        return (user.phone, user.phone_verified) if user.phone_index else None

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return the account of a number in E.164 form."""
        return User.objects.filter(phone_index=phone_index(phone)).first()

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        """Give the account a number; an unsaved account is saved by ``save_user``."""
        user.set_phone(phone)
        user.phone_verified = verified
        if user.pk:
            _save_phone(user, ["phone_sealed", "phone_index", "phone_verified"])

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """Note that the person holds this number.

        An account that was never confirmed may have been opened by a stranger with somebody
        else's number: whoever then proves the number by a one-time code gets the account
        without the stranger's password.
        """
        fields = ["phone_sealed", "phone_index", "phone_verified"]
        if not user.phone_verified and self._came_by_code(user):
            user.set_unusable_password()
            fields.append("password")
        user.set_phone(phone)
        user.phone_verified = True
        _save_phone(user, fields)

    def _came_by_code(self, user: Any) -> bool:
        records = get_authentication_records(context.request, user)
        return bool(records) and records[-1].get("method") == "code"

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Save a new account together with its number."""
        super().save_user(request, user, form, commit=False)
        if commit:
            _save_phone(user, None)
        return user

    # One-time codes ---------------------------------------------------------------------------

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        """Send a one-time code."""
        _send(phone, code_texts.CODE % {"code": code})

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Tell the holder of a number without account that somebody asked for a code."""
        _send(phone, code_texts.NO_ACCOUNT)

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Tell the holder of a number that it already has an account."""
        _send(phone, code_texts.HAS_ACCOUNT)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send no letter of the library: nobody signs in by mail, and its letters say what they are about."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send none of these either."""

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Show a message, with numbers masked: a screen is often read over a shoulder."""
        found = kwargs.get("message_context") or (args[1] if len(args) > 1 else None) or {}
        for name in ("recipient", "phone"):
            if str(found.get(name, "")).startswith("+86"):
                found[name] = mask_mobile(found[name])
        super().add_message(request, level, *args, **kwargs)

    # Slow-down --------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse to look at the password while the wait runs."""
        who, device = self._who(request, credentials)
        refuse_while_waiting(who, device, clock.now())

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Check number and password; the right one ends the waiting."""
        user = super().authenticate(request, **credentials)
        if user:
            who, device = self._who(request, credentials)
            slow_down.forget(who=who, device=device)
            password_was_right(request, user, str(credentials.get("password", "")))
        return user

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing to give back: the library's own limit is not used."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the failure and put the wait into the refusal."""
        who, device = self._who(request, credentials)
        wait = wait_text(slow_down.record_failure(who=who, device=device, now=clock.now()))
        changed = {
            key: f"{self.error_messages[key]} {wait}"
            for key in ("phone_password_mismatch", "incorrect_password")
        }
        self.error_messages = {**self.error_messages, **changed}

    def _who(self, request: HttpRequest, credentials: dict[str, Any]) -> tuple[str, str]:
        index = phone_index(str(credentials.get("phone", "")))
        return index, devices.known_device(request, index)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session and note when it began."""
        super().login(request, user)
        session_life.begin(request.session, clock.now())

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go on after a sign-in; this device is known from now on."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        devices.remember_device(request, response, user.phone_index)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Leave it to ``needs_fresh_proof``, which asks for more and keeps no copy of the request."""
        return False

    # Privacy ----------------------------------------------------------------------------------

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return a stand-in of the network address that nobody can turn back.

        It still tells addresses apart within a day, which is all that limits need.
        """
        day = clock.local_date(clock.now()).isoformat()
        text = f"{day}|{super().get_client_ip(request)}"
        digest = hmac.new(purpose_key("network-address"), text.encode(), hashlib.sha256).digest()
        return str(ipaddress.IPv6Address(b"\xfd" + digest[:15]))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: one-time passwords, passkeys, recovery codes. Secrets are kept sealed."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right or no longer valid."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return seal(text.encode(), purpose="second-factor", place="mfa_authenticator").hex()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret."""
        return unseal(
            bytes.fromhex(encrypted_text), purpose="second-factor", place="mfa_authenticator"
        ).decode()

    def get_totp_label(self, user: Any) -> str:
        """Return the name shown in the authenticator app: never the whole number."""
        return user.masked_phone

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as inline SVG without style attributes: our pages take no data: pictures."""
        return qr_svg(url)

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Return what the passkey shows: never the whole number."""
        return super().get_public_key_credential_user_entity(user) | {
            "name": user.masked_phone,
            "display_name": user.name or user.masked_phone,
        }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Return the device's own name to begin with, e.g. "Chrome, Android"."""
        return device_name(context.request.headers.get("User-Agent", ""))

    def _get_site_name(self) -> str:
        return gettext("Workers' Home")


def _save_phone(user: Any, fields: list[str] | None) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError:
        raise PhoneTaken from None


def _send(phone: str, text: str) -> None:
    import_string(settings.ZHIJIA_CODE_SENDER)(phone=phone, text=text, now=clock.now())
