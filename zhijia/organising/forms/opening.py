"""What begins a process: a founding, a change of term, a registration, a closing."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import PlainForm, TidyCharField
from zhijia.organising import selectors, sizes
from zhijia.organising.enums import Material, ProcessKind
from zhijia.regulations import places
from zhijia.unions.enums import BodyKind
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.selectors import employer_named, find_employers

YEARS = ((3, _("Three years")), (5, _("Five years")))
NEW = 0
"""Choice of an employer that the register does not know."""


class DayInput(forms.DateInput):
    """The device's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def count_field(label: Any, **options: Any) -> forms.IntegerField:
    """Return a field for a number of people."""
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=10_000_000, widget=widget, **options)


class FiguresForm(PlainForm):
    """How many work there, how many are members, and how long the term lasts."""

    workers = count_field(_("How many people work there"))
    members = count_field(
        _("How many of them are members, or want to be"),
        help_text=_("Members who only keep their membership, without vote, are not counted."),
    )
    women = count_field(_("Women among the members"), required=False)
    years = forms.TypedChoiceField(label=_("Length of the term"), choices=YEARS, coerce=int)

    def clean_women(self) -> int:
        """An empty field is none."""
        return self.cleaned_data["women"] or 0


class PlaceField(TidyCharField):
    """A place by its name or its six digits; cleaned to the code."""

    def to_python(self, value: Any) -> str:
        """Return the code; a name must fit exactly one place."""
        text = super().to_python(value)
        if text.isdigit() and len(text) == 6:
            return text
        fits = {code for code in places.table() if text in (places.full_name(code), places.name(code))}
        if text and len(fits) != 1:
            raise forms.ValidationError(
                _("We do not know this place. Type its six digits, for example 130526.")
            )
        return fits.pop() if fits else ""


class FoundingForm(FiguresForm):
    """A union where I work: the employer, the place, a few numbers. Nobody there is told."""

    employer_text = TidyCharField(
        label=_("Name of your employer"), max_length=120,
        help_text=_("As it stands on the contract or the pay slip. The employer is not told."),
    )  # fmt: skip
    place = PlaceField(
        label=_("Place"), max_length=40, help_text=_("County or district, by name or six digits.")
    )
    body_kind = forms.ChoiceField(
        label=_("What kind of union"), initial=BodyKind.GRASSROOTS,
        choices=[
            (BodyKind.GRASSROOTS, _("A union of this employer")),
            (BodyKind.JOINT, _("A joint union of several small employers")),
        ],
        widget=forms.RadioSelect,
    )  # fmt: skip
    union_name = TidyCharField(
        label=_("Name of the union"), max_length=120, required=False,
        help_text=_("Leave it empty: the employer's name and “union”."),
    )  # fmt: skip
    employer = forms.TypedChoiceField(
        label=_("Is it one of these?"), coerce=int, required=False, widget=forms.RadioSelect
    )
    field_order = ("employer_text", "employer", "place", "body_kind", "workers", "members", "women", "years")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.found = self._found()
        if self.found:
            names: list[Any] = [(one.pk, str(one)) for one in self.found]
            choices = [*names, (NEW, _("None of these: use the name as I typed it"))]
            cast(forms.ChoiceField, self.fields["employer"]).choices = choices
        else:
            del self.fields["employer"]

    def _found(self) -> list[Employer]:
        text = str(self.data.get("employer_text", "")) if self.is_bound else ""
        return find_employers(text[:120], limit=5) if len(text.strip()) > 1 else []

    def clean(self) -> dict[str, Any]:
        """Ask which of the known employers it is, once some look alike."""
        told = super().clean() or {}
        if "employer" in self.fields and "employer" not in self.errors and told.get("employer") in (None, ""):
            exact = [one for one in self.found if one.name == told.get("employer_text")]
            if len(exact) != 1:
                self.add_error("employer", _("Please choose one."))
            else:
                told["employer"] = exact[0].pk
        return told

    def arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        told = dict(self.cleaned_data)
        chosen, text = told.pop("employer", NEW) or NEW, told.pop("employer_text")
        employer = employer_named(chosen) if chosen else None
        return {**told, "employer": employer, "employer_name": "" if employer else text}


class TermForm(FiguresForm):
    """A change of term, or filling vacant seats."""

    def __init__(self, *args: Any, body: UnionBody, on: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        allowed = sizes.years_allowed(body.kind, body.place, on)
        field = cast(forms.ChoiceField, self.fields["years"])
        field.choices = [choice for choice in YEARS if choice[0] in allowed]


class RegistrationForm(PlainForm):
    """The checklist of a registration as legal person."""

    representative = TidyCharField(label=_("Legal representative (the chair)"), max_length=60)
    materials = forms.MultipleChoiceField(
        label=_("Papers that are ready"), choices=Material.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("You can tick the rest later. The registration costs nothing."),
    )  # fmt: skip


class ClosingForm(PlainForm):
    """Where everything goes when a body ends."""

    partner = forms.TypedChoiceField(
        label=_("Where bodies below and members go"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, body: UnionBody, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast(forms.ChoiceField, self.fields["partner"])
        self.others = {other.pk: other for other in selectors.partners_of(body)}
        field.choices = [("", _("Nowhere: there are none")), *((pk, str(o)) for pk, o in self.others.items())]
        if kind == ProcessKind.MERGER:
            field.label, field.required = _("Merge into"), True
            field.choices = [("", _("Please choose")), *list(field.choices)[1:]]

    def arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return {"partner": self.others.get(self.cleaned_data["partner"] or 0)}
