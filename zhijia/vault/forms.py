"""What people type at the vault: a password, a decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import PlainForm, TidyCharField


class UnlockForm(PlainForm):
    """The password that opens one's own key."""

    password = forms.CharField(
        label=_("Password"), max_length=128, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class DecisionForm(PlainForm):
    """Whether an officer may learn a name."""

    approves = forms.TypedChoiceField(
        label=_("Decision"),
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        choices=[("yes", _("Agree: he may open it for 24 hours")), ("no", _("Refuse"))],
    )
    reason = TidyCharField(label=_("Reason, as the worker reads it"), rows=3, max_length=300)
