"""Leaving a seat, and what begins a recall."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.core.forms import PlainForm, TidyCharField
from zhijia.organising.enums import Proposer
from zhijia.organising.forms.opening import DayInput, count_field
from zhijia.organising.services.recalling import HEADS
from zhijia.unions.enums import Leaving, Position
from zhijia.unions.models import Seat


class LeaveForm(PlainForm):
    """Why and when somebody left."""

    why = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)
    on = forms.DateField(label=_("Last day in the seat"), widget=DayInput())
    committee_agreed = forms.BooleanField(
        label=_("The own committee has agreed that he is moved"), required=False,
        help_text=_("Only for a chair or vice chair who is moved to other work; the union above enters it."),
    )  # fmt: skip

    def __init__(self, *args: Any, seat: Seat, **options: Any) -> None:
        super().__init__(*args, **options)
        left_out = {Leaving.RECALLED} | (set() if seat.position == Position.DELEGATE else {Leaving.REPLACED})
        field = cast(forms.ChoiceField, self.fields["why"])
        field.choices = [(why.value, why.label) for why in Leaving if why not in left_out]
        if seat.position not in HEADS:
            del self.fields["committee_agreed"]


class RecallForm(PlainForm):
    """Why an officer is to be recalled, and who asks for it."""

    reason = TidyCharField(
        label=_("Reason"), max_length=1000, rows=4,
        help_text=_("The members and the union above read it. Say what happened, not what you think of him."),
    )  # fmt: skip
    proposed_by = forms.ChoiceField(
        label=_("Who asks for it"), choices=Proposer.choices, widget=forms.RadioSelect
    )
    signatures = count_field(
        _("Members who signed"), required=False, help_text=_("Only if the members ask for it.")
    )
    members = count_field(
        _("Members entitled to vote"), help_text=_("All of them, present or not: more than half must agree.")
    )
