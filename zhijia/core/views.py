"""Pages that belong to no app: refusals, reading aids, the offline page, the gallery."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhijia.core.errors import DomainError, NotAllowed, NotFound
from zhijia.core.http import is_fragment, wants_problem


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with the text, the next step and the status of ``error``."""
    return told(request, status=error.status, code=error.code, text=error.message, next_step=error.advice)


def told(request: HttpRequest, *, status: int, code: str, text: str, next_step: str) -> HttpResponse:
    """Say what happened and what to do next: problem details, a fragment, or a page."""
    if wants_problem(request):
        problem = {"type": f"about:blank#{code}", "title": text, "detail": next_step, "status": status, "code": code}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    template = "core/error_fragment.html" if is_fragment(request) else "core/error.html"
    context = {"text": text, "next_step": next_step, "code": code, "status": status}
    return render(request, template, context, status=status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page was too old, or that came from elsewhere."""
    return told(
        request,
        status=403,
        code="form-too-old",
        text=_("For your safety this was not accepted: the page was open for too long, or cookies are off."),
        next_step=_("Go back, load the page anew and send again. A draft kept on this device is still there."),
    )


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer what cannot be read."""
    return told(
        request,
        status=400,
        code="bad-request",
        text=_("We could not read what was sent."),
        next_step=_("Go back, check the page and send again."),
    )


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer what this person may not do."""
    return refusal(request, NotAllowed())


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer an address with nothing behind it."""
    return refusal(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer our own fault."""
    return told(
        request,
        status=500,
        code="our-fault",
        text=_("Something went wrong on our side."),
        next_step=_("Try again in a few minutes. If it is urgent, call 12351."),
    )
