"""The page of one process, for both sides, and every step that can be made from it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zhijia.accounts.auth import fresh_proof
from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.forms import attempt, status_of
from zhijia.organising import selectors, services
from zhijia.organising.enums import ProcessKind
from zhijia.organising.forms.opening import FiguresForm, RegistrationForm
from zhijia.organising.forms.steps import STEPS, StepForm
from zhijia.organising.models import Process
from zhijia.organising.workflow import OF_THE_APPLICANTS


def frame_of(user: Any) -> str:
    """Return the frame of the page: a desk for officers, else the phone page."""
    return "core/officer.html" if user.is_officer else "core/worker.html"


@login_required
def page(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Where it stands, what comes next, and what the reader can do."""
    now = clock.now()
    process = selectors.process_of(public_id, request.user, local_date(now))
    return show(request, process, now)


def show(
    request: HttpRequest, process: Process, now: Any, step: str = "", form: StepForm | None = None
) -> HttpResponse:
    """Show the page, with the form of one step open if one is asked for."""
    found = selectors.process_page(process, request.user, now)
    buttons = [(action, STEPS[action.name], action.name == step) for action in found.actions]
    context = {
        "page_of": found, "process": process, "buttons": buttons, "chosen": step, "form": form, "now": now,
        "frame": frame_of(request.user), "spec": STEPS.get(step),
        "chosen_label": next((a.label for a in found.actions if a.name == step), ""),
    }  # fmt: skip
    return render(request, "organising/process.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, public_id: Any, step: str) -> HttpResponse:
    """Show the form of a step, or make the step; the union above shows anew who sits there."""
    if request.method == "POST" and step not in OF_THE_APPLICANTS:
        fresh_proof(request)
    now = clock.now()
    process = selectors.process_of(public_id, request.user, local_date(now))
    if step not in STEPS:
        raise NotFound
    spec = STEPS[step]
    if request.method == "GET":
        return show(request, process, now, step, spec.form())
    form = spec.form(request.POST)
    if form.is_valid():
        told: dict[str, Any] = {"process_id": process.pk, "by": request.user, "now": now}
        if attempt(form, lambda: spec.service(**form.arguments(), **told)) is not None:
            messages.success(request, spec.done)
            return redirect("organising:process", process.public_id)
    process.refresh_from_db()
    return show(request, process, now, step, form)


@login_required
def figures(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Correct the numbers of a founding, or tick papers of a registration."""
    now = clock.now()
    process = selectors.process_of(public_id, request.user, local_date(now))
    form = _figures_form(process, request)
    if request.method == "POST" and form.is_valid():
        call = (
            services.change_registration
            if process.kind == ProcessKind.REGISTRATION
            else services.change_founding
        )
        told: dict[str, Any] = {"process_id": process.pk, "by": request.user, "now": now}
        if attempt(form, lambda: call(**form.cleaned_data, **told)) is not None:
            return redirect("organising:process", process.public_id)
    context = {"form": form, "process": process, "frame": frame_of(request.user)}
    return render(request, "organising/figures.html", context, status=status_of(form))


def _figures_form(process: Process, request: HttpRequest) -> Any:
    data = request.POST or None
    kind = RegistrationForm if process.kind == ProcessKind.REGISTRATION else FiguresForm
    return kind(data, initial={name: getattr(process, name) for name in kind.base_fields})
