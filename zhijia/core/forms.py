"""Forms: one look, friendly refusals, and fields for what people type.

Fields give shape only; rules that must hold elsewhere stand in services.
"""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

from zhijia.core import identifiers
from zhijia.core.errors import BadInput, DomainError
from zhijia.core.text import tidy

FILL_IN, CHOOSE = _("Please fill in this field."), _("Please choose one.")
"""What an empty field says instead of the framework's sentence."""


class Renderer(BaseRenderer):
    """Draws fields and forms with our own templates, widgets with Django's."""

    form_template_name = "core/forms/form.html"
    field_template_name = "core/forms/field.html"
    _widgets = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        """Return the template: Django's own for its widgets, the project's for everything else."""
        if template_name.startswith("django/"):
            return self._widgets.get_template(template_name)
        return get_template(template_name)


class PlainForm(forms.Form):
    """The form every other starts from."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = CHOOSE if isinstance(field, forms.ChoiceField) else FILL_IN

    def refuse(self, error: DomainError) -> None:
        """Show a refusal of the service at its field, or above the form when it names none."""
        field = error.field if error.field in self.fields else None
        self.add_error(field, forms.ValidationError(str(error), code=error.code))

    @property
    def bad_fields(self) -> list[forms.BoundField]:
        """Visible fields with an error, for the summary above the form."""
        return [field for field in self.visible_fields() if field.errors]

    @property
    def hidden_errors(self) -> list[str]:
        """Errors of hidden fields, which have no place of their own."""
        return [str(error) for field in self.hidden_fields() for error in field.errors]


def attempt(form: PlainForm, call: Callable[[], Any]) -> Any:
    """Return what a service made, or None with its refusal shown in the form; services return something."""
    try:
        return call()
    except DomainError as error:
        form.refuse(error)
        return None


def status_of(form: PlainForm | None) -> int:
    """Return the status of a page with a form: 422 for one that has to be mended."""
    return 422 if form is not None and form.errors else 200


def new_key() -> str:
    """Return a fresh idempotency key."""
    return str(uuid.uuid4())


class OnceForm(PlainForm):
    """A form that makes one thing however often it is sent (see ``core.idempotency.once``).

    The key is rendered with the form, so it works without JavaScript; a draft kept on the
    device keeps its own.
    """

    idempotency_key = forms.RegexField(
        r"\A[A-Za-z0-9_-]{16,64}\Z",
        widget=forms.HiddenInput,
        initial=new_key,
        error_messages={
            "required": _("The form has lost its sending number. Open it anew and send once more."),
            "invalid": _("The form has lost its sending number. Open it anew and send once more."),
        },
    )


class TidyCharField(forms.CharField):
    """Text as people type it, tidied (``core.text.tidy``), with a friendly limit.

    ``rows`` makes it a text area of that height.
    """

    default_error_messages = {
        "required": FILL_IN,
        "max_length": _("This is %(show_value)s characters long; there is room for %(limit_value)s."),
        "min_length": _("Please write at least %(limit_value)s characters."),
    }

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Return the tidied text."""
        return tidy(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the page count characters, and let the server, not the browser, cut nothing off."""
        attrs = super().widget_attrs(widget)
        limit = attrs.pop("maxlength", None)
        if limit and isinstance(widget, forms.Textarea):
            attrs["data-count"] = limit
        elif limit:
            attrs["maxlength"] = limit
        return attrs


class _NumberField(forms.CharField):
    """A number that people type in many ways; ``clean_number`` makes one of them."""

    clean_number: Callable[[str], str]
    attrs: dict[str, str] = {}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if text in self.empty_values:
            return ""
        try:
            return type(self).clean_number(text)
        except BadInput as error:
            raise forms.ValidationError(str(error), code=error.code) from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | self.attrs


class MobileField(_NumberField):
    """A mobile number of mainland China; cleaned to ``+86…``."""

    clean_number = staticmethod(identifiers.clean_mobile)
    attrs = {"inputmode": "tel", "autocomplete": "tel"}


class CreditCodeField(_NumberField):
    """A unified social credit code (GB 32100)."""

    clean_number = staticmethod(identifiers.clean_credit_code)
    attrs = {"autocapitalize": "characters", "autocomplete": "off"}


class ResidentIdField(_NumberField):
    """A resident ID number (GB 11643)."""

    clean_number = staticmethod(identifiers.clean_resident_id)
    attrs = {"autocapitalize": "characters", "autocomplete": "off"}


class ReceiptField(_NumberField):
    """The 20 digits of a receipt, typed in any grouping."""

    clean_number = staticmethod(identifiers.clean_receipt)
    attrs = {"inputmode": "numeric", "autocomplete": "off"}


RECORDING = {
    "data-record": True,
    "data-text-record": _("Record your voice"),
    "data-text-stop": _("Stop recording"),
    "data-text-no-microphone": _("This device does not let us use the microphone."),
}
"""Turns a file field into one that can record; the words are for the script."""


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files at once; cleaned to a list, empty when none were chosen."""

    default_error_messages = {
        "too_large": _(
            "“%(name)s” is larger than %(cap)s MB. Leave it out or make it smaller; the rest is kept."
        ),
        "too_many": _("These are %(count)s files; up to %(limit)s can be sent at once."),
        "empty": _("“%(name)s” is empty. Choose it again."),
    }

    def __init__(self, *, accept: str = "", record: bool = False, **kwargs: Any) -> None:
        attrs: dict[str, Any] = {
            "data-max-bytes": settings.ZHIJIA_FILE_CAP,
            "data-text-too-large": _("too large; left out"),
        }
        if accept:
            attrs["accept"] = accept
        if record:
            attrs |= RECORDING
        kwargs.setdefault("widget", FilesInput(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; refuse an empty one, one past the cap, and too many."""
        given: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        files = [one for one in given if one]
        if not files:
            super().clean(None, initial)
            return []
        if len(files) > settings.DATA_UPLOAD_MAX_NUMBER_FILES:
            self._refuse("too_many", count=len(files), limit=settings.DATA_UPLOAD_MAX_NUMBER_FILES)
        for one in files:
            if not one.size:
                self._refuse("empty", name=one.name)
            if one.size > settings.ZHIJIA_FILE_CAP:
                self._refuse("too_large", name=one.name, cap=settings.ZHIJIA_FILE_CAP // 1024**2)
        return files

    def _refuse(self, code: str, **params: Any) -> None:
        raise forms.ValidationError(self.error_messages[code], code=code, params=params)
