"""The request for help: what a worker types when handing in."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.appeals.enums import Confidentiality, Kind
from zhijia.appeals.errors import EmptyAppeal
from zhijia.appeals.selectors.public import category_choices, employer_named, usual_kind
from zhijia.appeals.services import TEXT_LIMIT, Submission
from zhijia.appeals.urgency import CIRCUMSTANCES
from zhijia.core.forms import FilesField, MobileField, OnceForm, TidyCharField, new_key
from zhijia.regulations import places

ANY_FILE = "image/*,audio/*,video/mp4,application/pdf,.docx,.xlsx"
NOT_LISTED = 0
"""Choice "I cannot find it": what was typed is kept as it is."""
WAYS = {
    Confidentiality.ANONYMOUS: _(
        "Nobody knows who you are, we do not either. "
        "You follow the matter and read the answer with a receipt number."
    ),
    Confidentiality.SEALED: _(
        "Your name is locked away. Who handles the matter opens it only with a reason, "
        "and you see who opened it and why."
    ),
    Confidentiality.NAMED: _("Who handles the matter sees your name and can call you. Nobody else does."),
}
"""What each way means, in plain words."""
SAFE_FIRST = (Confidentiality.ANONYMOUS, Confidentiality.SEALED, Confidentiality.NAMED)


def place_choices() -> list[tuple[str, Any]]:
    """Return the places, grouped by province, for a select field."""
    groups: list[tuple[str, Any]] = [("", _("I do not know, or somewhere else"))]
    for province in places.children(""):
        name = places.name(province)
        inside = [(province, _("%(province)s, city not listed") % {"province": name})]
        for city in places.children(province):
            inside.append((city, places.name(city)))
            inside += [(c, f"{places.name(city)} {places.name(c)}") for c in places.children(city)]
        groups.append((name, inside))
    return groups


class AppealForm(OnceForm):
    """The request for help. Only the text must be there; who signed in is asked for less."""

    text = TidyCharField(
        rows=6,
        label=_("What happened?"),
        help_text=_(
            "Write as you would tell a friend: what, since when, what you want. A few words are enough."
        ),
        error_messages={"required": format_lazy("{} {}", EmptyAppeal.text, EmptyAppeal.next_step)},
    )
    # These two are drawn by the fragments that suggest them, as radio buttons.
    category_hint = forms.CharField(required=False, label=_("What is it about?"))
    employer = forms.IntegerField(required=False, min_value=0, label=_("Company found"))
    employer_text = TidyCharField(
        required=False,
        max_length=120,
        label=_("Which company or employer is it about?"),
        help_text=_("As you know it: the full name, the brand, or “the building site at the station”."),
    )
    place = forms.ChoiceField(required=False, choices=place_choices, label=_("Where do you work?"))
    confidentiality = forms.ChoiceField(
        choices=[(c.value, c.label) for c in SAFE_FIRST],
        widget=forms.RadioSelect,
        label=_("May we know who you are?"),
        error_messages={"required": _("Choose one of the three ways.")},
    )
    name = TidyCharField(required=False, max_length=60, label=_("Your name"))
    mobile = MobileField(
        required=False, label=_("Your mobile number"), help_text=_("Spaces and dashes do not matter.")
    )
    circumstances = forms.MultipleChoiceField(
        required=False,
        choices=[(c.code, c.label) for c in CIRCUMSTANCES],
        widget=forms.CheckboxSelectMultiple,
        label=_("Does any of this hold? Then it goes faster."),
    )
    people_count = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        label=_("How many people does it concern?"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Write a number, for example 5."), "min_value": _("At least 1: you.")},
    )
    wish = TidyCharField(required=False, rows=2, max_length=2000, label=_("What do you want to happen?"))
    category = forms.CharField(required=False, label=_("What is it about?"), widget=forms.Select)
    photo = FilesField(required=False, accept="image/*", label=_("Take a photo"))
    files = FilesField(  # type: ignore[assignment]
        required=False, accept=ANY_FILE, label=_("Choose photos or documents")
    )
    voice = FilesField(required=False, accept="audio/*", record=True, label=_("Say it by voice"))
    consents_to_publishing = forms.BooleanField(
        required=False,
        label=_("The answer may be published so that it helps others. Names and places are removed first."),
    )

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_known = bool(getattr(user, "is_authenticated", False))
        self.fields["text"].widget.attrs["data-count"] = TEXT_LIMIT
        self.fields["photo"].widget.attrs["capture"] = "environment"
        self.fields["voice"].widget.attrs["capture"] = True
        sorted_by_us = ("", _("I leave this to you"))
        self.fields["category"].widget.choices = [sorted_by_us, *category_choices()]
        way = Confidentiality.SEALED if self.is_known else Confidentiality.ANONYMOUS
        self.fields["confidentiality"].initial = way.value
        if self.is_known:
            del self.fields["name"], self.fields["mobile"]

    def ways(self) -> list[tuple[Any, Any]]:
        """Return the radio buttons of the three ways, each with its explanation."""
        return [(radio, WAYS[Confidentiality(radio.data["value"])]) for radio in self["confidentiality"]]

    @property
    def more_is_open(self) -> bool:
        """Whether a folded field was filled in or refused, so that it must be seen."""
        names = ("circumstances", "people_count", "wish", "category", "consents_to_publishing")
        return any(self[name].errors or (self.is_bound and self[name].value()) for name in names)

    @property
    def files_are_open(self) -> bool:
        """Whether a file was refused."""
        return any(self[name].errors for name in ("photo", "files", "voice"))

    @property
    def contact_is_open(self) -> bool:
        """Whether name and number must be seen."""
        refused = self.is_bound and self["confidentiality"].errors
        return bool(refused or any(self[n].errors or self[n].value() for n in ("name", "mobile")))

    @property
    def is_anonymous(self) -> bool:
        """Whether the person chose that nobody knows."""
        return self.cleaned_data["confidentiality"] == Confidentiality.ANONYMOUS

    @property
    def uploads(self) -> list[Any]:
        """Return the files of all three fields."""
        told = self.cleaned_data
        return [*told["photo"], *told["files"], *told["voice"]]

    def submission(self) -> Submission:
        """Return what was told, as the service takes it."""
        told = self.cleaned_data
        category = told["category"] or told["category_hint"]
        return Submission(
            text=told["text"],
            wish=told["wish"],
            kind=usual_kind(category) or Kind.HELP,
            category=category,
            confidentiality=told["confidentiality"],
            place=told["place"],
            employer_id=self._employer_id(),
            employer_text=told["employer_text"],
            people_count=told["people_count"] or 1,
            circumstances=tuple(told["circumstances"]),
            consents_to_publishing=told["consents_to_publishing"],
            name=told.get("name", ""),
            mobile=told.get("mobile", ""),
        )

    def _employer_id(self) -> int | None:
        """Return the chosen employer, or the one whose name was typed exactly."""
        told = self.cleaned_data
        chosen = told["employer"]
        if chosen is not None:
            return chosen if chosen != NOT_LISTED else None
        same = employer_named(told["employer_text"], told["place"])
        return same.pk if same else None

    def begin_anew(self) -> None:
        """Give the form a fresh key: it was sent before with other contents."""
        fresh: Any = self.data.copy()  # type: ignore[attr-defined]
        fresh["idempotency_key"] = new_key()
        self.data = fresh
