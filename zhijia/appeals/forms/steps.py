"""The forms of an officer's steps. A form gives shape; its fields are the arguments of the service."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.appeals import services
from zhijia.appeals.enums import HoldReason, Kind, Opinion, RefusalGround, ReviewDecision, State, Urgency
from zhijia.appeals.models import Appeal
from zhijia.appeals.selectors import officer, queue
from zhijia.core.clock import local_date
from zhijia.core.forms import FilesField, PlainForm, TidyCharField
from zhijia.regulations.selectors import value
from zhijia.unions import selectors as unions

LONG = 10_000


class StepForm(PlainForm):
    """One step with one appeal. ``helpers`` are fields that the service does not take."""

    helpers: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, appeal: Appeal, user: Any, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.appeal, self.user, self.now = appeal, user, now
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the appeal."""

    def typed(self, name: str) -> str:
        """Return what stands in a field now, whether it was sent or comes as a first value."""
        found = self.data.get(name) if self.is_bound else self.get_initial_for_field(self.fields[name], name)
        return str(found or "")

    def arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.helpers}


class PlainStep(StepForm):
    """A step that needs no words."""


def _radio(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


def _chosen_number(label: Any, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, empty_value=None, **options)


class RefuseForm(StepForm):
    """The lawful ground and where to go instead."""

    ground = _radio(_("Ground (only these four are lawful)"), RefusalGround.choices)
    notice = TidyCharField(
        label=_("What the worker reads: why, and where to go instead"),
        rows=5,
        max_length=LONG,
        help_text=_(
            "Name the authority with its address or telephone. The worker may ask the body above for a "
            "review."
        ),
    )


class ReferForm(StepForm):
    """To which authority outside the unions."""

    notice = TidyCharField(
        label=_("What the worker reads: to whom it was passed on, and how to reach them"),
        rows=4,
        max_length=LONG,
    )


class RouteForm(StepForm):
    """Another union body."""

    helpers = ("find",)
    find = TidyCharField(label=_("Find a body by name"), required=False, max_length=60)
    body_id = _chosen_number(_("Union body"), widget=forms.RadioSelect)
    reason = TidyCharField(label=_("Why"), rows=3, max_length=2000)

    def prepare(self) -> None:
        """Offer the bodies around, or those whose name was typed."""
        found = officer.routing_choices(self.appeal, self.typed("find"))
        self.fields["body_id"].choices = [(b.pk, b.name) for b in found]  # type: ignore[attr-defined]


class ReasonForm(StepForm):
    """Only a reason."""

    reason = TidyCharField(label=_("Reason"), rows=3, max_length=2000)


class AssignForm(StepForm):
    """Who shall handle it."""

    handler_id = _chosen_number(
        _("Handler"),
        help_text=_(
            "Only people with a post in this body, without a link to the employer. After a bad mark "
            "only new ones."
        ),
    )

    def prepare(self) -> None:
        """Offer those who may take it."""
        people = services.handlers_for(self.appeal, self.now)
        kept = [(p.pk, p.name or str(p)) for p in people if p.pk != self.appeal.handler_id]
        self.fields["handler_id"].choices = [("", _("Choose a person")), *kept]  # type: ignore[attr-defined]


class HandOverForm(AssignForm):
    """To whom, and why."""

    reason = TidyCharField(
        label=_("Why it is handed over, and what the next person must know"), rows=3, max_length=500
    )


class AnswerForm(StepForm):
    """The final answer (opinion document)."""

    helpers = ("saved",)
    saved = _chosen_number(_("Saved text"), required=False)
    opinion = _radio(_("What the answer says to the request"), Opinion.choices)
    text = TidyCharField(
        label=_("Answer: request, facts, reasons, result"),
        rows=10,
        max_length=LONG,
        help_text=_(
            "Plain words. What was done, by whom, from when it holds, and what the worker can do next."
        ),
    )
    legal_basis = TidyCharField(label=_("Legal basis"), required=False, rows=2, max_length=2000)

    def prepare(self) -> None:
        """Offer the saved texts that fit the kind."""
        self.texts = officer.saved_replies_for(self.appeal)
        choices = [("", _("None")), *((r.pk, r.title) for r in self.texts)]
        self.fields["saved"].choices = choices  # type: ignore[attr-defined]
        if not self.texts:
            del self.fields["saved"]

    @property
    def with_saved(self) -> dict[str, Any]:
        """What was typed, with the chosen text put behind it; nothing typed is lost."""
        kept = self.data.dict() if hasattr(self.data, "dict") else dict(self.data)
        chosen = next((r.text for r in self.texts if str(r.pk) == kept.get("saved")), "")
        kept["text"] = "\n\n".join(part for part in (str(kept.get("text", "")).strip(), chosen) if part)
        return kept


class ReplyForm(AnswerForm):
    """The answer of a round; after a bad mark it must say what is put right."""

    correction = TidyCharField(
        label=_("What was wrong the first time, and what is put right"),
        rows=3,
        max_length=LONG,
        required=False,
    )

    def prepare(self) -> None:
        """Ask for the correction only in a later round."""
        super().prepare()
        if self.appeal.round == 1:
            del self.fields["correction"]
        else:
            self.fields["correction"].required = True


class AskForm(StepForm):
    """A question to the worker; the clock stands until the answer."""

    question = TidyCharField(
        label=_("What you need from the worker, and why"),
        rows=4,
        max_length=2000,
        help_text=_("The clock stands from now until the worker answers. The worker sees this text."),
    )


class SuspendForm(StepForm):
    """Which other procedure runs."""

    reason = _radio(_("Which procedure"), [c for c in HoldReason.choices if c[0] != HoldReason.WAITING])
    explanation = TidyCharField(
        label=_("What the worker reads: why it is suspended, and until when"), rows=3, max_length=2000
    )


class AskExtensionForm(StepForm):
    """More time, once a round."""

    days = forms.IntegerField(label=_("Days"), min_value=1)
    reason = TidyCharField(label=_("Why more time is needed (the worker is told)"), rows=3, max_length=2000)

    def prepare(self) -> None:
        """Say how much the law allows."""
        limit = value("appeal.extension", self.appeal.place, local_date(self.now))
        self.fields["days"].help_text = _("At most %(limit)s days (%(article)s). Another person decides.") % {
            "limit": limit.value,
            "article": f"{limit.source} {limit.article}",
        }


class DecideExtensionForm(StepForm):
    """Yes or no, by another person."""

    approve = forms.TypedChoiceField(
        label=_("Decision"),
        coerce=lambda v: v == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        choices=[("yes", _("Grant more time")), ("no", _("Refuse more time"))],
    )


class DecideReviewForm(StepForm):
    """Whether the answer stands."""

    decision = _radio(_("Decision"), ReviewDecision.choices)
    text = TidyCharField(label=_("Reasons, as the worker reads them"), rows=6, max_length=LONG)

    def arguments(self) -> dict[str, Any]:
        """Return the decision, and which of the two instances it is."""
        return self.cleaned_data | {"final": self.appeal.state == State.UNDER_RE_REVIEW}


class SuperviseForm(StepForm):
    """What the body above demands."""

    demand = TidyCharField(label=_("What is demanded, and by when"), rows=3, max_length=2000)


class TalkForm(StepForm):
    """A message to the worker."""

    text = TidyCharField(label=_("Message to the worker"), rows=3, max_length=LONG)
    files = FilesField(  # type: ignore[assignment]
        label=_("Files"), required=False
    )

    def arguments(self) -> dict[str, Any]:
        """Return text and files."""
        return {"text": self.cleaned_data["text"], "files": tuple(self.cleaned_data["files"])}


class NoteForm(StepForm):
    """A note among officers."""

    text = TidyCharField(label=_("Note (the worker never sees it)"), rows=3, max_length=LONG)


class SortForm(StepForm):
    """Kind, urgency and employer put right."""

    helpers = ("find",)
    category = forms.ChoiceField(label=_("Category"), required=False)
    kind = forms.ChoiceField(label=_("What the person wants"), choices=Kind.choices)
    urgency = forms.ChoiceField(
        label=_("Urgency"),
        choices=Urgency.choices,
        help_text=_("Another urgency sets both clocks anew from the start."),
    )
    find = TidyCharField(label=_("Find the employer by name or credit code"), required=False, max_length=60)
    employer_id = _chosen_number(_("Employer"), required=False, widget=forms.RadioSelect)

    def prepare(self) -> None:
        """Offer the kinds, and the employers that fit what was typed."""
        appeal = self.appeal
        self.fields["category"].choices = [("", _("Not sorted yet")), *queue.category_choices()]  # type: ignore[attr-defined]
        appeal.show(appeal)
        text = self.typed("find") or ("" if appeal.employer_id else appeal.employer_text)
        wide = unions.may_check_employers(self.user, local_date(self.now))
        found = unions.find_employers(text, appeal.place, unchecked=wide) if text else []
        kept = [appeal.employer] if appeal.employer else []
        people = {e.pk: e.name for e in [*kept, *found]}
        self.fields["employer_id"].choices = [*people.items(), ("", _("Not known"))]  # type: ignore[attr-defined]
        for name, first in self._first().items():
            self.initial.setdefault(name, first)

    def _first(self) -> dict[str, Any]:
        appeal = self.appeal
        return {
            "category": appeal.category.code if appeal.category else "",
            "kind": appeal.kind,
            "urgency": appeal.urgency,
            "employer_id": appeal.employer_id or "",
        }


class LinkForm(StepForm):
    """Another matter of the same kind."""

    other_number = TidyCharField(label=_("Number of the other matter"), max_length=20)
    title = TidyCharField(label=_("Name of the group"), required=False, max_length=120)


class PublishForm(StepForm):
    """Question and answer without names."""

    title = TidyCharField(label=_("Title"), max_length=80)
    question = TidyCharField(
        label=_("Question, without anything that points to a person"), rows=6, max_length=LONG
    )
    answer = TidyCharField(label=_("Answer"), rows=8, max_length=LONG)
    checked_marks = forms.BooleanField(
        label=_("I have checked each mark: nothing in the text points to a person"), required=False
    )

    def prepare(self) -> None:
        """Begin with the texts of the matter."""
        last = self.appeal.replies.filter(tenant=self.appeal.tenant).order_by("round").last()
        if last:
            self.appeal.show(last)
        self.appeal.show(self.appeal)
        self.initial.setdefault("title", self.appeal.subject)
        self.initial.setdefault("question", self.appeal.text)
        self.initial.setdefault("answer", last.text if last else "")
