"""Votes, candidates and totals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import PlainForm, TidyCharField
from zhijia.organising.enums import Office, Voters
from zhijia.organising.forms.opening import DayInput, count_field
from zhijia.organising.models import Vote
from zhijia.unions.enums import CommitteeSystem, Sex


class VoteForm(PlainForm):
    """One vote to prepare."""

    office = forms.ChoiceField(label=_("Vote on"), choices=Office.choices)
    seats = count_field(_("Seats"))
    voters = forms.ChoiceField(label=_("Who votes"), choices=Voters.choices)
    system = forms.ChoiceField(
        label=_("How it is made up"), choices=CommitteeSystem.choices,
        help_text=_("The joint system is for joint unions and for federations whose units send delegates."),
    )  # fmt: skip


class CandidateForm(PlainForm):
    """One candidate."""

    name = TidyCharField(label=_("Name"), max_length=60)
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices)
    is_full_time = forms.BooleanField(label=_("Would work full-time for the union"), required=False)
    is_kin_of_head = forms.BooleanField(
        label=_("Is a close relative of the head of the enterprise"), required=False,
        help_text=_("Wife or husband, parents, children, brothers and sisters. They cannot stand."),
    )  # fmt: skip
    represents = TidyCharField(
        label=_("Sent by (joint system)"), max_length=120, required=False,
        help_text=_("The unit whose delegate this person is."),
    )  # fmt: skip
    contract_until_on = forms.DateField(
        label=_("Last day of the labour contract"), widget=DayInput(), required=False,
        help_text=_("Empty if it has none or you do not know it. It shows until when the law protects."),
    )  # fmt: skip


class CountForm(PlainForm):
    """The totals of one vote, a line for each candidate."""

    held_on = forms.DateField(label=_("Day of the vote"), widget=DayInput())
    entitled = count_field(
        _("Entitled to vote"), help_text=_("Without those who only keep their membership.")
    )
    present = count_field(_("Present"))
    issued = count_field(_("Ballots issued"))
    returned = count_field(_("Ballots returned"))
    invalid = count_field(_("Invalid ballots"), initial=0)

    def __init__(self, *args: Any, vote: Vote, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = list(vote.candidates.order_by("id"))
        for person in self.people:
            self.fields[f"yes_{person.pk}"] = count_field(_("Yes votes for %(name)s") % {"name": person.name})
        self.fields["leave_vacant"] = forms.BooleanField(
            label=_("Leave open seats vacant"), required=False,
            help_text=_("Otherwise a further ballot is prepared for them."),
        )  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        told = dict(self.cleaned_data)
        yes = {person.pk: told.pop(f"yes_{person.pk}") for person in self.people}
        return {**told, "yes": yes}


class DelegatesForm(PlainForm):
    """Since when the delegates of a joint committee are sent."""

    held_on = forms.DateField(label=_("Day on which the units agreed"), widget=DayInput())
