"""The worker's own matters: the list, the page of one, and every deed on it."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from zhijia.appeals import services
from zhijia.appeals.enums import State
from zhijia.appeals.forms import matter as forms
from zhijia.appeals.forms.public import FollowForm
from zhijia.appeals.models import Appeal
from zhijia.appeals.permissions import EVIDENCE
from zhijia.appeals.selectors import worker as selectors
from zhijia.appeals.selectors.matter import MatterPage, matter_page
from zhijia.appeals.views import receipts
from zhijia.appeals.views.public import show_follow
from zhijia.appeals.windows import LAST_ROUND
from zhijia.attachments.http import add_dropped_errors, download_response
from zhijia.attachments.selectors import attachment_of
from zhijia.core import clock
from zhijia.core.actors import Actor, ReceiptHolder
from zhijia.core.errors import BadInput, DomainError
from zhijia.core.forms import PlainForm
from zhijia.vault.errors import KeyLocked

PAGE = "appeals/worker/detail.html"


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """List one's own matters, newest change first."""
    now = clock.now()
    page = selectors.my_page(request.user, now, request.GET.get("cursor"))
    return render(request, "appeals/worker/mine.html", {"page_of": page, "now": now})


@login_required
def detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one's own matter."""
    now = clock.now()
    return _show(request, request.user, selectors.own_appeal(request.user, public_id, now), now)


@require_http_methods(["GET", "HEAD", "POST"])
def followed(request: HttpRequest) -> HttpResponse:
    """Show the matter that a receipt opened; POST closes it in this browser."""
    if request.method == "POST":
        receipts.close(request)
        messages.success(request, _("Closed. Nobody can open it here without the receipt."))
        return redirect("appeals:follow")
    now = clock.now()
    public_id = receipts.followed(request, now)
    if public_id is None:
        return redirect("appeals:follow")
    by = receipts.holder_of(request, public_id)
    if not by.key:
        receipts.close(request)
        return redirect("appeals:follow")
    return _show(request, by, selectors.own_appeal(by, public_id, now), now)


def file(request: HttpRequest, public_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    """Send a file of a matter that this person may see, as a download."""
    now = clock.now()
    by = receipts.actor_for(request, public_id, now)
    appeal = selectors.own_appeal(by, public_id, now)
    found = attachment_of(appeal.owner, file_id, tenant=appeal.tenant)
    key, refusal = (
        receipts.opened_own(request, by, appeal, now, EVIDENCE) if found.sealed_to else (None, None)
    )
    if refusal is not None:
        raise refusal
    return download_response(found, key=key, request=request)


# What may be done -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """One button of the page: its form, its service, what is said afterwards."""

    name: str
    form: Callable[[Appeal], type[PlainForm]]
    do: Callable[..., Any]
    """``do(appeal, told, by, now)``."""
    said: Any


def _rating_form(appeal: Appeal) -> type[PlainForm]:
    return forms.FirstRatingForm if appeal.round < LAST_ROUND else forms.RatingForm


def _write(appeal: Appeal, told: dict[str, Any], by: Actor, now: dt.datetime) -> None:
    files = tuple(told["files"])
    services.write_message(appeal_id=appeal.pk, text=told["text"], files=files, by=by, now=now)


def _rate(appeal: Appeal, told: dict[str, Any], by: Actor, now: dt.datetime) -> None:
    services.rate_reply(appeal_id=appeal.pk, by=by, now=now, **told)


def _reopen(appeal: Appeal, told: dict[str, Any], by: Actor, now: dt.datetime) -> None:
    services.reopen_appeal(appeal_id=appeal.pk, reason=told["reason"], by=by, now=now)


def _review(appeal: Appeal, told: dict[str, Any], by: Actor, now: dt.datetime) -> None:
    ask = services.ask_re_review if appeal.state == State.REVIEWED else services.ask_review
    ask(appeal_id=appeal.pk, reason=told["reason"], by=by, now=now)


def _withdraw(appeal: Appeal, told: dict[str, Any], by: Actor, now: dt.datetime) -> None:
    services.withdraw_appeal(appeal_id=appeal.pk, by=by, now=now)


def _consent(appeal: Appeal, told: dict[str, Any], by: Actor, now: dt.datetime) -> None:
    services.set_consent(appeal_id=appeal.pk, consents=told["consents"], by=by, now=now)


WRITE = Deed("write", lambda _a: forms.MessageForm, _write, _("Your message is there."))
ANSWER = Deed("answer", lambda _a: forms.AnswerForm, _write, _("Your answer is there. The clock runs again."))
RATE = Deed("rate", _rating_form, _rate, _("Thank you. Your judgement counts."))
REOPEN = Deed("reopen", lambda _a: forms.ReasonForm, _reopen, _("Opened again. Another handler takes it."))
REVIEW = Deed("review", lambda _a: forms.ReasonForm, _review, _("The body above now looks at it."))
WITHDRAW = Deed("withdraw", lambda _a: forms.ConfirmForm, _withdraw, _("You took it back."))
CONSENT = Deed("consent", lambda _a: forms.ConsentForm, _consent, _("Your choice is kept."))
DEEDS = (WRITE, ANSWER, RATE, REOPEN, REVIEW, WITHDRAW, CONSENT)


def _act(deed: Deed, request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    now = clock.now()
    by = receipts.actor_for(request, public_id, now)
    if not isinstance(by, ReceiptHolder) and not by.is_authenticated:
        return _closed(request)
    appeal = selectors.own_appeal(by, public_id, now)
    form = deed.form(appeal)(request.POST, request.FILES)
    add_dropped_errors(form, request)
    if not form.is_valid():
        return _show(request, by, appeal, now, deed, form, BadInput())
    if not receipts.may_act(request, by, public_id):
        form.refuse(locked := KeyLocked())
        return _show(request, by, appeal, now, deed, form, locked)
    try:
        deed.do(appeal, form.cleaned_data, by, now)
    except DomainError as error:
        form.refuse(error)
        return _show(request, by, selectors.own_appeal(by, public_id, now), now, deed, form, error)
    messages.success(request, deed.said)
    return (
        redirect("appeals:followed")
        if isinstance(by, ReceiptHolder)
        else redirect("appeals:detail", public_id)
    )


def _closed(request: HttpRequest) -> HttpResponse:
    """Ask for the receipt again, and keep what was typed in sight."""
    typed = request.POST.get("text") or request.POST.get("reason") or request.POST.get("comment") or ""
    return show_follow(request, status=403, typed=typed, closed=True)


def _show(
    request: HttpRequest,
    by: Actor,
    appeal: Appeal,
    now: dt.datetime,
    deed: Deed | None = None,
    form: PlainForm | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    appeal.opened_with, refusal = receipts.opened_own(request, by, appeal, now)
    page = matter_page(by, appeal, now)
    context = {
        "matter": page,
        "shut": refusal,
        "receipt": receipts.receipt_known(request, appeal.public_id, now),
        "follow": FollowForm(auto_id="open_%s"),
        "appeal": page.appeal,
        "by_receipt": isinstance(by, ReceiptHolder),
        "now": now,
        "forms": _forms(page, deed, form),
        "refused": form if form is not None and form.non_field_errors() else None,
        "typed": _typed(form) if error else "",
    }
    return render(request, PAGE, context, status=error.status if error else 200)


def _typed(form: PlainForm | None) -> str:
    """Return the longest text of a refused form, to be shown if its form is no longer on the page."""
    texts = [
        str(form[name].value() or "")
        for name in ("text", "reason", "comment")
        if form and name in form.fields
    ]
    return max(texts, key=len, default="")


def _forms(page: MatterPage, deed: Deed | None, form: PlainForm | None) -> dict[str, PlainForm]:
    """Return an empty form for every deed, and the refused one with what was typed."""
    found = {d.name: d.form(page.appeal)(auto_id=f"{d.name}_%s") for d in DEEDS}
    if deed is not None and form is not None:
        form.auto_id = f"{deed.name}_%s"
        found[deed.name] = form
    return found


def _view(deed: Deed) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
        return _act(deed, request, public_id)

    view.__name__ = deed.name
    return require_POST(view)


write, answer, rate = _view(WRITE), _view(ANSWER), _view(RATE)
reopen, review, withdraw, consent = _view(REOPEN), _view(REVIEW), _view(WITHDRAW), _view(CONSENT)
