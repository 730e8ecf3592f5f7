"""The builder of a group of members: one small form for each condition, none of them lost on the way.

The page works by sending the whole form: "add" and "remove" come back with everything as it was typed,
checked only when the people are looked at or the group is saved.
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhijia.core.errors import DomainError
from zhijia.core.forms import FILL_IN, PlainForm, TidyCharField
from zhijia.membership.segments.errors import ConditionUnknown, NothingChosen
from zhijia.membership.segments.fields import BY_NAME, FIELDS, Comparison, Field, Shape
from zhijia.membership.segments.grammar import MOST_CONDITIONS, Condition, Unknown, check
from zhijia.membership.segments.questions import Question, question
from zhijia.membership.segments.typed import body_ids, place_codes
from zhijia.regulations import places
from zhijia.unions.models import UnionBody

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
COMPARISONS = {Comparison.IS: _("is one of these"), Comparison.IS_NOT: _("is none of these")}
OF_CONTACT = {
    Comparison.WITHIN: _("in contact within"), Comparison.LONGER: _("no contact for"),
    Comparison.NEVER: _("never in contact"),
}  # fmt: skip
OF_JOINING = {Comparison.WITHIN: _("a member for less than"), Comparison.LONGER: _("a member for at least")}
SPANS = [
    ("days", pgettext_lazy("how long ago", "days")), ("months", pgettext_lazy("how long ago", "months")),
    ("years", pgettext_lazy("how long ago", "years")),
]  # fmt: skip
CHOOSE_SOME = format_lazy("{} {}", NothingChosen.text, NothingChosen.next_step)
HELP = {
    Shape.BODIES: _("Names or numbers of unions at or below the one above, with commas between."),
    Shape.PLACES: _("Names or codes of provinces, cities or counties, with commas between."),
}


def _comparisons(spec: Field) -> list[tuple[str, Any]]:
    words = {"contact": OF_CONTACT, "joined": OF_JOINING}.get(spec.name, COMPARISONS)
    return [(each.value, words[each]) for each in spec.comparisons]


class ConditionForm(PlainForm):
    """One condition of a known field. ``body``: whose members are asked for; unions are sought below it."""

    def __init__(self, *args: Any, spec: Field, body: UnionBody | None, **kwargs: Any) -> None:
        self.spec, self.body = spec, body
        self.condition: Condition | None = None
        super().__init__(*args, **kwargs)
        self.fields["field"] = forms.CharField(widget=forms.HiddenInput, initial=spec.name)
        if len(spec.comparisons) > 1:
            self.fields["comparison"] = forms.ChoiceField(
                choices=_comparisons(spec), label=_("Condition"), initial=spec.comparisons[0].value
            )
        self.fields |= _values_of(spec)

    def clean(self) -> dict[str, Any]:
        """Make the condition, or show its refusal at the field that it is about."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("comparison") == Comparison.NEVER:
            self.errors.pop("number", None)
        if not self.errors:
            try:
                self.condition = check(Condition(self.spec.name, self._comparison(told), self._values(told)))
            except DomainError as error:
                self.refuse(error)
        return told

    def _comparison(self, told: dict[str, Any]) -> str:
        return str(told.get("comparison") or self.spec.comparisons[0])

    def _values(self, told: dict[str, Any]) -> tuple[str, ...]:
        shape = self.spec.shape
        if shape == Shape.AGO:
            return (told.get("number", ""), told["unit"])
        if shape == Shape.DATES:
            return tuple(day.isoformat() if day else "" for day in (told["first"], told["last"]))
        if shape == Shape.BODIES:
            return body_ids(told["values"], self.body) if self.body else ()
        if shape == Shape.PLACES:
            return place_codes(told["values"])
        values = told["values"]
        return tuple(values) if isinstance(values, list) else (values,) if values else ()


CHOSEN = {
    Shape.CHOICES: (forms.MultipleChoiceField, forms.CheckboxSelectMultiple),
    Shape.FLAG: (forms.ChoiceField, forms.RadioSelect),
}
"""How values are chosen: several of them, or one."""


def _values_of(spec: Field) -> dict[str, forms.Field]:
    if spec.shape in CHOSEN:
        kind, widget = CHOSEN[spec.shape]
        told: Any = {"label": _("Which ones"), "error_messages": {"required": CHOOSE_SOME}}
        return {"values": kind(choices=spec.options, widget=widget, **told)}
    if spec.shape == Shape.AGO:
        return {
            "number": forms.CharField(
                label=_("How many"), max_length=10, error_messages={"required": FILL_IN},
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            ),
            "unit": forms.ChoiceField(choices=SPANS, label=_("Days, months or years")),
        }  # fmt: skip
    if spec.shape == Shape.DATES:
        return {
            "first": forms.DateField(required=False, label=_("Joined: first day"), widget=DAY),
            "last": forms.DateField(required=False, label=_("Joined: last day"), widget=DAY),
        }
    text = TidyCharField(max_length=400, label=_("Which ones"), help_text=HELP[spec.shape])
    return {"values": text}


def _initial(condition: Condition, asked: Question) -> dict[str, Any]:
    """Return what stands in the form of a saved condition."""
    spec, values = condition.spec, condition.values
    told: dict[str, Any] = {"field": spec.name, "comparison": condition.comparison, "values": list(values)}
    if spec.shape == Shape.FLAG:
        told["values"] = values[0]
    elif spec.shape == Shape.AGO and values:
        told["number"], told["unit"] = values
    elif spec.shape == Shape.DATES:
        told["first"], told["last"] = values
    elif spec.shape == Shape.BODIES:
        told["values"] = "，".join(_named(asked.bodies[int(value)]) for value in values)
    elif spec.shape == Shape.PLACES:
        told["values"] = "，".join(places.full_name(value) for value in values)
    return told


def _named(body: UnionBody) -> str:
    """Return a text that leads to this union only."""
    is_alone = UnionBody.objects.active().filter(name=body.name).count() == 1
    return body.name if is_alone else str(body.pk)


class UnknownForm(PlainForm):
    """A stored condition that is no longer known: carried along as it is, refused when used."""

    spec = None
    condition = None
    raw = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse it: nobody is chosen by what nobody understands."""
        self.refuse(ConditionUnknown())
        return super().clean() or {}


class SegmentForm(PlainForm):
    """Name, body, and what is to be added."""

    name = TidyCharField(max_length=80, label=_("Name of the group of members"))
    body = forms.TypedChoiceField(label=_("Members of"), coerce=int)
    add = forms.ChoiceField(
        required=False, label=_("One more condition"), choices=[(field.name, field.label) for field in FIELDS]
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(body.pk, body.name) for body in bodies]  # type: ignore[attr-defined]


class Builder:
    """The whole page: the head and one form for each condition, as sent or as saved.

    ``bodies``: those that may be chosen; a changed group has its own alone.
    """

    def __init__(self, bodies: list[UnionBody], head: SegmentForm, rows: list[PlainForm]) -> None:
        self.bodies, self.head, self.rows = bodies, head, rows

    @classmethod
    def sent(cls, data: Any, bodies: list[UnionBody], *, checking: bool) -> "Builder":
        """Return the page as it was sent; unless it is to be checked, half of it may be missing."""
        head = SegmentForm(data, bodies=bodies) if checking else SegmentForm(
            initial={name: data.get(name) for name in SegmentForm.base_fields}, bodies=bodies
        )  # fmt: skip
        body = next((b for b in bodies if str(b.pk) == data.get("body")), None)
        marks = list(dict.fromkeys(data.getlist("row")))[: 2 * MOST_CONDITIONS]
        rows = [_row(data, mark, body, checking) for mark in marks if mark.isalnum()]
        return cls(bodies, head, rows)

    @classmethod
    def saved(cls, asked: Question, bodies: list[UnionBody], *, name: str = "", seen: str = "") -> "Builder":
        """Return the page of a group as it is kept, or of a new one."""
        head = SegmentForm(bodies=bodies, initial={"name": name, "body": asked.body.pk, "seen": seen})
        rows: list[PlainForm] = []
        parts: tuple[Condition | Unknown, ...] = (*asked.conditions, *asked.unknown)
        for number, part in enumerate(parts):
            rows.append(_saved_row(part, asked, f"c{number}"))
        return cls(bodies, head, rows)

    def add(self, name: str) -> None:
        """Put an empty condition below the others."""
        taken = [int(row.prefix[1:]) for row in self.rows if row.prefix and row.prefix[1:].isdecimal()]
        if name in BY_NAME and len(self.rows) < MOST_CONDITIONS:
            prefix = f"c{max(taken, default=-1) + 1}"
            self.rows.append(ConditionForm(spec=BY_NAME[name], body=None, prefix=prefix))

    def remove(self, mark: str) -> None:
        """Take one condition away."""
        self.rows = [row for row in self.rows if row.prefix != mark]

    @property
    def errors(self) -> list[tuple[str, Any, str]]:
        """Return what is wrong, for the summary: id of the input or "", what it is about, the error."""
        return [line for form in (self.head, *self.rows) if form.is_bound for line in _errors_of(form)]

    def is_valid(self, *, naming: bool) -> bool:
        """Check everything, so that every error is shown at once; the name only where it is to be saved."""
        name = self.head.fields["name"]
        name.required = naming
        is_good = all([self.head.is_valid(), *(row.is_valid() for row in self.rows)])
        name.required = True
        return is_good

    def question(self) -> Question:
        """Return what is asked; only after ``is_valid``. Raises what ``questions.question`` does."""
        body = next(b for b in self.bodies if b.pk == self.head.cleaned_data["body"])
        made = [row.condition for row in self.rows if isinstance(row, ConditionForm)]
        return question(body, [condition for condition in made if condition])


def _errors_of(form: Any) -> list[tuple[str, Any, str]]:
    spec = getattr(form, "spec", None)
    found = [("", "", str(error)) for error in (*form.non_field_errors(), *form.hidden_errors)]
    for field in form.bad_fields:
        anchor = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
        label = spec.label if spec else field.label
        found += [(anchor, label, str(error)) for error in field.errors]
    return found


def _row(data: Mapping[str, Any], mark: str, body: UnionBody | None, checking: bool) -> PlainForm:
    spec = BY_NAME.get(data.get(f"{mark}-field", ""))
    if spec is None:
        unknown = {"initial": {"raw": data.get(f"{mark}-raw", "")}}
        return UnknownForm(data, prefix=mark) if checking else UnknownForm(prefix=mark, **unknown)
    if checking:
        return ConditionForm(data, spec=spec, body=body, prefix=mark)
    row = ConditionForm(spec=spec, body=body, prefix=mark)
    row.initial = {
        name: field.widget.value_from_datadict(data, {}, f"{mark}-{name}")
        for name, field in row.fields.items()
    }
    return row


def _saved_row(part: Condition | Unknown, asked: Question, prefix: str) -> PlainForm:
    if isinstance(part, Unknown):
        return UnknownForm(prefix=prefix, initial={"raw": json.dumps(part.kept, ensure_ascii=False)})
    return ConditionForm(spec=part.spec, body=asked.body, prefix=prefix, initial=_initial(part, asked))
