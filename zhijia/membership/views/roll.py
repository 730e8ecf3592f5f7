"""The roll: list, entry, and entering somebody at the counter."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.accounts import rate_limit
from zhijia.audit.services import record
from zhijia.core import clock
from zhijia.core.errors import NotFound
from zhijia.core.forms import attempt
from zhijia.core.http import whole_number
from zhijia.core.paging import paginate
from zhijia.membership import selectors, services
from zhijia.membership.errors import TooManyRecords
from zhijia.membership.forms import EnrolForm, EntryCorrectionForm, RollFilterForm, StepForm
from zhijia.membership.models import Segment
from zhijia.membership.segments import segment_seen_by, segments_for
from zhijia.membership.segments.choosing import members
from zhijia.membership.segments.questions import questions_of
from zhijia.membership.segments.words import in_words
from zhijia.membership.selectors.roll import find_in_roll
from zhijia.membership.views.officer import PAGE, day_of_keeper
from zhijia.unions.selectors import body_page

SEGMENTS = 200
"""Groups that the filter offers; others are reached from their own page."""
OPENED_AN_HOUR = 120
"""Entries that one officer may open in an hour: a task, not a reading of the whole roll."""


@login_required
@require_safe
def roll(request: HttpRequest) -> HttpResponse:
    """The members of one's bodies, with their numbers hidden."""
    today = day_of_keeper(request)
    chosen = _chosen(request, today)
    own = list(segments_for(request.user, today)[:SEGMENTS])
    form = RollFilterForm(request.GET or None, segments=_with(own, chosen))
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    asked_body = whole_number(request.GET.get("body", ""))
    body = None if asked_body is None else body_page(asked_body)
    meant = questions_of([chosen])[0] if chosen else None
    among = members(meant, request.user, today) if meant else None
    if meant is not None:
        services.note_listing(asked=meant, segment=chosen, by=request.user, now=clock.now())
    rows = selectors.roll_rows(
        request.user,
        today,
        body=body,
        state=asked.get("state", ""),
        trade=asked.get("trade", ""),
        among=among,
    )
    found = find_in_roll(rows, asked["q"]) if asked.get("q") else None
    page = None if found is not None else paginate(rows, request.GET.get("cursor"), PAGE, ["body", "id"])
    context = {
        "form": form, "listed": page, "lines": selectors.roll_lines(found if found is not None else page),
        "body": body, "bodies": selectors.own_bodies(request.user, today),
        "too_long": bool(asked.get("q")) and found is None, "segment": chosen,
        "meant": in_words(meant) if meant else "", "is_known": meant is None or meant.is_known,
    }  # fmt: skip
    return render(request, "membership/work/roll.html", context)


def _chosen(request: HttpRequest, today: dt.date) -> Segment | None:
    """Return the group by which the roll is filtered; raise ``NotFound`` for somebody else's."""
    number = whole_number(request.GET.get("segment", ""))
    return None if number is None else segment_seen_by(number, request.user, today)


def _with(own: list[Segment], chosen: Segment | None) -> list[Segment]:
    return own if chosen is None or chosen in own else [chosen, *own]


STEPS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "retain": (services.retain, ("on", "reason")),
    "resume": (services.resume, ("on",)),
    "hold": (services.hold, ("on", "reason")),
    "withdraw": (services.withdraw, ("on", "reason")),
    "deem_withdrawn": (services.deem_withdrawn, ("on", "reason", "months")),
    "expel": (services.expel, ("on", "reason", "verdict")),
    "record_death": (services.record_death, ("on",)),
    "strike_out": (services.strike_out, ("reason",)),
}
"""Step -> its service and what it takes from the form."""


@login_required
def entry(request: HttpRequest, membership_id: int) -> HttpResponse:
    """One entry, whole; opening it is written down. Take a step, or remind."""
    today = day_of_keeper(request)
    page = selectors.entry_page(request.user, membership_id, today)
    form = StepForm(request.POST or None, initial={"on": today})
    if request.method == "POST":
        if _take_step(request, form, membership_id):
            messages.success(request, _("Written down."))
            return redirect("membership:entry", membership_id=membership_id)
    else:
        note_reading(request, page)
    context = {"shown": page, "form": form, "today": today}
    return render(request, "membership/work/entry.html", context, status=422 if form.errors else 200)


def _take_step(request: HttpRequest, form: StepForm, membership_id: int) -> Any:
    step = request.POST.get("step", "")
    told: dict[str, Any] = {"by": request.user, "now": clock.now()}
    if step == "remind":
        return attempt(form, lambda: services.remind(membership_id=membership_id, **told))
    if step in ("stays", "refuses"):
        return attempt(form, lambda: services.answer_reminder(
            reminder_id=whole_number(request.POST.get("reminder", "")) or 0, stays=step == "stays",
            answer=request.POST.get("reason", ""), **told,
        ))  # fmt: skip
    if step not in STEPS or not form.is_valid():
        return None
    call, names = STEPS[step]
    given = {name: form.cleaned_data[name] for name in names}
    given = {name: value if value is not None else 0 for name, value in given.items()}
    return attempt(form, lambda: call(membership_id=membership_id, **given, **told))


def note_reading(request: HttpRequest, page: Any) -> None:
    """Write down who opened the entry; raise ``TooManyRecords`` for a reader of whole rolls."""
    now, user = clock.now(), request.user
    if rate_limit.take(purpose="roll", account=f"user:{user.pk}", limit=OPENED_AN_HOUR, period=3600, now=now):
        raise TooManyRecords
    record("worker.opened", obj=page.row.worker, by=user, now=now, tenant=page.row.tenant)


@login_required
def correct(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Put an entry right by a paper that was seen at the counter."""
    page = selectors.entry_page(request.user, membership_id, day_of_keeper(request))
    if page.row.worker.account_id == request.user.pk:
        raise NotFound  # his own he has put right by somebody else
    form = EntryCorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        done = attempt(form, lambda: services.correct_entry(
            membership_id=membership_id, field=told["field"], value=told["value"], seen=told["note"],
            by=request.user, now=clock.now(),
        ))  # fmt: skip
        if done:
            messages.success(request, _("Put right. What stood there before is kept."))
            return redirect("membership:entry", membership_id=membership_id)
    context = {"shown": page, "form": form}
    return render(request, "membership/work/correct.html", context, status=422 if form.errors else 200)


@login_required
def enrol(request: HttpRequest) -> HttpResponse:
    """Enter somebody who stands at the counter."""
    today = day_of_keeper(request)
    bodies = selectors.own_bodies(request.user, today)
    form = EnrolForm(request.POST or None, bodies=bodies, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        body, on = body_page(int(told.pop("body"))), told.pop("on")
        made = attempt(form, lambda: services.enrol(
            person=services.Person(**told), body=body, on=on, employer=body.employer, by=request.user,
            now=clock.now(),
        ))  # fmt: skip
        if made:
            messages.success(request, _("Entered."))
            return redirect("membership:entry", membership_id=made.pk)
    return render(request, "membership/work/enrol.html", {"form": form}, status=422 if form.errors else 200)
