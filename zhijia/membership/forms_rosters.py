"""What officers fill in about rosters and possible duplicates."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import PlainForm
from zhijia.membership.roster.errors import ColumnTwice
from zhijia.membership.roster.fields import FIELDS
from zhijia.membership.roster.lists import Column
from zhijia.membership.roster.mapping import GUESSED, LIKELY, Layout, Tab

NOT_SURE = {
    LIKELY: _("Please check: we are not quite sure."),
    GUESSED: _("Please check: guessed from what stands there."),
}


class RosterForm(PlainForm):
    """Which file, and whose members they are."""

    body = forms.TypedChoiceField(label=_("Union"), coerce=int)
    file = forms.FileField(
        label=_("File with the members"),
        help_text=_(
            "XLSX, XLS, ODS or CSV. Any order of columns; titles, totals and empty rows do not matter."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
    )

    def __init__(self, *args: Any, bodies: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(body.pk, body.name) for body in bodies]  # type: ignore[attr-defined]


class ColumnsForm(PlainForm):
    """Which column of the file is which; one field for each of ours."""

    def __init__(self, *args: Any, layout: Layout, columns: Iterable[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("– not in the file –")), *((column.place, str(column)) for column in columns)]
        for field in FIELDS:
            self.fields[f"column_{field.name}"] = forms.TypedChoiceField(
                label=field.label, choices=choices, required=False, coerce=int, empty_value=None,
                initial=layout.columns.get(field.name, ""),
                help_text=NOT_SURE.get(layout.trust.get(field.name, ""), ""),
            )  # fmt: skip
        self.fields["joined_on"] = forms.DateField(
            label=_("Day of joining, where a row names none"), initial=layout.joined_on,
            widget=forms.DateInput(attrs={"type": "date"}),
        )  # fmt: skip
        self.fields["doubted"] = forms.BooleanField(
            label=_("Also enter people whose identity number cannot be right, by name and mobile number"),
            help_text=_("The number is marked as doubted, to be mended when the person shows the card."),
            required=False, initial=layout.doubted,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Say beside the field that its column is taken."""
        told = super().clean() or {}
        taken: set[int] = set()
        for field in FIELDS:
            column = told.get(f"column_{field.name}")
            if column is not None and column in taken:
                self.add_error(f"column_{field.name}", str(ColumnTwice()))
            taken |= {column} if column is not None else set()
        return told

    def columns(self) -> dict[str, int | None]:
        """Return the chosen columns."""
        return {field.name: self.cleaned_data[f"column_{field.name}"] for field in FIELDS}


class SheetForm(PlainForm):
    """Which sheet of the workbook."""

    sheet = forms.TypedChoiceField(label=_("Sheet"), coerce=int)

    def __init__(self, *args: Any, layout: Layout, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(tab.place, _told(tab)) for tab in layout.tabs()] or list(enumerate(layout.sheets))
        self.fields["sheet"].choices = choices  # type: ignore[attr-defined]
        self.fields["sheet"].initial = layout.sheet


def _told(tab: Tab) -> str:
    told = {"name": tab.name, "count": tab.rows}
    text = _("%(name)s – hidden, %(count)s rows") if tab.is_hidden else _("%(name)s – %(count)s rows")
    return str(text) % told


class MergePairForm(PlainForm):
    """Which entry stays, and which membership goes on."""

    keep = forms.TypedChoiceField(label=_("This entry stays"), coerce=int, widget=forms.RadioSelect)
    membership = forms.TypedChoiceField(
        label=_("This membership goes on"),
        coerce=int,
        widget=forms.RadioSelect,
        required=False,
        empty_value=None,
    )

    def __init__(self, *args: Any, sides: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = list(sides)
        self.fields["keep"].choices = [  # type: ignore[attr-defined]
            (side.worker.pk, _("%(mark)s: %(name)s") % {"mark": mark, "name": side.name})
            for mark, side in zip("AB", told, strict=True)
        ]
        full = [side.full for side in told if side.full is not None]
        if len(full) < 2:
            del self.fields["membership"]
            return
        self.fields["membership"].choices = [  # type: ignore[attr-defined]
            (row.pk, _("%(body)s, since %(day)s") % {"body": row.body.name, "day": row.joined_on.isoformat()})
            for row in full
        ]
        self.fields["membership"].required = True
