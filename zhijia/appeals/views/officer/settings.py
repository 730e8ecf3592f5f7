"""What a body sets for its desk: saved texts, promises; and the flags raised to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhijia.appeals import services
from zhijia.appeals.forms.officer import PromiseForm, SavedReplyForm
from zhijia.appeals.selectors import officer as selectors
from zhijia.appeals.selectors import promises as promised
from zhijia.appeals.selectors import queue
from zhijia.appeals.views.officer.access import officers_only
from zhijia.core import clock
from zhijia.core.errors import NotAllowed
from zhijia.core.forms import attempt
from zhijia.unions.enums import Role
from zhijia.unions.models import UnionBody

TEXT_ROLES = (Role.DISPATCHER, Role.CHAIR, Role.HANDLER)
PROMISE_ROLES = (Role.STEWARD, Role.CHAIR)


def _body(request: HttpRequest, roles: tuple[Role, ...]) -> tuple[UnionBody, list[UnionBody]]:
    """Return the body chosen and those to choose from; raise ``NotAllowed`` where there is none."""
    bodies = selectors.bodies_with_role(request.user, roles, clock.local_date(clock.now()))
    wanted = request.GET.get("body", "")
    chosen = next((b for b in bodies if str(b.pk) == wanted), bodies[0] if bodies else None)
    if chosen is None:
        raise NotAllowed
    return chosen, bodies


def _here(name: str, body: UnionBody, *args: Any) -> str:
    return f"{reverse(name, args=args)}?body={body.pk}"


@officers_only
@require_http_methods(["GET", "POST"])
def saved_replies(request: HttpRequest) -> HttpResponse:
    """The texts of a body, and a form for a new one."""
    body, bodies = _body(request, TEXT_ROLES)
    form = SavedReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"body": body, "by": request.user, "now": clock.now()}
        if attempt(form, lambda: services.save_reply(**form.cleaned_data, **told)) is not None:
            messages.success(request, _("The text is kept."))
            return redirect(_here("appeals:saved_replies", body))
    context = {"body": body, "bodies": bodies, "form": form, "texts": selectors.saved_replies_of(body)}
    return render(request, "appeals/officer/saved_replies.html", context, status=422 if form.errors else 200)


@officers_only
@require_http_methods(["GET", "POST"])
def saved_reply(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Change one text."""
    kept = selectors.saved_reply(reply_id)
    on = clock.local_date(clock.now())
    if kept.body not in selectors.bodies_with_role(request.user, TEXT_ROLES, on):
        raise NotAllowed
    first = {"title": kept.title, "text": kept.text, "category": kept.category.code if kept.category else ""}
    form = SavedReplyForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data | {"reply_id": kept.pk, "by": request.user, "now": clock.now()}
        if attempt(form, lambda: services.save_reply(body=kept.body, **told)) is not None:
            messages.success(request, _("The text is kept."))
            return redirect(_here("appeals:saved_replies", kept.body))
    context = {"kept": kept, "form": form}
    return render(request, "appeals/officer/saved_reply.html", context, status=422 if form.errors else 200)


@officers_only
@require_POST
def delete_reply(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Throw a text away."""
    body = selectors.saved_reply(reply_id).body
    services.delete_reply(reply_id=reply_id, by=request.user, now=clock.now())
    messages.success(request, _("The text is gone."))
    return redirect(_here("appeals:saved_replies", body))


@officers_only
@require_http_methods(["GET", "POST"])
def promises(request: HttpRequest) -> HttpResponse:
    """How fast a body promises to be, beside the house's promise and the law."""
    body, bodies = _body(request, PROMISE_ROLES)
    now = clock.now()
    form = PromiseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"body": body, "by": request.user, "now": now}
        if attempt(form, lambda: services.set_promise(**form.cleaned_data, **told)) is not None:
            messages.success(request, _("Promised. It holds for matters that come from now on."))
            return redirect(_here("appeals:promises", body))
    lines = promised.promises_of(body, clock.local_date(now))
    context = {"body": body, "bodies": bodies, "form": form, "lines": lines}
    return render(request, "appeals/officer/promises.html", context, status=422 if form.errors else 200)


@officers_only
@require_GET
def flags(request: HttpRequest) -> HttpResponse:
    """Employers about whom several people have raised matters."""
    found = queue.flags_for(request.user, clock.local_date(clock.now()))
    return render(request, "appeals/officer/flags.html", {"flags": found})


@officers_only
@require_POST
def acknowledge_flag(request: HttpRequest, flag_id: int) -> HttpResponse:
    """Mark a flag as seen."""
    now = clock.now()
    flag = queue.flag_seen_by(request.user, clock.local_date(now), flag_id)
    services.acknowledge_flag(flag_id=flag.pk, by=request.user, now=now)
    messages.success(request, _("Marked as seen. Five more people raise it anew."))
    return redirect("appeals:flags")
