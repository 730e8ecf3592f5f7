"""The filter above the figures."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import PlainForm
from zhijia.statistics.periods import Period, preset

CUSTOM = "custom"
PERIODS = (
    ("month", _("This month")),
    ("last_month", _("Last month")),
    ("quarter", _("This quarter")),
    ("last_quarter", _("Last quarter")),
    ("year", _("This year")),
    ("last_year", _("Last year")),
    (CUSTOM, _("From … to …")),
)
DEFAULT = "year"
LONGEST = dt.timedelta(days=3660)


class DayInput(forms.DateInput):
    """The device's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FilterForm(PlainForm):
    """Which bodies and which days."""

    body = forms.TypedChoiceField(label=_("Union body"), required=False, coerce=int, empty_value=None)
    period = forms.ChoiceField(label=_("Period"), choices=PERIODS, initial=DEFAULT, required=False)
    since = forms.DateField(label=_("First day"), required=False, widget=DayInput())
    until = forms.DateField(label=_("Last day"), required=False, widget=DayInput())

    def __init__(self, data: Any, *, bodies: Any, today: dt.date) -> None:
        self.today = today
        super().__init__({"period": DEFAULT, **data.dict()})
        everything = [("", _("All bodies of my posts"))]
        cast(forms.ChoiceField, self.fields["body"]).choices = [
            *everything,
            *((body.pk, body.name) for body in bodies),
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse an open, reversed or endless stretch of days."""
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if found.get("period") == CUSTOM:
            if not since or not until:
                self.add_error("until" if since else "since", _("Choose both days."))
            elif until < since:
                self.add_error("until", _("The last day is before the first day."))
            elif until - since > LONGEST:
                self.add_error("until", _("Choose at most ten years."))
        return found

    @property
    def chosen(self) -> Period:
        """The days chosen; the default where the input makes no sense."""
        found = self.cleaned_data if self.is_valid() else {}
        name = found.get("period") or DEFAULT
        if name == CUSTOM:
            return Period(found["since"], found["until"])
        return preset(name, self.today)

    @property
    def body_id(self) -> int | None:
        """The body chosen, or None for all."""
        return self.cleaned_data.get("body") if self.is_valid() else None
