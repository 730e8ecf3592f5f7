"""The queue: tabs, filter, bulk assign, the next one, export."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhijia.accounts.http import needs_fresh_proof
from zhijia.appeals import exports, services, stats
from zhijia.appeals.errors import NothingInThePool, TakenByAnother
from zhijia.appeals.forms.officer import BulkForm, FilterForm
from zhijia.appeals.models import Appeal
from zhijia.appeals.selectors import queue as selectors
from zhijia.appeals.selectors.desk import holds_post
from zhijia.appeals.selectors.words import TABS
from zhijia.appeals.views.officer.access import DEEDS, officers_only
from zhijia.core import clock
from zhijia.core.errors import DomainError
from zhijia.core.http import XLSX, download
from zhijia.statistics.periods import Period


def _asked(request: HttpRequest, now: Any) -> tuple[FilterForm, dict[str, Any], str]:
    form = FilterForm(request.GET, user=request.user, on=clock.local_date(now))
    asked = form.asked()
    tab = asked.get("tab") or ("all" if _measure(request) or form.has_changed() else "")
    return form, asked, tab if tab in TABS else selectors.first_tab(request.user, now)


def _measure(request: HttpRequest) -> stats.Measure | None:
    return stats.BY_KEY.get(request.GET.get("indicator", ""))


def _rows(request: HttpRequest, form: FilterForm, asked: dict[str, Any], tab: str, now: Any) -> Any:
    """Return the matters of tab and filter, or those behind a figure of the statistics page."""
    measure = _measure(request)
    if measure is None or not (form.is_valid() and asked["since"] and asked["until"]):
        return selectors.work_rows(request.user, now, tab, asked)
    period = Period(form.cleaned_data["since"], form.cleaned_data["until"])
    rest = {**asked, "since": None, "until": None}
    rows = selectors.work_rows(request.user, now, tab, rest)
    return rows.filter(measure.cases(period.start, period.end))


@officers_only
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The officer's matters: eleven queries at most, whatever their number."""
    now = clock.now()
    on = clock.local_date(now)
    form, asked, tab = _asked(request, now)
    order = asked.get("order") or ("newest" if tab == "all" else "urgency")
    rows = _rows(request, form, asked, tab, now)
    context = {
        "form": form,
        "tab": tab,
        "measure": _measure(request),
        "rows": selectors.queue_page(rows, request.GET.get("cursor"), order, now),
        "tabs": _tabs(request, now),
        "people": selectors.people_to_assign(request.user, on),
        "query": _query(request, tab),
        "may_enter": holds_post(
            request.user, clock.local_date(now), "hotline_agent", "handler", "dispatcher"
        ),
    }
    return render(request, "appeals/officer/queue.html", context)


def _tabs(request: HttpRequest, now: Any) -> list[dict[str, Any]]:
    counts = selectors.tab_counts(request.user, now, request.session.get(DEEDS, 0))
    address = reverse("appeals:queue")
    return [
        {"key": key, "label": label, "count": counts.get(key), "url": f"{address}?tab={key}"}
        for key, label in TABS.items()
        if key in counts or key == "all"
    ]


def _query(request: HttpRequest, tab: str) -> str:
    kept = {k: v for k, v in request.GET.items() if k not in ("cursor", "more") and v}
    return urlencode({**kept, "tab": tab})


@officers_only
@require_POST
def assign_many(request: HttpRequest) -> HttpResponse:
    """Give several matters to one handler and name each that was not done, with the reason."""
    now = clock.now()
    on = clock.local_date(now)
    people = selectors.people_to_assign(request.user, on)
    form = BulkForm(request.POST, people=people)
    back = f"{reverse('appeals:queue')}?{request.POST.get('query', '')}"
    if not form.is_valid():
        messages.error(request, _("Choose at least one matter and a handler."))
        return redirect(back)
    told = form.cleaned_data
    done, failed = services.assign_many(
        appeal_ids=told["rows"], handler_id=told["handler_id"], by=request.user, now=now
    )
    numbers = selectors.numbers_of(request.user, on, [pk for pk, _error in failed])
    lines = [{"number": numbers.get(pk, _("not visible")), "error": error} for pk, error in failed]
    context = {
        "done": done,
        "failed": lines,
        "back": back,
        "handler": dict(people)[told["handler_id"]],
    }
    return render(request, "appeals/officer/assigned.html", context)


@officers_only
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Sign for the most pressing matter without a handler; if a colleague was quicker, the one after it."""
    now = clock.now()
    for pk in selectors.pool_ids(request.user, clock.local_date(now)):
        try:
            taken: Appeal = services.sign_for_appeal(appeal_id=pk, by=request.user, now=now)
        except TakenByAnother:
            continue
        messages.success(request, _("It is yours. The worker was told."))
        return redirect("appeals:work", taken.public_id)
    messages.info(request, str(NothingInThePool()))
    return redirect("appeals:queue")


@officers_only
@needs_fresh_proof()
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The present filter as a spreadsheet; a refusal leads back to the queue."""
    now = clock.now()
    form, asked, tab = _asked(request, now)
    rows = _rows(request, form, asked, tab, now)
    try:
        services.record_export(count=rows.count(), filters=request.GET.dict(), by=request.user, now=now)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('appeals:queue')}?{_query(request, tab)}")
    notes = [(_("View"), str(TABS[tab])), *form.in_words()]
    if measure := _measure(request):
        notes.append((_("Figure"), str(measure.label)))
    file = exports.workbook(rows, notes=notes, made_by=str(request.user), now=now)
    stamp = now.astimezone(clock.CHINA).strftime("%Y%m%d-%H%M")
    return download(file, f"appeals-{stamp}.xlsx", XLSX)
