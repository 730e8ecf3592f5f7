"""The short form of the self-test: sums of the household, built from what the rules of the place ask."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.assistance.rules.library import Loaded
from zhijia.assistance.rules.model import FEN_PER_YUAN, Input
from zhijia.assistance.rules.plan import SIZE
from zhijia.assistance.rules.syntax import IsCode, walk
from zhijia.assistance.selectors import language, rule_choices, self_test_places
from zhijia.assistance.templatetags.rule_text import script
from zhijia.core.forms import PlainForm

_AMOUNT = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")


class AmountField(forms.CharField):
    """An amount in yuan, cleaned to fen; left empty it is none."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(max_length=16, required=False, **kwargs)
        self.most = most

    def clean(self, value: Any) -> int:
        """Return whole fen."""
        text = str(super().clean(value)).replace(",", "").replace("，", "").strip()
        match = _AMOUNT.fullmatch(text)
        if text and not match:
            raise forms.ValidationError(
                _("Type an amount in yuan, such as 12000 or 350.50."), code="bad-amount"
            )
        fen = int(match[1]) * FEN_PER_YUAN + int((match[2] or "").ljust(2, "0")) if match else 0
        if fen > self.most:
            raise forms.ValidationError(_("This amount is too great to be right."), code="too-great")
        return fen

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}


class RuleChoiceForm(PlainForm):
    """Which rule set to read."""

    set = forms.ChoiceField(label=_("Rules"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["set"].choices = [(code, script(title)) for code, title in rule_choices()]  # type: ignore[attr-defined]


class PlaceForm(PlainForm):
    """Where the household lives."""

    place = forms.ChoiceField(label=_("Where does your household live?"))

    def __init__(self, *args: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = self_test_places(on)  # type: ignore[attr-defined]


class SelfTestForm(PlainForm):
    """The facts of a household, in the words of the rules of its place."""

    def __init__(self, *args: Any, loaded: Loaded, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.loaded, self.plan = loaded, loaded.plan
        self.groups: dict[str, list[str]] = {"size": [], "income": [], "cost": [], "situation": []}
        size = next(item for item in self.plan.household_inputs if item.name == SIZE)
        self._put("size", size, self._whole(size))
        for item in (*self.plan.person_inputs, *self.plan.household_inputs):
            if item.asked and item.name != SIZE:
                self._ask(item)

    def _ask(self, item: Input) -> None:
        label = self._label(item)
        if item.kind == "money":
            self._put("income" if item.fact else "cost", item, AmountField(label=label, most=item.most))
        elif item.kind == "count":
            self._put("situation", item, self._whole(item))
        elif item.kind == "yesno":
            self._put("situation", item, forms.BooleanField(label=label, required=False))
        else:
            self._ask_codes(item)

    def _ask_codes(self, item: Input) -> None:
        """Ask how many persons each code of the rules fits."""
        titles = {code: words.in_language(language()) for code, words in item.codes}
        for code in self.codes_asked(item):
            label = script(_("How many of you are: %(what)s") % {"what": titles[code]})
            field = forms.IntegerField(label=label, required=False, min_value=0, max_value=50)
            name = f"{item.name}__{code}"
            self.fields[name] = field
            self.groups["situation"].append(name)

    def codes_asked(self, item: Input) -> list[str]:
        """Return the codes of an input on which something depends."""
        rules = self.plan.rule_set
        formulas = [*(one.formula for one in rules.derived), *(one.formula for one in rules.clauses)]
        used = [
            p for formula in formulas for p in walk(formula) if isinstance(p, IsCode) and p.name == item.name
        ]
        return list(dict.fromkeys(code for part in used for code in part.codes))

    def _whole(self, item: Input) -> forms.IntegerField:
        required = item.least > 0
        return forms.IntegerField(
            label=self._label(item), min_value=item.least, max_value=item.most, required=required
        )

    def _label(self, item: Input) -> str:
        return script(item.title.in_language(language()))

    def _put(self, group: str, item: Input, field: forms.Field) -> None:
        self.fields[item.name] = field
        self.groups[group].append(item.name)

    def in_group(self, group: str) -> list[forms.BoundField]:
        """Return the fields of a group, for the template."""
        return [self[name] for name in self.groups[group]]

    @property
    def incomes(self) -> list[forms.BoundField]:
        """Return what came in."""
        return self.in_group("income")

    @property
    def costs(self) -> list[forms.BoundField]:
        """Return what had to be paid."""
        return self.in_group("cost")

    @property
    def situation(self) -> list[forms.BoundField]:
        """Return yes and no, and numbers."""
        return self.in_group("situation")

    def clean(self) -> dict[str, Any]:
        """See that no more persons fit a code than there are."""
        found = super().clean() or {}
        for item in self.plan.person_inputs:
            names = [f"{item.name}__{code}" for code in self.codes_asked(item)]
            if sum(found.get(name) or 0 for name in names) > (found.get(SIZE) or 0):
                self.add_error(names[0], _("These are more people than the household has."))
        return found

    def household(self) -> dict[str, Any]:
        """Return the facts of the household; what was not asked or left empty is none or no."""
        found = self.cleaned_data
        return {
            item.name: bool(found.get(item.name))
            if item.kind == "yesno"
            else found.get(item.name) or item.least
            for item in self.plan.household_inputs
        }

    def persons(self) -> list[dict[str, Any]]:
        """Return as many persons; the first bears all sums, which for these rules is the same."""
        rows: list[dict[str, Any]] = [{} for _n in range(self.cleaned_data[SIZE])]
        for item in self.plan.person_inputs:
            if item.kind == "code":
                values: list[Any] = self._codes(item, len(rows))
            else:
                values = [self.cleaned_data.get(item.name) or 0, *([0] * (len(rows) - 1))]
            for row, value in zip(rows, values, strict=True):
                row[item.name] = value
        return rows

    def _codes(self, item: Input, size: int) -> list[str]:
        asked = self.codes_asked(item)
        found = [code for code in asked for _n in range(self.cleaned_data.get(f"{item.name}__{code}") or 0)]
        other = next(code for code, _words in item.codes if code not in asked)
        return found + [other] * (size - len(found))
