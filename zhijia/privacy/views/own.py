"""One's own data: see, copy, choose, ask."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhijia.accounts.auth import Proof, session_proof
from zhijia.accounts.http import needs_fresh_proof, person_of
from zhijia.core import clock
from zhijia.core.errors import DomainError
from zhijia.notifications.services import notify
from zhijia.privacy import copying, services
from zhijia.privacy.enums import ERASURES
from zhijia.privacy.forms import AskForm
from zhijia.privacy.selectors import consents, own, requests


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show everything that is held about the person; sealed content only after a proof better than SMS."""
    proven = session_proof(request) >= Proof.PASSWORD
    told = own.everything_about(person_of(request), clock.now(), proven=proven)
    return render(request, "privacy/mine.html", {"told": told, "choices": consents.choices_of(request.user)})


@needs_fresh_proof()
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """Hand the person a copy: ``json``, ``html`` (to read or print) or ``zip`` (with all files)."""
    user, now = person_of(request), clock.now()
    told = own.everything_about(user, now, proven=True)
    services.note_copy(user=user, form=form, by=user, now=now)
    notify(kind="privacy.copied", to=user, now=now)
    name = f"my-data-{clock.local_date(now):%Y%m%d}"
    if form == "json":
        return _attached(HttpResponse(copying.as_json(told), content_type="application/json"), f"{name}.json")
    page = render_to_string("privacy/copy.html", {"told": told}, request)
    if form == "html":
        return HttpResponse(page)
    pieces = copying.archive(told, page)
    return _attached(StreamingHttpResponse(pieces, content_type="application/zip"), f"{name}.zip")


def _attached(
    response: HttpResponse | StreamingHttpResponse, name: str
) -> HttpResponse | StreamingHttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """Show one switch for each purpose that rests on consent, and what was chosen when."""
    user = person_of(request)
    matters = list(requests.own_matters(user, clock.now()))
    page = {
        "choices": consents.choices_of(user), "of_matters": consents.matter_choices_of(matters),
        "history": consents.history_of(user, {one.reference for one in matters}),
    }  # fmt: skip
    return render(request, "privacy/choices.html", page)


@login_required
@require_POST
def choose(request: HttpRequest, key: str) -> HttpResponse:
    """Turn one switch: on with ``agrees=1``, off with anything else."""
    user, agrees = person_of(request), request.POST.get("agrees") == "1"
    told: dict[str, Any] = {
        "user": user, "key": key, "agrees": agrees, "by": user, "now": clock.now(),
    }  # fmt: skip
    if owner := request.POST.get("owner", ""):
        services.set_matter_consent(owner=owner, **told)
    else:
        services.set_consent(**told)
    done = _("You agreed. You can take it back here at any time.") if agrees else _("Taken back.")
    messages.success(request, done)
    return redirect("privacy:choices")


@login_required
@require_GET
def my_requests(request: HttpRequest) -> HttpResponse:
    """List the person's requests with what happens next."""
    return render(request, "privacy/requests.html", {"lines": requests.requests_of(person_of(request))})


@needs_fresh_proof()
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for erasing, correcting or explaining; only after a fresh proof of who asks."""
    user, now = person_of(request), clock.now()
    form = AskForm(
        request.POST or None, matters=list(requests.own_matters(user, now)),
        initial={"kind": request.GET.get("kind", ""), "about": request.GET.get("about", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = services.ask_request(user=user, **form.cleaned_data, by=user, now=now)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _asked(made.kind in ERASURES and made.state == "granted"))
            return redirect("privacy:requests")
    page = {"form": form, "against": requests.obstacles_to(f"user:{user.pk}", now)}
    return render(request, "privacy/ask.html", page, status=422 if form.errors else 200)


def _asked(is_granted: bool) -> str:
    if is_granted:
        return _("Nothing stands against it: your account will be erased. Until then you can take it back.")
    return _("We have your request. A person of the union decides; you will get a message.")


@login_required
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's own request back."""
    services.withdraw_request(public_id=public_id, by=person_of(request), now=clock.now())
    messages.success(request, _("Taken back. Nothing is erased."))
    return redirect("privacy:requests")
