"""What a worker types on the page of a matter: messages, judgements, reasons."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.appeals.enums import Mark
from zhijia.appeals.forms.worker import ANY_FILE
from zhijia.appeals.services import TEXT_LIMIT
from zhijia.core.forms import FilesField, PlainForm, TidyCharField


class MessageForm(PlainForm):
    """A message to the union body, also the answer to its question."""

    text = TidyCharField(rows=3, max_length=TEXT_LIMIT, label=_("Your message"))
    files = FilesField(  # type: ignore[assignment]
        required=False, accept=ANY_FILE, record=True, label=_("Add photos, documents or your voice")
    )


class AnswerForm(MessageForm):
    """The answer to what the handler asked."""

    text = TidyCharField(rows=3, max_length=TEXT_LIMIT, label=_("Your answer"))


class RatingForm(PlainForm):
    """Judging an answer: what came of it and how people were treated, apart."""

    result = forms.ChoiceField(
        choices=Mark.choices,
        widget=forms.RadioSelect,
        label=_("Is your matter solved? Judge the result."),
        error_messages={"required": _("Choose one.")},
    )
    attitude = forms.ChoiceField(
        choices=Mark.choices,
        widget=forms.RadioSelect,
        label=_("Were you treated well? Judge the attitude."),
        error_messages={"required": _("Choose one.")},
    )
    comment = TidyCharField(required=False, rows=2, max_length=2000, label=_("Anything else you want to say"))


class FirstRatingForm(RatingForm):
    """Judging the first answer, which a second handler may still improve."""

    reopen = forms.BooleanField(
        required=False, initial=True,
        label=_("If I am not satisfied with the result: give it to another handler at once."),
    )  # fmt: skip


class ReasonForm(PlainForm):
    """Why it is to be opened again or reviewed."""

    reason = TidyCharField(
        rows=3,
        max_length=5000,
        label=_("What is wrong, or what has happened since?"),
        error_messages={"required": _("Please say in a few words why.")},
    )


class ConsentForm(PlainForm):
    """The switch for publishing."""

    consents = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ConfirmForm(PlainForm):
    """Nothing to type: the button is the decision."""
