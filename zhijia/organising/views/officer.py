"""The officer's list, the terms that run out, and the inner page of a body."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.forms import attempt, status_of
from zhijia.core.paging import paginate
from zhijia.organising import selectors, services
from zhijia.organising.enums import ProcessKind
from zhijia.organising.forms.opening import ClosingForm, RegistrationForm, TermForm
from zhijia.organising.workflow import OPENING
from zhijia.unions import offices
from zhijia.unions.http import officers_only
from zhijia.unions.models import UnionBody

PAGE = 40


@officers_only
def index(request: HttpRequest) -> HttpResponse:
    """Processes: what waits for an answer, what is one's own, what runs, what is done."""
    now = clock.now()
    on, tab = local_date(now), request.GET.get("tab", "")
    tab = tab if tab in selectors.TABS else "answer"
    rows = selectors.tab_of(request.user, tab, on)
    listed = paginate(rows, request.GET.get("cursor"), PAGE, ["-changed_at"])
    context = {"rows": listed, "tab": tab, "tabs": _tabs(tab), "now": now}
    return render(request, "organising/index.html", context)


def _tabs(chosen: str) -> list[tuple[str, str, bool]]:
    words = {"answer": _("To answer"), "ours": _("Of our body"), "open": _("All open"), "done": _("Done")}
    return [(name, words[name], name == chosen) for name in selectors.TABS]


@officers_only
def terms(request: HttpRequest) -> HttpResponse:
    """Terms that are over or run out, and chairs that are vacant."""
    now = clock.now()
    on = local_date(now)
    ending = paginate(
        selectors.terms_running_out(request.user, on), request.GET.get("cursor"), PAGE, ["until_on"]
    )
    vacant = [selectors.vacancy(term, on) for term in selectors.chairs_vacant(request.user, on)[:100]]
    context = {"ending": ending, "vacant": vacant, "now": now, "today": on}
    return render(request, "organising/terms.html", context)


@login_required
def body(request: HttpRequest, body_id: int) -> HttpResponse:
    """Committees with names and protection, certificate, figures, and what can be begun."""
    page = selectors.body_office(body_id, request.user, clock.now())
    return render(request, "organising/body.html", {"office": page, "body": page.body})


@login_required
def open_process(request: HttpRequest, body_id: int, process_kind: str) -> HttpResponse:
    """Begin a process for a body that one leads."""
    now = clock.now()
    led = selectors.led_body(body_id, request.user, local_date(now))
    if process_kind not in OPENING:
        raise NotFound
    kind = ProcessKind(process_kind)
    form = _form(kind, led, request, now)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: _begin(kind, led, form, request.user, now))
        if made is not None:
            return redirect("organising:process", made.public_id)
    context = {"form": form, "body": led, "kind": kind}
    return render(request, "organising/open.html", context, status=status_of(form))


def _form(kind: ProcessKind, body: UnionBody, request: HttpRequest, now: Any) -> Any:
    data = request.POST or None
    if kind in (ProcessKind.TERM, ProcessKind.BY_ELECTION):
        known, term = offices.latest_headcount(body), offices.open_term(body)
        initial: dict[str, Any] = {"years": term.years if term else 5}
        if known:
            initial |= {"workers": known.workers, "members": known.members, "women": known.women}
        return TermForm(data, body=body, on=local_date(now), initial=initial)
    if kind == ProcessKind.REGISTRATION:
        return RegistrationForm(data)
    return ClosingForm(data, body=body, kind=kind)


def _begin(kind: ProcessKind, body: UnionBody, form: Any, user: Any, now: Any) -> Any:
    told = {"body_id": body.pk, "by": user, "now": now}
    if kind in (ProcessKind.TERM, ProcessKind.BY_ELECTION):
        return services.open_term(kind=kind, **form.cleaned_data, **told)
    if kind == ProcessKind.REGISTRATION:
        return services.open_registration(**form.cleaned_data, **told)
    return services.open_closing(kind=kind, **form.arguments(), **told)
