"""Votes: who stands for what, and the totals. No page ever asks how anybody voted."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.forms import attempt, status_of
from zhijia.organising import selectors, services, sizes
from zhijia.organising.forms.electing import CandidateForm, CountForm, DelegatesForm, VoteForm
from zhijia.organising.models import Process, Vote
from zhijia.organising.views.process import frame_of
from zhijia.unions.enums import CommitteeSystem


@login_required
def election(request: HttpRequest, public_id: Any) -> HttpResponse:
    """All votes of a process; a form to prepare one more while they are being named."""
    now = clock.now()
    process = selectors.process_of(public_id, request.user, local_date(now))
    found = selectors.process_page(process, request.user, now)
    form = VoteForm(request.POST or None) if found.may_name else None
    if request.method == "POST" and form is not None and form.is_valid():
        told: dict[str, Any] = {"process_id": process.pk, "by": request.user, "now": now}
        made = attempt(form, lambda: services.add_vote(**form.cleaned_data, **told))
        if made is not None:
            return redirect("organising:vote", made.pk)
    context = {
        "page_of": found, "process": process, "form": form, "frame": frame_of(request.user),
        "span": _span(process, now),
    }  # fmt: skip
    return render(request, "organising/election.html", context, status=status_of(form))


def _span(process: Process, now: Any) -> sizes.Span | None:
    if not process.members:
        return None
    return sizes.committee_span(process.members, process.place, local_date(now))


@login_required
def vote(request: HttpRequest, vote_id: int) -> HttpResponse:
    """One vote: its candidates, or its totals."""
    now = clock.now()
    found = selectors.vote_of(vote_id, request.user, local_date(now))
    page = selectors.process_page(found.process, request.user, now)
    form = _form(found, page, request)
    if request.method == "POST" and form is not None and form.is_valid():
        made = attempt(form, lambda: _do(found, page, form, request.user, now))
        if made is not None:
            return _after(request, found, page, made)
    context = {
        "vote": found, "people": found.candidates.order_by("id"), "process": found.process, "page_of": page,
        "form": form, "frame": frame_of(request.user),
    }  # fmt: skip
    return render(request, "organising/vote.html", context, status=status_of(form))


def _form(found: Vote, page: selectors.ProcessPage, request: HttpRequest) -> Any:
    data = request.POST or None
    if page.may_name:
        return CandidateForm(data)
    if not page.may_count or found.is_counted:
        return None
    return DelegatesForm(data) if found.system == CommitteeSystem.JOINT else CountForm(data, vote=found)


def _do(found: Vote, page: selectors.ProcessPage, form: Any, user: Any, now: Any) -> Any:
    told = {"vote_id": found.pk, "by": user, "now": now}
    if page.may_name:
        return services.add_candidate(**form.cleaned_data, **told)
    if found.system == CommitteeSystem.JOINT:
        return services.confirm_delegates(**form.cleaned_data, **told)
    return services.record_vote(**form.arguments(), **told)


def _after(request: HttpRequest, found: Vote, page: selectors.ProcessPage, made: Any) -> HttpResponse:
    """Say what follows: another candidate, the next ballot, or that it is decided."""
    if page.may_name:
        return redirect("organising:vote", found.pk)
    elected = len(getattr(made, "elected", ()))
    if elected:
        words = ngettext("%(count)d person is elected.", "%(count)d people are elected.", elected)
        messages.success(request, words % {"count": elected})
    if getattr(made, "tied", ()):
        messages.info(request, _("Equal votes at the last seat: a further ballot among them is prepared."))
    elif getattr(made, "open_seats", 0):
        messages.info(request, _("Not every seat is taken: it takes more than half of all entitled."))
    return redirect("organising:election", found.process.public_id)


@login_required
@require_POST
def remove_vote(request: HttpRequest, vote_id: int) -> HttpResponse:
    """Take a vote out again."""
    now = clock.now()
    found = selectors.vote_of(vote_id, request.user, local_date(now))
    services.remove_vote(vote_id=found.pk, by=request.user, now=now)
    return redirect("organising:election", found.process.public_id)


@login_required
@require_POST
def remove_candidate(request: HttpRequest, candidate_id: int) -> HttpResponse:
    """Take a candidate out again."""
    now = clock.now()
    found = selectors.vote_of_candidate(candidate_id, request.user, local_date(now))
    services.remove_candidate(candidate_id=candidate_id, by=request.user, now=now)
    return redirect("organising:vote", found.pk)
