"""Every step an officer can make from the case page: its form, its service, its words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.appeals import services
from zhijia.appeals.forms import steps as f


@dataclass(frozen=True)
class Step:
    """One step. ``service`` takes ``appeal_id``, the form's arguments, ``by`` and ``now``."""

    form: type[f.StepForm]
    service: Callable[..., Any]
    submit: Any
    done: Any
    hint: Any = ""
    kind: str = "primary"
    leaves: bool = False
    """Whether the matter may lie outside the officer's work afterwards."""

    @property
    def is_plain(self) -> bool:
        """Whether a button is enough."""
        return self.form is f.PlainStep


def _decide(*, final: bool, **told: Any) -> Any:
    call = services.decide_re_review if final else services.decide_review
    return call(**told)


ACTIONS: dict[str, Step] = {
    "sign_for": Step(
        f.PlainStep,
        services.sign_for_appeal,
        _("Take it on"),
        _("It is yours. The worker was told."),
        _("You sign that you handle it. The worker is told."),
    ),
    "accept": Step(
        f.PlainStep,
        services.accept_appeal,
        _("Accept"),
        _("Accepted. The worker was told the due date."),
        _("Your body takes it on. The worker is told by when it answers; from now the law's 60 days run."),
    ),
    "reply": Step(
        f.ReplyForm,
        services.reply_to_appeal,
        _("Send the answer"),
        _("The answer is sent. Now the worker judges it."),
    ),
    "answer_on_the_spot": Step(
        f.AnswerForm,
        services.answer_on_the_spot,
        _("Send the answer"),
        _("The answer is sent. Now the worker judges it."),
        _("For what can be settled at once, without assigning it to anybody."),
    ),
    "assign": Step(f.AssignForm, services.assign_appeal, _("Assign"), _("Assigned. The handler was told.")),
    "decide_extension": Step(
        f.DecideExtensionForm,
        services.decide_extension,
        _("Decide"),
        _("Decided. Worker and handler were told."),
    ),
    "decide_review": Step(f.DecideReviewForm, _decide, _("Decide"), _("Decided. The worker was told.")),
    "lift": Step(
        f.PlainStep,
        services.lift_suspension,
        _("Go on with the work"),
        _("The clock runs again."),
        _("The other procedure has ended: the clock runs again."),
    ),
    "resume": Step(
        f.PlainStep,
        services.resume_handling,
        _("Go on without an answer"),
        _("The clock runs again."),
        _("The worker has not answered. The clock runs again; what is missing stays missing."),
    ),
    "ask": Step(
        f.AskForm,
        services.ask_worker,
        _("Ask and stop the clock"),
        _("Asked. The clock stands until the worker answers."),
    ),
    "talk": Step(
        f.TalkForm,
        services.write_message,
        _("Send"),
        _("Sent."),
        _("The clock runs on. To stop it, use “Ask the worker”."),
    ),
    "note": Step(f.NoteForm, services.write_note, _("Keep the note"), _("The note is kept.")),
    "sort": Step(f.SortForm, services.sort_appeal, _("Save"), _("Saved."), leaves=True),
    "route": Step(
        f.RouteForm,
        services.route_appeal,
        _("Send to this body"),
        _("Sent. The desk there and the worker were told."),
        _("The clocks run on: the worker does not wait longer because it was sorted late."),
        leaves=True,
    ),
    "object": Step(
        f.ReasonForm,
        services.object_to_routing,
        _("Send back"),
        _("Sent to the body above with your reasons."),
        _("Within five working days after it came to you; it goes to the body above."),
        leaves=True,
    ),
    "refer": Step(
        f.ReferForm,
        services.refer_appeal,
        _("Pass on"),
        _("Passed on. The worker was told to whom."),
        kind="danger",
    ),
    "refuse": Step(
        f.RefuseForm,
        services.refuse_appeal,
        _("Do not accept"),
        _("Refused. The worker was told why and where to go."),
        kind="danger",
    ),
    "ask_extension": Step(
        f.AskExtensionForm, services.ask_extension, _("Ask"), _("Asked. Another person decides.")
    ),
    "hand_over": Step(
        f.HandOverForm,
        services.hand_over_appeal,
        _("Hand over"),
        _("Handed over. The new handler was told."),
        leaves=True,
    ),
    "suspend": Step(
        f.SuspendForm,
        services.suspend_appeal,
        _("Suspend"),
        _("Suspended. The worker was told why."),
        kind="danger",
    ),
    "supervise": Step(
        f.SuperviseForm, services.supervise_appeal, _("Supervise"), _("The desk and the handler were told.")
    ),
    "link": Step(
        f.LinkForm,
        services.link_appeals,
        _("Link"),
        _("Linked. Each person keeps an own receipt and rating."),
        _(
            "Put matters about the same thing side by side. Each person keeps an own receipt, notice "
            "and rating."
        ),
    ),
    "publish": Step(
        f.PublishForm, services.publish_answer, _("Publish"), _("Published. Everybody can read it now.")
    ),
    "ask_name": Step(
        f.ReasonForm,
        services.ask_name,
        _("Ask a custodian"),
        _("Asked. A custodian decides; the worker sees that you asked, and why."),
        _(
            "Most matters are solved without knowing who it is: you can write to the person here. If you "
            "must know, a second person has to agree. The worker reads your reason and the decision."
        ),
    ),
    "open_complainant": Step(
        f.ReasonForm,
        services.open_complainant,
        _("Open and record it"),
        "",
        _("The person sees who opened the name, when, and the reason you write here."),
    ),
    "renew_receipt": Step(
        f.ReasonForm,
        services.renew_receipt,
        _("Make a new receipt"),
        "",
        _(
            "Only for the person in front of you, whom you have recognised. The former receipt ends at "
            "once. The person reads that you did it, and why."
        ),
        kind="danger",
    ),
}

FIRST = ("reply", "decide_extension", "decide_review", "sign_for", "accept", "assign", "lift", "resume")
"""The form that stands open when the page is opened, by its first possible step."""


def default_step(offered: Any) -> str:
    """Return the step whose form stands open at first, or ""."""
    return next((name for name in FIRST if name in offered), "")
