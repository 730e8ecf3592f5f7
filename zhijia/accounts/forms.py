"""What people type about their accounts."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    ChangePhoneForm,
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    SignupForm,
    VerifyPhoneForm,
)
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as MfaReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from zhijia.accounts import devices, services, slow_down
from zhijia.accounts.adapters import refuse_while_waiting, wait_text
from zhijia.accounts.enums import Scope
from zhijia.accounts.models import User, phone_index
from zhijia.accounts.password_hooks import password_was_changed
from zhijia.core import clock
from zhijia.core.forms import MobileField, PlainForm, TidyCharField
from zhijia.core.identifiers import normalise

PASSWORD_HELP = _("At least eight characters, not only digits, and not a password that everybody uses.")


class SignInForm(PlainForm, LoginForm):
    """Number and password. The number stays when the password was wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class SignUpForm(PlainForm, SignupForm):
    """Number and password; nothing about where somebody works."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password1"]
        password.help_text = PASSWORD_HELP
        password.widget.attrs.pop("placeholder", None)


class RequestCodeForm(PlainForm, RequestLoginCodeForm):
    """The number that gets a one-time code."""


class CodeField(forms.CharField):
    """A code as people type it: spaces, dashes and full-width digits do not matter."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        kwargs.setdefault("label", _("Verification code"))
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=40, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the bare code."""
        return normalise(super().to_python(value) or "")


class ConfirmCodeForm(PlainForm, ConfirmLoginCodeForm):
    """The one-time code of a sign-in."""

    code = CodeField()


class ConfirmPhoneForm(PlainForm, VerifyPhoneForm):
    """The one-time code that proves a number."""

    code = CodeField()


class NewPhoneForm(PlainForm, ChangePhoneForm):
    """Another number for the account."""


class PasswordForm(PlainForm, ChangePasswordForm):
    """A new password, with the old one."""

    field_order = ("oldpassword", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = PASSWORD_HELP
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    @transaction.atomic
    def save(self) -> None:
        """Set the new password; what opened with the old one opens with the new one, or nothing changes."""
        super().save()
        told = self.cleaned_data
        password_was_changed(context.request, self.user, told["oldpassword"], told["password1"])


class ConfirmPasswordForm(PlainForm, ReauthenticateForm):
    """The password once more, before something that needs a fresh proof."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class SetUpTotpForm(PlainForm, ActivateTOTPForm):
    """The first code of a new authenticator app."""

    code = CodeField()


class _SlowedDown:
    """Wrong second factors have to wait like wrong passwords do."""

    user: User

    def clean_code(self) -> str:
        who = f"user:{self.user.pk}"
        device = devices.known_device(context.request, self.user.phone_index)
        refuse_while_waiting(who, device, clock.now())
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError as error:
            wait = slow_down.record_failure(who=who, device=device, now=clock.now())
            raise forms.ValidationError(
                f"{' '.join(error.messages)} {wait_text(wait)}", code="wait"
            ) from None
        slow_down.forget(who=who, device=device)
        return code


class SecondFactorForm(_SlowedDown, PlainForm, AuthenticateForm):
    """The code of the authenticator app, or a recovery code, while signing in."""

    code = CodeField()


class ConfirmSecondFactorForm(_SlowedDown, PlainForm, MfaReauthenticateForm):
    """The same, before something that needs a fresh proof."""

    code = CodeField()


class PrintedCodeForm(PlainForm):
    """Number and printed code of somebody whose telephone is gone.

    Not for officers, nor for who has a second factor: there the code stands beside the password.
    Every failure says the same, and the next try waits like after a wrong password.
    """

    phone = MobileField(label=_("Mobile number of the account"))
    code = CodeField(label=_("One of your printed codes"))
    user: User | None = None

    def clean(self) -> dict[str, Any]:
        """Find the account and use the code up; a wrong number and a wrong code are told alike."""
        found = super().clean() or self.cleaned_data
        if self.errors:
            return found
        who = phone_index(found["phone"])
        device, now = devices.known_device(context.request, who), clock.now()
        refuse_while_waiting(who, device, now)
        self.user = services.use_printed_code(phone=found["phone"], code=found["code"])
        if self.user is None:
            wait = slow_down.record_failure(who=who, device=device, now=now)
            wrong = _("This number and this code do not belong together.")
            later = ngettext(
                "Wait %(seconds)s second before the next try.",
                "Wait %(seconds)s seconds before the next try.",
                wait,
            ) % {"seconds": wait}
            raise forms.ValidationError(f"{wrong} {later}", code="wait")
        slow_down.forget(who=who, device=device)
        return found


class ProfileForm(PlainForm):
    """What a person tells about himself and how he wants to be told."""

    name = TidyCharField(
        label=_("What to call you"),
        max_length=60,
        required=False,
        help_text=_("As you want to be addressed. You may leave it empty."),
    )
    email = forms.EmailField(
        label=_("E-mail for notices"),
        required=False,
        help_text=_(
            "Better not one of your employer. Whether we may write to it, you decide under “Your choices”."
        ),
    )
    notice_by_sms = forms.BooleanField(
        label=_("Tell me by text message when there is something new"), required=False
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As on this device")), *settings.LANGUAGES]
    )


class NewPasswordForm(PlainForm):
    """A new password after a sign-in by one-time code."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = PASSWORD_HELP

    def clean_password(self) -> str:
        """Refuse what is too easy to guess."""
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]


class TokenForm(PlainForm):
    """A key for a program."""

    name = TidyCharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("It may be used to"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("Valid for how many days"), min_value=1, max_value=366, initial=90)
