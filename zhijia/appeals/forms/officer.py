"""The queue's filter, entering a matter for a person, and what a body sets for its desk."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.appeals.enums import Channel, Clock, Confidentiality, Kind, State, Urgency
from zhijia.appeals.models.desk import PROMISE_UNITS
from zhijia.appeals.selectors import queue
from zhijia.appeals.selectors.words import OTHER_WORDS as _STATE_NAMES
from zhijia.appeals.services import TEXT_LIMIT, Submission
from zhijia.appeals.urgency import CIRCUMSTANCES
from zhijia.core.clock import CHINA
from zhijia.core.forms import FilesField, MobileField, OnceForm, PlainForm, TidyCharField
from zhijia.regulations import places
from zhijia.unions import selectors as unions
from zhijia.unions.selectors import Scope, scope_of

ANY = ("", _("Any"))
ORDER_NAMES = [
    ("urgency", _("Urgency, then due date")),
    ("due", _("Due date")),
    ("newest", _("Newest first")),
]
ENTERED_CHANNELS = [c for c in Channel.choices if c[0] in (Channel.COUNTER, Channel.HOTLINE, Channel.LETTER)]


NAME_CHOICES = [
    (Confidentiality.NAMED, _("With the name: the handler sees it")),
    (Confidentiality.SEALED, _("With the name, sealed: each opening needs a reason and is recorded")),
    (Confidentiality.ANONYMOUS, _("Without a name: nothing is kept, only the receipt leads back")),
]


class DayInput(forms.DateInput):
    """The device's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FilterForm(PlainForm):
    """What the queue may be narrowed by; it lives in the address."""

    q = TidyCharField(label=_("Number of the matter"), required=False, max_length=60)
    body = forms.TypedChoiceField(label=_("Union body"), required=False, coerce=int, empty_value=None)
    category = forms.ChoiceField(label=_("Category"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ANY, *((s.value, _STATE_NAMES.get(s, s.label)) for s in State)],
    )
    urgency = forms.ChoiceField(label=_("Urgency"), required=False, choices=[ANY, *Urgency.choices])
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[ANY, *Channel.choices])
    employer = TidyCharField(label=_("Employer"), required=False, max_length=60)
    since = forms.DateField(label=_("Received from"), required=False, widget=DayInput())
    until = forms.DateField(label=_("Received until"), required=False, widget=DayInput())
    round = forms.TypedChoiceField(
        label=_("Round"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[ANY, ("1", _("First")), ("2", _("Second or later"))],
    )
    order = forms.ChoiceField(label=_("Order"), required=False, choices=ORDER_NAMES)
    tab = forms.CharField(required=False, widget=forms.HiddenInput)

    NARROWING = (
        "q",
        "body",
        "category",
        "state",
        "urgency",
        "channel",
        "employer",
        "since",
        "until",
        "round",
    )

    def __init__(self, data: Any, *, user: Any, on: dt.date) -> None:
        super().__init__(data)
        self.user, self.on = user, on
        self.scope: Scope | None = None
        self._offer_choices()

    def _offer_choices(self) -> None:
        """Ask for the long lists only when they are shown or used."""
        if self.is_open or self.data.get("body"):
            bodies = [(b.pk, b.name) for b in queue.body_choices(self.user, self.on)]
            self.fields["body"].choices = [ANY, *bodies]  # type: ignore[attr-defined]
        if self.is_open or self.data.get("category"):
            self.fields["category"].choices = [ANY, *queue.category_choices()]  # type: ignore[attr-defined]

    @property
    def is_open(self) -> bool:
        """Whether the long form is shown: it was asked for, or it narrows the list now."""
        return "more" in self.data or any(self.data.get(name) for name in self.NARROWING if name != "q")

    def has_changed(self) -> bool:
        """Say whether the list is narrowed at all."""
        return any(self.data.get(name) for name in self.NARROWING)

    def clean_body(self) -> int | None:
        """Take a body of the officer's scope: one offered, or one below it."""
        chosen: int | None = self.cleaned_data.get("body")
        if chosen is not None:
            self.scope = scope_of(
                [unions.body_page(chosen)], barred=unions.conflicted_employer_ids(self.user, self.on)
            )
        return chosen

    def asked(self) -> dict[str, Any]:
        """Return what narrows the list; wrong input narrows nothing and is said."""
        found: dict[str, Any] = dict(self.cleaned_data) if self.is_valid() else {"tab": "", "order": ""}
        start, end = found.get("since"), found.get("until")
        found["scope"] = self.scope
        found["since"] = dt.datetime.combine(start, dt.time.min, tzinfo=CHINA) if start else None
        found["until"] = (
            dt.datetime.combine(end + dt.timedelta(days=1), dt.time.min, tzinfo=CHINA) if end else None
        )
        return found

    def in_words(self) -> list[tuple[str, str]]:
        """Return the filter as people read it, for the export's first sheet."""
        if not self.is_valid():
            return []
        found = []
        for name in self.NARROWING:
            value = self.cleaned_data.get(name)
            if value not in (None, ""):
                shown = dict(getattr(self.fields[name], "choices", [])).get(value, value)
                found.append((str(self.fields[name].label), str(shown).strip("　")))
        return found


class BulkForm(PlainForm):
    """Several matters to one handler."""

    rows = forms.TypedMultipleChoiceField(label=_("Matters"), coerce=int)
    handler_id = forms.TypedChoiceField(label=_("Handler"), coerce=int)

    def __init__(self, data: Any, *, people: list[tuple[int, str]]) -> None:
        super().__init__(data)
        given = data.getlist("rows") if data else []
        # Which of them the officer may assign, the service decides one by one.
        self.fields["rows"].choices = [(n, n) for n in given if n.isdigit()]  # type: ignore[attr-defined]
        self.fields["handler_id"].choices = people  # type: ignore[attr-defined]


def place_choices(codes: list[str]) -> list[tuple[str, str]]:
    """Return the places of an officer's bodies with those directly below them."""
    found: dict[str, str] = {}
    for code in codes:
        for one in [code, *places.children(code)]:
            if one:
                found[one] = places.full_name(one)
    return list(found.items())


class EntryForm(OnceForm):
    """What a person says at the counter, on the telephone or in a letter."""

    channel = forms.ChoiceField(label=_("How it came"), choices=ENTERED_CHANNELS, widget=forms.RadioSelect)
    text = TidyCharField(
        label=_("What happened, in the person's own words"),
        rows=8,
        max_length=TEXT_LIMIT,
        help_text=_("Who, when, where, how much. Read it back to the person."),
    )
    wish = TidyCharField(label=_("What the person wants"), required=False, rows=2, max_length=2000)
    employer_text = TidyCharField(label=_("Employer, as the person says it"), required=False, max_length=120)
    employer = forms.TypedChoiceField(
        label=_("Employer in the register"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    place = forms.ChoiceField(label=_("Place"))
    category = forms.ChoiceField(label=_("Category"), required=False)
    kind = forms.ChoiceField(label=_("What the person wants of us"), choices=Kind.choices, initial=Kind.HELP)
    people_count = forms.IntegerField(label=_("People concerned"), min_value=1, max_value=100_000, initial=1)
    circumstances = forms.MultipleChoiceField(
        label=_("What applies"),
        required=False,
        choices=[(c.code, c.label) for c in CIRCUMSTANCES],
        widget=forms.CheckboxSelectMultiple,
    )
    confidentiality = forms.ChoiceField(
        label=_("The person's name"),
        choices=NAME_CHOICES,
        initial=Confidentiality.SEALED,
        widget=forms.RadioSelect,
        help_text=_("The employer never learns of it, whatever is chosen."),
    )
    name = TidyCharField(label=_("Name of the person"), required=False, max_length=60)
    mobile = MobileField(
        label=_("Mobile number of the person"),
        required=False,
        help_text=_("Needed unless the person stays anonymous: the answer is announced there."),
    )
    files = FilesField(  # type: ignore[assignment]
        label=_("Photos of papers, documents, recordings"), required=False
    )
    consents_to_publishing = forms.BooleanField(
        label=_("The person agrees that question and answer may be published without names"), required=False
    )
    same_as = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, now: dt.datetime, on: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user, self.now, self.on = user, now, on
        posts = unions.posts_of(user, on)
        codes = [p.body.place for p in posts]
        self.fields["place"].choices = place_choices(codes) or [("", "—")]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("Not sure: sort it later")), *queue.category_choices()]  # type: ignore[attr-defined]
        self.fields["employer"].choices = [*self.employers(), ("", _("None of these, or not known"))]  # type: ignore[attr-defined]

    def employers(self) -> list[tuple[int, str]]:
        """Return employers of the register that fit what was typed."""
        return employer_choices(self._now("employer_text"), self._now("place"), self.user, self.on)

    def _now(self, name: str) -> str:
        found = self.data.get(name) if self.is_bound else self.get_initial_for_field(self.fields[name], name)
        return str(found or "")

    def submission(self) -> Submission:
        """Return what the service takes."""
        told = self.cleaned_data
        names = (
            "channel",
            "text",
            "wish",
            "employer_text",
            "place",
            "category",
            "kind",
            "people_count",
            "confidentiality",
            "name",
            "mobile",
            "consents_to_publishing",
        )
        return Submission(
            **{name: told[name] for name in names},
            employer_id=told["employer"],
            circumstances=tuple(told["circumstances"]),
        )


def employer_choices(text: str, place: str, user: Any, on: dt.date) -> list[tuple[int, str]]:
    """Return employers whose name holds the typed words, those of the place first."""
    if len(text.strip()) < 2:
        return []
    wide = unions.may_check_employers(user, on)
    return [(e.pk, e.name) for e in unions.find_employers(text, place, limit=6, unchecked=wide)]


class SavedReplyForm(PlainForm):
    """A text to start answers from."""

    title = TidyCharField(label=_("Title"), max_length=80)
    category = forms.ChoiceField(
        label=_("Category"), required=False, help_text=_("Empty: for every kind of matter.")
    )
    text = TidyCharField(label=_("Text"), rows=10, max_length=10_000)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = [("", _("Every kind")), *queue.category_choices()]  # type: ignore[attr-defined]


class PromiseForm(PlainForm):
    """How fast a body promises to be, for one urgency and one clock."""

    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices)
    clock = forms.ChoiceField(label=_("Clock"), choices=Clock.choices)
    amount = forms.IntegerField(label=_("Time"), min_value=1, max_value=999)
    unit = forms.ChoiceField(label=_("Unit"), choices=PROMISE_UNITS)
