"""What people type about membership. Rules stand in the services."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import MobileField, OnceForm, PlainForm, TidyCharField
from zhijia.core.identifiers import BadMobile, BadResidentId, clean_mobile, clean_resident_id, normalise
from zhijia.membership.enums import Channel, Education, Engagement, IdKind, Provable, State, Trade, WorkStatus
from zhijia.membership.errors import NoSuchUnion
from zhijia.membership.services import Joining, Person
from zhijia.regulations import places
from zhijia.unions.models import Employer
from zhijia.unions.selectors import find_employers, search_bodies

NOT_LISTED = "0"
MOST_NAMES = 8
"""Unions named in a refusal where several fit."""
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
"""A day as browsers want it, in every language."""


def place_choices() -> list[tuple[str, Any]]:
    """Return counties and cities, grouped by province."""
    groups: list[tuple[str, Any]] = [("", _("Please choose"))]
    for province in places.children(""):
        inside: list[tuple[str, str]] = []
        for city in places.children(province):
            inside.append((city, places.name(city)))
            inside += [(c, f"{places.name(city)} {places.name(c)}") for c in places.children(city)]
        groups.append((places.name(province), inside))
    return groups


class JoinForm(OnceForm):
    """The application: a name, a place, and whatever else the person likes to tell."""

    name = TidyCharField(
        max_length=60, label=_("Your name"), help_text=_("As it stands on your identity card.")
    )
    place = forms.ChoiceField(choices=place_choices, label=_("Where do you work?"))
    trade = forms.ChoiceField(
        choices=[("", _("None of these")), *Trade.choices[1:]],
        required=False,
        label=_("Do you work as one of these?"),
    )
    employer_name = TidyCharField(
        required=False, max_length=120, label=_("Your company or platform"),
        help_text=_("We do not tell them. Leave it empty if you work for nobody in particular."),
    )  # fmt: skip
    employer = forms.ChoiceField(required=False, label=_("Which of these is it?"), widget=forms.RadioSelect)
    to_own_union = forms.BooleanField(
        required=False, label=_("My workplace has a union, and it may decide: people there will know")
    )
    is_migrant = forms.BooleanField(required=False, label=_("My home is in another county, in the country"))
    id_number = TidyCharField(
        required=False, max_length=30, label=_("Identity card number (may come later)"),
        help_text=_("It shows that you stand on one roll only. Without it, or with a wrong digit, "
            "you can join all the same."),
    )  # fmt: skip
    door = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = self._candidates()
        if self.candidates:
            listed = [(str(e.pk), e.name) for e in self.candidates]
            self.fields["employer"].choices = [*listed, (NOT_LISTED, _("None of these"))]  # type: ignore[attr-defined]
        else:
            del self.fields["employer"]

    def _candidates(self) -> list[Employer]:
        """Return the employers that the typed name may mean; none when nothing was typed or it is exact."""
        typed = str(self.data.get(self.add_prefix("employer_name"), "")).strip() if self.is_bound else ""
        place = str(self.data.get(self.add_prefix("place"), ""))
        found = find_employers(typed, place, limit=5) if typed else []
        return [] if len(found) == 1 and found[0].name == typed else found

    def clean(self) -> dict[str, Any]:
        """Ask once which employer is meant, where several fit."""
        found: dict[str, Any] = super().clean() or {}
        if self.candidates and not found.get("employer") and "employer" not in self.errors:
            self.add_error("employer", _("Choose the one that you mean, or “None of these”."))
        return found

    def joining(self, phone: str) -> Joining:
        """Return what was told, for the service; ``phone`` is the account's."""
        told = self.cleaned_data
        chosen = told.get("employer", "")
        exact = find_employers(told["employer_name"], told["place"], limit=1) if told["employer_name"] else []
        listed = int(chosen) if chosen and chosen != NOT_LISTED else None
        if listed is None and not self.candidates and exact:
            listed = exact[0].pk
        person = Person(
            name=told["name"], phone=phone, id_number=told["id_number"], trade=told["trade"],
            id_kind=IdKind.RESIDENT if told["id_number"] else IdKind.NONE, is_migrant=told["is_migrant"],
            engagement=Engagement.PLATFORM if told["trade"] in ("courier", "food", "ride", "truck") else "",
            place=told["place"],
        )  # fmt: skip
        return Joining(
            person, told["place"], employer_id=listed, employer_name=told["employer_name"],
            to_own_union=told["to_own_union"], door=told["door"],
        )  # fmt: skip


class ReasonForm(PlainForm):
    """A reason that only some answers need, in a list of cards."""

    reason = TidyCharField(rows=2, required=False, max_length=500, label=_("Reason"))


class TextForm(PlainForm):
    """One text: an answer, a reason, why a refusal is wrong."""

    text = TidyCharField(rows=4, max_length=500, label=_("What do you want to say?"))


class LeaveForm(PlainForm):
    """Leaving: a tick, and a reason only for whoever wants to give one."""

    reason = TidyCharField(
        rows=2, max_length=500, required=False, label=_("Why do you leave? You need not say."),
    )  # fmt: skip
    is_sure = forms.BooleanField(
        label=_("I leave the union. I know that I can join again at any time."),
        error_messages={"required": _("Tick the box if you want to leave.")},
    )


class OwnDataForm(PlainForm):
    """What a worker changes in his own entry at once."""

    place = forms.ChoiceField(choices=place_choices, required=False, label=_("Where do you live?"))
    address = TidyCharField(required=False, max_length=160, label=_("Address"))
    education = forms.ChoiceField(choices=Education.choices, required=False, label=_("Schooling"))
    work_status = forms.ChoiceField(choices=WorkStatus.choices, required=False, label=_("Work at present"))
    engagement = forms.ChoiceField(choices=Engagement.choices, required=False, label=_("How you work"))
    trade = forms.ChoiceField(choices=Trade.choices, required=False, label=_("Do you work as one of these?"))
    is_migrant = forms.BooleanField(required=False, label=_("My home is in another county, in the country"))


SEXES = {"1": "1", "2": "2", "男": "1", "女": "2"}
"""How people write their sex, and the code of it (GB/T 2261.1)."""


LIKE_RESIDENT_ID = re.compile(r"\d{14,20}|\d{14,20}X")
"""Meant as a number of the identity card; other papers have shorter numbers, or letters before."""


class CorrectionForm(PlainForm):
    """What the union looks at before it is put right."""

    field = forms.ChoiceField(choices=Provable.choices, label=_("What is wrong?"))
    value = TidyCharField(max_length=60, label=_("What is right?"))
    note = TidyCharField(
        required=False, max_length=300, label=_("What shows it?"),
        help_text=_("For example: “I bring my identity card to the counter on Monday.”"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Check that a sex is 1 or 2, a date is a date, and an identity number can be one."""
        found: dict[str, Any] = super().clean() or {}
        value = found.get("value", "")
        if not value:
            return found
        if found.get("field") == "sex":
            found["value"] = SEXES.get(value, "")
            if not found["value"]:
                self.add_error("value", _("Write 男 for male or 女 for female."))
        if found.get("field") == "id_number" and LIKE_RESIDENT_ID.fullmatch(normalise(value).upper()):
            try:
                found["value"] = clean_resident_id(value)
            except BadResidentId as error:
                self.add_error("value", str(error))
        if found.get("field") == "phone":
            try:
                found["value"] = clean_mobile(value)
            except BadMobile as error:
                self.add_error("value", str(error))
        if found.get("field") == "born_on":
            try:
                found["value"] = forms.DateField().clean(value).isoformat()
            except forms.ValidationError:
                self.add_error("value", _("Write the date like this: 1990-05-23."))
        return found


# Officers -------------------------------------------------------------------------------------


class EntryCorrectionForm(CorrectionForm):
    """What an officer puts right himself: which paper showed it must be said."""

    note = TidyCharField(
        max_length=300, label=_("Which paper did you see?"),
        help_text=_("For example: “Identity card, at the counter”. The member reads it."),
    )  # fmt: skip


class EnrolForm(PlainForm):
    """A person at the counter."""

    body = forms.ChoiceField(label=_("Union"))
    name = TidyCharField(max_length=60, label=_("Name"))
    id_kind = forms.ChoiceField(choices=IdKind.choices, required=False, label=_("Paper"))
    id_number = TidyCharField(max_length=30, required=False, label=_("Number of the paper"))
    phone = MobileField(required=False, label=_("Mobile number"))
    trade = forms.ChoiceField(choices=Trade.choices, required=False, label=_("Group of workers"))
    is_migrant = forms.BooleanField(required=False, label=_("Migrant worker"))
    on = forms.DateField(label=_("Member since"), widget=DAY)

    def __init__(self, *args: Any, bodies: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(str(body.pk), body.name) for body in bodies]  # type: ignore[attr-defined]


class DecisionForm(PlainForm):
    """An officer's step on an application."""

    seen = forms.BooleanField(required=False, label=_("I have seen the original identity card"))
    reason = TidyCharField(
        rows=3, max_length=500, required=False, label=_("Question or reason, in plain words")
    )
    body = TidyCharField(
        required=False, max_length=100, label=_("Name of the other union"),
        help_text=_("Only to give the application on."),
    )  # fmt: skip

    def other_union(self) -> int:
        """Return the union that was named, 0 for none; raise ``NoSuchUnion`` unless it is one."""
        typed = str(self.cleaned_data["body"])
        if not typed or typed.isdecimal():
            return int(typed[:18] or 0)
        found = search_bodies(typed, MOST_NAMES)
        exact = [body for body in found if body.name == typed] or found
        if len(exact) != 1:
            raise NoSuchUnion(names="、".join(body.name for body in found) or "–")
        return exact[0].pk


class StepForm(PlainForm):
    """A step in the life of a membership."""

    on = forms.DateField(label=_("Counts from"), widget=DAY)
    reason = TidyCharField(rows=2, max_length=500, required=False, label=_("Reason"))
    verdict = TidyCharField(
        max_length=120, required=False, label=_("Judgment and decision (for an expulsion only)")
    )
    months = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=600,
        label=_("Months without dues and taking part (Charter art. 6)"),
    )


class RollFilterForm(PlainForm):
    """What the list of the roll shows."""

    q = TidyCharField(required=False, max_length=40, label=_("Name, telephone or identity number"))
    state = forms.ChoiceField(
        required=False, label=_("State"),
        choices=[("", _("All")), *[(s.value, s.label) for s in State if s != State.ENDED]],
    )  # fmt: skip
    trade = forms.ChoiceField(
        required=False, label=_("Group of workers"), choices=[("", _("All")), *Trade.choices[1:]]
    )
    segment = forms.ChoiceField(required=False, label=_("Group of members"))

    def __init__(self, *args: Any, segments: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All")), *((str(row.pk), row.name) for row in segments)]
        self.fields["segment"].choices = choices  # type: ignore[attr-defined]


class DoorForm(PlainForm):
    """A new QR code or invitation."""

    body = forms.ChoiceField(label=_("Union"))
    channel = forms.ChoiceField(
        label=_("Kind"), choices=[(c.value, c.label) for c in (Channel.QR, Channel.INVITATION)]
    )
    note = TidyCharField(max_length=80, required=False, label=_("Where it hangs, or for whom"))
    expires_on = forms.DateField(required=False, label=_("Last day (empty: no end)"), widget=DAY)

    def __init__(self, *args: Any, bodies: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(str(body.pk), body.name) for body in bodies]  # type: ignore[attr-defined]
