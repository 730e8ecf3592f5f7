"""Applications, transfers, corrections and doors, for those who keep a roll."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.core import clock
from zhijia.core.errors import NotAllowed, NotFound
from zhijia.core.forms import attempt, status_of
from zhijia.core.paging import paginate
from zhijia.core.qr import qr_svg
from zhijia.membership import selectors, services
from zhijia.membership.enums import ApplicationState, Provable, Sex
from zhijia.membership.forms import DecisionForm, DoorForm, ReasonForm
from zhijia.membership.services.correcting import new_value
from zhijia.unions.selectors import body_page, scope_of

PAGE = 40


def day_of_keeper(request: HttpRequest) -> dt.date:
    """Return today for who keeps a roll; raise ``NotAllowed`` for everyone else."""
    today = clock.local_date(clock.now())
    if not selectors.may_keep_some_roll(request.user, today):
        raise NotAllowed
    return today


@login_required
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """The queue: what is due first stands first."""
    today = day_of_keeper(request)
    closed = request.GET.get("closed") == "yes"
    rows = selectors.applications_for(request.user, today, closed=closed)
    order = ["-changed_at", "id"] if closed else ["due_on", "id"]
    page = paginate(rows.order_by(*order), request.GET.get("cursor"), PAGE, order)
    lines = [(row, row.details().get("name", "")) for row in page]
    context = {"listed": page, "lines": lines, "closed": closed, "today": today}
    return render(request, "membership/work/applications.html", context)


DECISIONS: dict[str, tuple[Callable[..., Any], str]] = {
    "accept_application": (services.accept_application, "seen"),
    "ask_applicant": (services.ask_applicant, "question"),
    "refuse_application": (services.refuse_application, "reason"),
    "uphold_refusal": (services.uphold_refusal, "reason"),
    "route_application": (services.route_application, "body_id"),
}
"""Step -> its service and the argument that the form gives it."""


@login_required
def application(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One application, and the officer's step."""
    today = day_of_keeper(request)
    page = selectors.application_page(request.user, public_id, today)
    form = DecisionForm(request.POST or None)
    step = request.POST.get("step", "")
    if request.method == "POST" and step in DECISIONS and form.is_valid():
        call, argument = DECISIONS[step]
        done = attempt(form, lambda: call(
            public_id=public_id, **{argument: _given(form, argument)}, by=request.user, now=clock.now()
        ))  # fmt: skip
        if done:
            messages.success(request, _told(done.state))
            return redirect("membership:applications")
    context = {"shown": page, "form": form, "today": today}
    return render(request, "membership/work/application.html", context, status=422 if form.errors else 200)


def _given(form: DecisionForm, argument: str) -> Any:
    """Return what the form gives a service as ``argument``."""
    if argument == "body_id":
        return form.other_union()
    return form.cleaned_data["reason" if argument == "question" else argument]


def _told(state: str) -> str:
    if state == ApplicationState.ACCEPTED:
        return _("Accepted. The person is told.")
    return _("Done. The person is told.")


@login_required
@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """Transfers that run, from and to one's bodies."""
    return _show_transfers(request, day_of_keeper(request))


def _show_transfers(request: HttpRequest, today: dt.date, refused: ReasonForm | None = None) -> HttpResponse:
    """Show the cards; that of a refused step with what was typed and what is wrong with it."""
    mine = scope_of(selectors.own_bodies(request.user, today))
    lines = [
        (row, row.worker.details().get("name", ""), mine.covers(row.from_body), mine.covers(row.to_body),
         _reason_form(row.pk, refused))
        for row in selectors.transfers_for(request.user, today)
    ]  # fmt: skip
    context = {"lines": lines}
    return render(request, "membership/work/transfers.html", context, status=status_of(refused))


def _reason_form(pk: int, refused: ReasonForm | None) -> ReasonForm:
    """Return the form of one card: the refused one where it is that card's."""
    auto_id = f"id_{pk}_%s"
    return refused if refused and refused.auto_id == auto_id else ReasonForm(auto_id=auto_id)


@login_required
def transfer(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Release, object, decide or take back."""
    today = day_of_keeper(request)
    if not selectors.transfers_for(request.user, today).filter(pk=transfer_id).exists():
        raise NotFound
    form = ReasonForm(request.POST or None, auto_id=f"id_{transfer_id}_%s")
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"transfer_id": transfer_id, "by": request.user, "now": clock.now()}
        attempt(form, lambda: _step(request.POST.get("step", ""), form.cleaned_data["reason"], told))
    if form.errors:
        return _show_transfers(request, today, form)
    if request.method == "POST":
        messages.success(request, _("Done. The person is told."))
    return redirect("membership:transfers")


def _step(step: str, reason: str, told: dict[str, Any]) -> None:
    """Make one step with a transfer."""
    if step == "release":
        services.release_member(**told)
    elif step == "object":
        services.object_to_transfer(reason=reason, **told)
    elif step in ("force", "keep"):
        services.judge_transfer(releases=step == "force", reason=reason, **told)
    elif step == "cancel":
        services.cancel_transfer(**told)
    else:
        raise NotFound


@login_required
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Corrections that wait for a look at what proves them."""
    return _show_corrections(request, day_of_keeper(request))


def _show_corrections(
    request: HttpRequest, today: dt.date, refused: ReasonForm | None = None
) -> HttpResponse:
    """Show the cards; that of a refused answer with what was typed and what is wrong with it."""
    lines = []
    for row in selectors.corrections_for(request.user, today):
        details = row.worker.details()
        old = details.get(row.field) or getattr(row.worker, row.field, "")
        shown = [_in_words(row.field, value) for value in (old, new_value(row))]
        lines.append((row, details.get("name", ""), *shown, _reason_form(row.pk, refused)))
    context = {"lines": lines}
    return render(request, "membership/work/corrections.html", context, status=status_of(refused))


def _in_words(field: str, value: Any) -> Any:
    return Sex(int(value or 0)).label if field == Provable.SEX else value


@login_required
def correction(request: HttpRequest, correction_id: int) -> HttpResponse:
    """Put right, or say why not."""
    today = day_of_keeper(request)
    if not selectors.corrections_for(request.user, today).filter(pk=correction_id).exists():
        raise NotFound
    form = ReasonForm(request.POST or None, auto_id=f"id_{correction_id}_%s")
    if request.method == "POST" and form.is_valid():
        attempt(form, lambda: services.decide_correction(
            correction_id=correction_id, accepts=request.POST.get("step") == "accept",
            reason=form.cleaned_data["reason"][:300], by=request.user, now=clock.now(),
        ))  # fmt: skip
    if form.errors:
        return _show_corrections(request, today, form)
    if request.method == "POST":
        messages.success(request, _("Done. The person is told."))
    return redirect("membership:corrections")


@login_required
def doors(request: HttpRequest) -> HttpResponse:
    """QR codes and invitations; make one."""
    today = day_of_keeper(request)
    form = DoorForm(request.POST or None, bodies=selectors.own_bodies(request.user, today))
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        body = body_page(int(told.pop("body")))
        made = attempt(form, lambda: services.make_door(body=body, **told, by=request.user, now=clock.now()))
        if made:
            return redirect("membership:work_door", door_id=made.pk)
    rows = selectors.doors_for(request.user, today)[:100]
    context = {"rows": rows, "form": form}
    return render(request, "membership/work/doors.html", context, status=422 if form.errors else 200)


@login_required
def door(request: HttpRequest, door_id: int) -> HttpResponse:
    """One door as a poster with its QR code; close it."""
    today = day_of_keeper(request)
    row = selectors.doors_for(request.user, today).filter(pk=door_id).first()
    if row is None:
        raise NotFound
    if request.method == "POST":
        services.close_door(door_id=door_id, by=request.user, now=clock.now())
        messages.success(request, _("Closed. Who comes with this code begins without it."))
        return redirect("membership:doors")
    address = request.build_absolute_uri(reverse("membership:door", args=[row.code]))
    context = {"row": row, "address": address, "drawing": qr_svg(address, scale=8)}
    return render(request, "membership/work/door.html", context)
