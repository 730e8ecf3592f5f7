"""Every step from the page of a process: its form, its service, its words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.core.forms import CreditCodeField, MobileField, PlainForm, TidyCharField
from zhijia.organising import services
from zhijia.organising.enums import Voters
from zhijia.organising.forms.opening import DayInput, count_field
from zhijia.unions.errors import NoSuchPerson


class StepForm(PlainForm):
    """One step with one process."""

    def arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return dict(self.cleaned_data)


class PlainStep(StepForm):
    """A step that needs no words."""


class RemarkForm(StepForm):
    """An answer with a remark."""

    reason = TidyCharField(label=_("Remark for the applicants"), max_length=1000, required=False, rows=3)


class ReasonForm(StepForm):
    """A refusal, or an appeal against one."""

    reason = TidyCharField(
        label=_("Reason"),
        max_length=1000,
        rows=4,
        help_text=_("The other side reads it. Name what is missing."),
    )


class DecideForm(ReasonForm):
    """The decision on a review."""

    decision = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[
            ("granted", _("The refusal falls: we answer it ourselves")), ("refused", _("The refusal stands")),
        ],
    )  # fmt: skip
    field_order = ("decision", "reason")


class ResultForm(RemarkForm):
    """The approval of a result."""

    chair_phone = MobileField(
        label=_("Mobile number of the elected chair"), required=False,
        help_text=_("For a new union: with it the chair gets the post here at once. It can be given later."),
    )  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        """Return what the service is called with; raise ``NoSuchPerson``."""
        told = dict(self.cleaned_data)
        phone = told.pop("chair_phone")
        try:
            return {**told, "chair": User.objects.get_by_phone(phone) if phone else None}
        except User.DoesNotExist:
            raise NoSuchChair from None


class NoSuchChair(NoSuchPerson):
    """The number of the chair has no account."""

    field = "chair_phone"


class CertificateForm(RemarkForm):
    """The certificate of a legal person."""

    credit_code = CreditCodeField(
        label=_("Unified social credit code of the union"), help_text=_("It begins with 8.")
    )
    certified_on = forms.DateField(label=_("Certificate of"), widget=DayInput())
    valid_until_on = forms.DateField(label=_("Valid until"), widget=DayInput(), required=False)
    field_order = ("credit_code", "certified_on", "valid_until_on", "reason")


class AssemblyForm(StepForm):
    """How the assembly of all members voted."""

    held_on = forms.DateField(label=_("Day on which they voted"), widget=DayInput())
    entitled = count_field(
        _("Members entitled to vote"), help_text=_("All of them, present or not: more than half must agree.")
    )
    yes = count_field(_("Yes votes"))


class RecallVoteForm(StepForm):
    """How the members, or their delegates, voted on a recall."""

    held_on = forms.DateField(label=_("Day on which they voted"), widget=DayInput())
    voters = forms.ChoiceField(
        label=_("Who voted"), widget=forms.RadioSelect, initial=Voters.ASSEMBLY,
        choices=[(one.value, one.label) for one in (Voters.ASSEMBLY, Voters.DELEGATES)],
    )  # fmt: skip
    entitled = count_field(
        _("Entitled to vote"), help_text=_("All of them, present or not: more than half must agree.")
    )
    yes = count_field(_("Yes votes"))


DONE = _("Done.")


@dataclass(frozen=True)
class Spec:
    """One step. ``service`` takes ``process_id``, the form's arguments, ``by`` and ``now``."""

    service: Callable[..., Any]
    form: type[StepForm] = PlainStep
    done: Any = DONE
    kind: str = "primary"

    @property
    def is_plain(self) -> bool:
        """Whether a button is enough."""
        return self.form is PlainStep


SENT = _("Sent. The union above answers by the day shown.")
ANSWERED = _("Answered. The applicants were told.")
s = services
STEPS: dict[str, Spec] = {
    "apply_founding": Spec(s.apply_founding, done=SENT),
    "approve_preparation": Spec(s.approve_preparation, RemarkForm, ANSWERED),
    "refuse_preparation": Spec(s.refuse_preparation, ReasonForm, ANSWERED, "danger"),
    "mend_founding": Spec(s.mend_founding),
    "begin_recruiting": Spec(s.begin_recruiting),
    "prepare_election": Spec(s.prepare_election),
    "ask_candidates": Spec(s.ask_candidates, done=SENT),
    "approve_candidates": Spec(s.approve_candidates, RemarkForm, ANSWERED),
    "refuse_candidates": Spec(s.refuse_candidates, ReasonForm, ANSWERED, "danger"),
    "mend_candidates": Spec(s.mend_candidates),
    "finish_election": Spec(s.finish_election),
    "report_result": Spec(s.report_result, done=SENT),
    "approve_result": Spec(s.approve_result, ResultForm, ANSWERED),
    "refuse_result": Spec(s.refuse_result, ReasonForm, ANSWERED, "danger"),
    "mend_result": Spec(s.mend_result),
    "apply_registration": Spec(s.apply_registration, done=SENT),
    "approve_registration": Spec(s.approve_registration, CertificateForm, ANSWERED),
    "refuse_registration": Spec(s.refuse_registration, ReasonForm, ANSWERED, "danger"),
    "mend_registration": Spec(s.mend_registration),
    "record_assembly": Spec(s.record_assembly, AssemblyForm),
    "apply_closing": Spec(s.apply_closing, done=SENT),
    "approve_closing": Spec(s.approve_closing, RemarkForm, ANSWERED, "danger"),
    "refuse_closing": Spec(s.refuse_closing, ReasonForm, ANSWERED, "danger"),
    "mend_closing": Spec(s.mend_closing),
    "record_recall": Spec(s.record_recall, RecallVoteForm),
    "apply_recall": Spec(s.apply_recall, done=SENT),
    "approve_recall": Spec(s.approve_recall, RemarkForm, ANSWERED, "danger"),
    "refuse_recall": Spec(s.refuse_recall, ReasonForm, ANSWERED, "danger"),
    "mend_recall": Spec(s.mend_recall),
    "ask_review": Spec(s.ask_review, ReasonForm, SENT, "secondary"),
    "decide_review": Spec(s.decide_review, DecideForm, ANSWERED),
    "withdraw": Spec(s.withdraw, RemarkForm, _("Taken back."), "quiet"),
}
