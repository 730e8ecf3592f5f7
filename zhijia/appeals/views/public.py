"""What anybody opens: follow a matter by its receipt, read published answers."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods

from zhijia.accounts import slow_down
from zhijia.accounts.rate_limit import take
from zhijia.appeals import services
from zhijia.appeals.errors import ReceiptUnknown, TooManyTries
from zhijia.appeals.forms.public import AnswersForm, FollowForm
from zhijia.appeals.models import own_public_ids
from zhijia.appeals.selectors import public, worker
from zhijia.appeals.views import receipts
from zhijia.core import clock
from zhijia.core.errors import BadInput, DomainError
from zhijia.core.http import public_page
from zhijia.core.receipts import keys_of

HOUR = 3600
LOOKS = 60
"""How often one receipt may be typed in an hour."""


@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for a receipt, and open the matter it belongs to."""
    if request.method != "POST":
        return show_follow(request)
    form = FollowForm(request.POST)
    if not form.is_valid():
        return show_follow(request, form, BadInput.status)
    try:
        open_matter(request, form.cleaned_data["receipt"])
    except DomainError as error:
        form.refuse(error)
        return show_follow(request, form, error.status)
    found = receipts.followed(request, clock.now())
    if found and uuid.UUID(found) in own_public_ids(request.user):
        return redirect("appeals:detail", found)
    return redirect("appeals:followed")


def open_matter(request: HttpRequest, receipt: str) -> None:
    """Open the matter in this browser; wrong numbers make the next try wait."""
    now, opened = clock.now(), keys_of(receipt)
    key = opened.index
    device = request.META.get("CSRF_COOKIE", "")
    wait = slow_down.seconds_left(who="receipt", device=device, now=now)
    wait = wait or take(purpose="follow", account=key, limit=LOOKS, period=HOUR, now=now)
    if wait:
        raise TooManyTries(seconds=wait)
    found = worker.appeal_of_receipt(key)
    if found is None:
        slow_down.record_failure(who="receipt", device=device, now=now)
        raise ReceiptUnknown
    slow_down.forget(who="receipt", device=device)
    receipts.open_by_receipt(request, found, now)
    receipts.keep_key(request, found, opened.key)
    _give_to_account(request, found, now)


def _give_to_account(request: HttpRequest, public_id: Any, now: Any) -> None:
    """Let the author's own key open his matter from now on, when he is signed in."""
    if request.user.is_authenticated:
        holder = receipts.holder_of(request, public_id)
        services.give_to_author(public_id=public_id, user=request.user, holder=holder, now=now)


def show_follow(
    request: HttpRequest, form: FollowForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """Show the page that asks for the receipt; ``typed`` and ``closed`` come from a form sent too late."""
    context = {"form": form or FollowForm(), "typed": "", "closed": False} | more
    return render(request, "appeals/public/follow.html", context, status=status)


@public_page()
def answers(request: HttpRequest) -> HttpResponse:
    """List published answers, by words and by what they are about."""
    form = AnswersForm(request.GET)
    told = form.cleaned_data if form.is_valid() else {}
    query, category = told.get("q", ""), told.get("category", "")
    page = public.answers_page(query, category, request.GET.get("cursor"))
    context = {"form": form, "page_of": page, "searched": bool(query or category)}
    return render(request, "appeals/public/answers.html", context)


@public_page()
def answer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one published answer."""
    return render(request, "appeals/public/answer.html", {"answer": public.published_answer(pk)})
