"""Shapes of what is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import PlainForm, TidyCharField
from zhijia.privacy.enums import Basis, RequestKind


class AskForm(PlainForm):
    """What a person asks for."""

    kind = forms.ChoiceField(label=_("What do you want?"), choices=RequestKind, widget=forms.RadioSelect)
    about = forms.ChoiceField(
        label=_("Which matter?"), required=False,
        help_text=_("Only if you want one matter erased, corrected or explained."),
    )  # fmt: skip
    text = TidyCharField(
        label=_("In your own words"), required=False, max_length=1000, rows=4,
        help_text=_("You need not give a reason for erasing."),
    )  # fmt: skip

    def __init__(self, *args: Any, matters: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("none"))] + [(one.reference, one.title) for one in matters]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]


class DecideForm(PlainForm):
    """What the officer answers."""

    answer = TidyCharField(
        label=_("What the person reads"), required=False, max_length=1000, rows=4,
        help_text=_("Needed when you refuse: say why, and which law you rely on."),
    )  # fmt: skip


class HoldForm(PlainForm):
    """Which law forbids to erase it, and until when."""

    article = TidyCharField(label=_("Law and article"), max_length=120)
    reason = TidyCharField(label=_("Why it applies here"), max_length=500, rows=3)
    until_on = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))


class SharingForm(PlainForm):
    """What goes to whom."""

    recipient = TidyCharField(label=_("Who receives it"), max_length=120)
    contact = TidyCharField(label=_("How the person can reach them"), max_length=120)
    purpose = TidyCharField(label=_("What for"), max_length=200)
    kinds = TidyCharField(label=_("Which data"), max_length=200)
    basis = forms.ChoiceField(label=_("On which ground"), choices=Basis, widget=forms.RadioSelect)
    article = TidyCharField(
        label=_("Law and article"), max_length=120, required=False, help_text=_("If a law demands it.")
    )
