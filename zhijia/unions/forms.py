"""Shapes of what stewards and officers type."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import CreditCodeField, MobileField, PlainForm, TidyCharField
from zhijia.regulations import places
from zhijia.unions.enums import BodyKind, Industry, Level, Role, SizeBand, Tie


class DayInput(forms.DateInput):
    """The device's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PlaceField(TidyCharField):
    """A place by its name or its GB/T 2260 code; cleaned to the code."""

    default_error_messages = {
        "unknown": _("We do not know this place. Type its six digits, for example 130526."),
    }

    def to_python(self, value: Any) -> str:
        """Return the code; a name must fit exactly one place."""
        text = super().to_python(value)
        if not text or text.isdigit():
            return text
        fits = {code for code in places.table() if text in (places.full_name(code), places.name(code))}
        if len(fits) != 1:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return fits.pop()

    def prepare_value(self, value: Any) -> Any:
        """Show a code that has a name by its full name."""
        return places.full_name(value) if value in places.table() else value


class FindForm(PlainForm):
    """The search box of the directory."""

    q = TidyCharField(label=_("Name of a place or a union"), max_length=40, required=False)


class HeadcountForm(PlainForm):
    """What a body reports for a day."""

    reported_on = forms.DateField(label=_("Counted on"), widget=DayInput())
    workers = forms.IntegerField(label=_("Workers"), min_value=0, max_value=10**9)
    members = forms.IntegerField(label=_("Members among them"), min_value=0, max_value=10**9)
    women = forms.IntegerField(
        label=_("Women among the members"), min_value=0, max_value=10**9, required=False
    )
    migrants = forms.IntegerField(
        label=_("Migrant workers among the members"), min_value=0, max_value=10**9, required=False
    )
    new_form = forms.IntegerField(
        label=_("Platform workers among the members"), min_value=0, max_value=10**9, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Take an empty part for none."""
        told = super().clean() or {}
        return told | {name: told.get(name) or 0 for name in ("women", "migrants", "new_form")}


class PostForm(PlainForm):
    """Granting a post."""

    phone = MobileField(label=_("Mobile number of the person"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    from_on = forms.DateField(label=_("First day"), widget=DayInput())
    until_on = forms.DateField(
        label=_("Last day"), widget=DayInput(), required=False,
        help_text=_("A term is usually three or five years. Leave empty if there is none."),
    )  # fmt: skip


class BodyForm(PlainForm):
    """What the public reads about a body, and whether it takes up appeals."""

    name = TidyCharField(label=_("Full name"), max_length=120)
    short_name = TidyCharField(label=_("Short name"), max_length=40, required=False)
    phone = TidyCharField(label=_("Telephone"), max_length=40, required=False)
    address = TidyCharField(label=_("Address"), max_length=160, required=False)
    hours = TidyCharField(label=_("Opening hours"), max_length=120, required=False)
    about = TidyCharField(label=_("What we do"), max_length=1000, required=False, rows=4)
    accepts_appeals = forms.BooleanField(
        label=_("Takes up appeals itself"), required=False,
        help_text=_("If not, appeals go to the body above."),
    )  # fmt: skip


class FoundForm(PlainForm):
    """A new body below another."""

    name = TidyCharField(label=_("Full name"), max_length=120)
    level = forms.TypedChoiceField(label=_("Level"), choices=Level.choices, coerce=int)
    kind = forms.ChoiceField(label=_("Kind"), choices=BodyKind.choices)
    place = PlaceField(
        label=_("Place"),
        max_length=40,
        required=False,
        help_text=_("Name or six digits; empty: the same as above."),
    )
    phone = TidyCharField(label=_("Telephone"), max_length=40, required=False)
    founded_on = forms.DateField(label=_("Founded on"), widget=DayInput(), required=False)


class EmployerForm(PlainForm):
    """An employer."""

    name = TidyCharField(label=_("Full name, as on the licence"), max_length=120)
    credit_code = CreditCodeField(
        label=_("Unified social credit code"), required=False,
        help_text=_("The employer's own code, not the union's. It may stay empty until somebody knows it."),
    )  # fmt: skip
    place = PlaceField(
        label=_("Place"),
        max_length=40,
        help_text=_("Name or six digits of the county, for example 130526."),
    )
    industry = forms.ChoiceField(label=_("Industry"), choices=Industry.choices, required=False)
    size_band = forms.ChoiceField(label=_("People employed"), choices=SizeBand.choices)


class EmployerFilterForm(PlainForm):
    """Narrows the list of employers."""

    q = TidyCharField(label=_("Name or credit code"), max_length=60, required=False)
    unchecked = forms.BooleanField(label=_("Only those still to be checked"), required=False)


class MergeForm(PlainForm):
    """Which entry stays."""

    keep = forms.TypedChoiceField(label=_("Entry that stays"), coerce=int)

    def __init__(self, data: Any = None, *, others: Any) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["keep"]).choices = [
            (other.pk, f"{other.name} {other.credit_code}") for other in others
        ]


class AffiliationForm(PlainForm):
    """What ties an officer to an employer."""

    employer = forms.TypedChoiceField(label=_("Employer"), coerce=int)
    kind = forms.ChoiceField(
        label=_("How you are tied to it"), choices=Tie, initial=Tie.WORK, widget=forms.RadioSelect,
        help_text=_("Wife or husband, parents, children, brothers and sisters. We never ask who."),
    )  # fmt: skip
    from_on = forms.DateField(label=_("First day"), widget=DayInput())
    until_on = forms.DateField(
        label=_("Last day"), widget=DayInput(), required=False, help_text=_("Empty: it goes on today.")
    )

    def __init__(self, data: Any = None, *, found: Any, of_another: bool = False) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["employer"]).choices = [
            (employer.pk, str(employer)) for employer in found
        ]
        if of_another:
            self._speak_of_another()

    def _speak_of_another(self) -> None:
        """Word the form for a steward, who declares it for somebody else."""
        kind = cast(forms.ChoiceField, self.fields["kind"])
        kind.label = _("How the person is tied to it")
        kind.choices = [
            (Tie.WORK, _("Works or worked there")),
            (Tie.RELATIVE, _("A close relative works or worked there")),
        ]
        self.fields["until_on"].help_text = _("Empty: it goes on.")

    def clean(self) -> dict[str, Any]:
        """Refuse a first day far ahead: a declaration is about what is or was."""
        found = super().clean() or {}
        first = found.get("from_on")
        if first and first.year < 1950:
            self.add_error("from_on", _("This day is too long ago."))
        return found


class EndTieForm(PlainForm):
    """The last day of a declared tie."""

    tie = forms.IntegerField(widget=forms.HiddenInput)
    until_on = forms.DateField(label=_("Last day"), widget=DayInput())


def initial_of(body: Any) -> dict[str, Any]:
    """Return a body's present details for its form."""
    return {field: getattr(body, field) for field in BodyForm.base_fields}


def blank_post(today: dt.date) -> dict[str, Any]:
    """Return what an empty post form begins with."""
    return {"from_on": today, "role": Role.HANDLER}
