"""The case page and every step that can be made from it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhijia.accounts.auth import fresh_proof
from zhijia.appeals import services
from zhijia.appeals.errors import TakenByAnother
from zhijia.appeals.forms.actions import ACTIONS, Step, default_step
from zhijia.appeals.forms.steps import AnswerForm, ReasonForm, StepForm
from zhijia.appeals.models import Appeal
from zhijia.appeals.permissions import EVIDENCE, NARRATIVE, ask, may
from zhijia.appeals.selectors import officer as selectors
from zhijia.appeals.selectors.similar import similar_to
from zhijia.appeals.selectors.words import state_words
from zhijia.appeals.views.officer.access import officers_only
from zhijia.appeals.views.officer.publishing import marked
from zhijia.appeals.workflow import APPROVING
from zhijia.attachments.http import add_dropped_errors, download_response
from zhijia.attachments.selectors import attachment_of
from zhijia.audit.services import record_read
from zhijia.core import clock
from zhijia.core.errors import DomainError, NotAllowed, NotFound
from zhijia.core.http import is_fragment
from zhijia.vault.errors import KeyLocked, KeyNotGiven

SENSITIVE = APPROVING | {"ask_name"}
"""Steps before which the officer shows anew that it is he; the final review has the form of the first."""
AGAIN = ("insert", "find_now", "check")
"""Buttons that show the form once more with what was typed, and change nothing."""


@officers_only
@require_GET
def work(request: HttpRequest, public_id: Any) -> HttpResponse:
    """One matter with all that is needed to decide the next step."""
    return show_case(request, selectors.work_appeal(public_id, request.user, clock.now()))


def show_case(
    request: HttpRequest,
    appeal: Appeal,
    *,
    chosen: str = "",
    form: StepForm | None = None,
    opened: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the matter, opened for who works on it, with one form open."""
    now = clock.now()
    lock = _open_texts(request, appeal, now) if not appeal.opened_with else ""
    page = selectors.case_page(appeal, request.user, now)
    if form is None:
        asked = request.GET.get("do", "")
        chosen = asked if asked in page.actions else default_step(page.actions)
        form = _form(chosen, appeal, request, now) if chosen else None
    context = {
        "case": page,
        "appeal": appeal,
        "state": state_words(appeal.state),
        "now": now,
        "chosen": chosen,
        "step": ACTIONS.get(chosen),
        "form": form,
        "label": page.actions[chosen].label if chosen in page.actions else "",
        "buttons": _buttons(page, chosen),
        "opened": opened,
        "lock": lock,
        "look": ReasonForm(appeal=appeal, user=request.user, now=now, auto_id="look_%s"),
        "marks": marked(form) if chosen == "publish" else (),
        "address": reverse("appeals:work", args=[appeal.public_id]),
    }
    return render(request, "appeals/officer/case.html", context, status=status)


def _open_texts(request: HttpRequest, appeal: Appeal, now: Any, reason: str = "") -> str:
    """Open the matter for who works on it; return why it stays shut.

    ``locked`` (his own key is not open), ``not-given``, ``reason`` (he watches over it, and says why
    first), ``closed`` (the frame is all he needs), or "" when it is open.
    """
    question = ask(appeal, now)
    if not may(request.user, "appeals.read_texts", question) and not reason:
        return "reason" if may(request.user, "appeals.look_into", question) else "closed"
    try:
        opened = services.read_matter(appeal=appeal, by=request.user, now=now, reason=reason)
    except KeyLocked:
        return "locked"
    except KeyNotGiven:
        return "not-given"
    appeal.opened_with = opened[NARRATIVE].private if opened else b""
    return ""


@officers_only
@require_POST
def look(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Open the text for who watches over the matter, with the reason that the worker reads."""
    now = clock.now()
    appeal = selectors.work_appeal(public_id, request.user, now)
    form = ReasonForm(request.POST, appeal=appeal, user=request.user, now=now)
    if form.is_valid():
        lock = _open_texts(request, appeal, now, form.cleaned_data["reason"])
        if not lock:
            return show_case(request, appeal)
    return show_case(request, selectors.work_appeal(public_id, request.user, now), status=422)


def _buttons(page: Any, chosen: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": action.label,
            "here": name == chosen,
            "danger": ACTIONS[name].kind == "danger",
        }
        for name, action in page.actions.items()
    ]


def _form(
    name: str,
    appeal: Appeal,
    request: HttpRequest,
    now: Any,
    *,
    data: Any = None,
    files: Any = None,
    initial: dict[str, Any] | None = None,
) -> StepForm:
    return ACTIONS[name].form(data, files, appeal=appeal, user=request.user, now=now, initial=initial)


@officers_only
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, public_id: Any, name: str) -> HttpResponse:
    """Make one step. GET opens its form; POST calls its service and leads back to the matter."""
    if request.method == "GET":
        return redirect(f"{reverse('appeals:work', args=[public_id])}?do={name}")
    if name in SENSITIVE:
        fresh_proof(request)
    now = clock.now()
    appeal = _appeal_to_act_on(request, public_id, name, now)
    form = _form(name, appeal, request, now, data=request.POST, files=request.FILES)
    if any(button in request.POST for button in AGAIN):
        return _again(request, appeal, name, form, now)
    add_dropped_errors(form, request)
    if not form.is_valid():
        return show_case(request, appeal, chosen=name, form=form, status=422)
    try:
        ACTIONS[name].service(appeal_id=appeal.pk, **form.arguments(), by=request.user, now=now)
    except DomainError as error:
        return _refused(request, appeal, name, form, error)
    messages.success(request, ACTIONS[name].done)
    return _after(request, appeal, ACTIONS[name], now)


def _appeal_to_act_on(request: HttpRequest, public_id: Any, name: str, now: Any) -> Appeal:
    """Return the matter; when a colleague has just taken it, say that instead of "not found"."""
    try:
        return selectors.work_appeal(public_id, request.user, now)
    except NotFound:
        if name == "sign_for" and selectors.was_taken(public_id, request.user, now):
            raise TakenByAnother from None
        raise


def _again(request: HttpRequest, appeal: Appeal, name: str, form: StepForm, now: Any) -> HttpResponse:
    inserts = "insert" in request.POST and isinstance(form, AnswerForm)
    typed = form.with_saved if inserts else request.POST.dict()  # type: ignore[attr-defined]
    return show_case(request, appeal, chosen=name, form=_form(name, appeal, request, now, initial=typed))


def _refused(
    request: HttpRequest, appeal: Appeal, name: str, form: StepForm, error: DomainError
) -> HttpResponse:
    """Show the refusal above the form with all that was typed; without words to keep, as a page."""
    if isinstance(error, NotAllowed | NotFound) or ACTIONS[name].is_plain:
        raise error
    form.refuse(error)
    fresh = selectors.work_appeal(appeal.public_id, request.user, clock.now())
    return show_case(request, fresh, chosen=name, form=form, status=error.status)


def _after(request: HttpRequest, appeal: Appeal, step: Step, now: Any) -> HttpResponse:
    if step.leaves:
        try:
            selectors.work_appeal(appeal.public_id, request.user, now)
        except NotFound:
            return redirect("appeals:queue")
    return redirect("appeals:work", appeal.public_id)


@officers_only
@require_GET
def next_mine(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Go on to the next of the officer's own matters, or back to the queue when there is none."""
    now = clock.now()
    appeal = selectors.work_appeal(public_id, request.user, now)
    following = selectors.next_of_mine(request.user, now, appeal.pk)
    return redirect("appeals:work", following.public_id) if following else redirect("appeals:queue")


@officers_only
@require_POST
def unlink(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Take a matter out of its group."""
    now = clock.now()
    appeal = selectors.work_appeal(public_id, request.user, now)
    services.unlink_appeal(appeal_id=appeal.pk, by=request.user, now=now)
    messages.success(request, _("Taken out of the group."))
    return redirect("appeals:work", public_id)


@officers_only
@require_http_methods(["GET", "POST"])
def open_complainant(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Show who the person is, once, on this answer only; the reason is recorded first."""
    name = "open_complainant"
    if request.method == "GET":
        return redirect(f"{reverse('appeals:work', args=[public_id])}?do={name}")
    fresh_proof(request)
    now = clock.now()
    appeal = selectors.work_appeal(public_id, request.user, now)
    form = _form(name, appeal, request, now, data=request.POST)
    if not form.is_valid():
        return show_case(request, appeal, chosen=name, form=form, status=422)
    try:
        opened = services.open_complainant(appeal_id=appeal.pk, **form.arguments(), by=request.user, now=now)
    except DomainError as error:
        return _refused(request, appeal, name, form, error)
    return show_case(request, appeal, opened=opened)


@officers_only
@require_GET
def beside(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Matters of the same employer or kind: a part of the case page, or a page of its own."""
    now = clock.now()
    appeal = selectors.work_appeal(public_id, request.user, now)
    found = similar_to(
        user=request.user,
        now=now,
        tenant=appeal.tenant,
        employer_id=appeal.employer_id,
        category_id=appeal.category_id,
        without=appeal.pk,
    )
    may_link = "link" in selectors.case_actions(appeal, request.user, now)
    context = {"appeal": appeal, "similar": found, "may_link": may_link}
    name = "beside_part" if is_fragment(request) else "beside"
    return render(request, f"appeals/officer/{name}.html", context)


@officers_only
@require_GET
def work_file(request: HttpRequest, public_id: Any, file_id: Any) -> Any:
    """A file of the matter as a download; who opened it is recorded first."""
    now = clock.now()
    appeal = selectors.work_appeal(public_id, request.user, now)
    found = attachment_of(appeal.owner, file_id, tenant=appeal.tenant)
    key = _key_of_files(request, appeal, found.name, now) if found.sealed_to else None
    record_read("appeal.file_opened", obj=appeal, by=request.user, now=now, data={"file": str(file_id)})
    return download_response(found, key=key, request=request)


def _key_of_files(request: HttpRequest, appeal: Appeal, name: str, now: Any) -> bytes:
    """Return what opens the files, for who works on the matter; it is recorded, and the worker reads it."""
    if not may(request.user, "appeals.read_texts", ask(appeal, now)):
        raise NotAllowed
    reason = _("opened the file %(name)s") % {"name": name}
    opened = services.read_matter(appeal=appeal, by=request.user, now=now, reason=reason, parts=(EVIDENCE,))
    return opened[EVIDENCE].private
