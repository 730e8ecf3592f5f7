"""Pages that belong to no app: refusals, reading aids, the offline page, the gallery."""

import sys
from contextlib import suppress
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import check_for_language, get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from zhijia.core import clock
from zhijia.core import offline as device
from zhijia.core.context_processors import PageFrame
from zhijia.core.errors import DomainError, NotAllowed, NotFound, as_domain_error
from zhijia.core.gallery import samples
from zhijia.core.http import back_to, is_fragment, public_page, wants_problem
from zhijia.core.policy_reports import take_reports
from zhijia.core.reading import COOKIE, YEAR, reading_of

log = structlog.get_logger(__name__)
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


# Refusals -----------------------------------------------------------------------------------


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with the text, the next step and the status of ``error``."""
    return told(request, status=error.status, code=error.code, text=error.message, next_step=error.advice)


def told(request: HttpRequest, *, status: int, code: str, text: str, next_step: str) -> HttpResponse:
    """Say what happened and what to do next: problem details, a fragment, or a page."""
    if wants_problem(request):
        problem = {"type": f"about:blank#{code}", "title": text, "detail": next_step}
        return JsonResponse(
            {**problem, "status": status, "code": code},
            status=status,
            content_type="application/problem+json",
            json_dumps_params={"ensure_ascii": False},
        )
    template = "core/error_fragment.html" if is_fragment(request) else "core/error.html"
    context = {"text": text, "next_step": next_step, "code": code, "status": status}
    return render(request, template, context, status=status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page was too old, or that came from elsewhere."""
    log.info("form refused", reason=reason)
    return told(
        request,
        status=403,
        code="form-too-old",
        text=_("For your safety this was not accepted: the page was open too long, or cookies are off."),
        next_step=_("Go back, load the page anew and send again. A draft on this device is still there."),
    )


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer what cannot be read, or is too much to read."""
    if isinstance(exception, TOO_LARGE):
        return told(
            request,
            status=413,
            code="too-large",
            text=_("This is more than we can take at once. Nothing was received."),
            next_step=_("Send fewer or smaller files, or a shorter text, and add the rest afterwards."),
        )
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
    """Answer our own fault; a full disk that struck before the view gets its own words."""
    full = as_domain_error(sys.exc_info()[1])
    try:
        if full:
            return refusal(request, full)
        return told(
            request,
            status=500,
            code="our-fault",
            text=_("Something went wrong on our side."),
            next_step=_("Try again in a few minutes. If it is urgent, call 12351."),
        )
    except Exception:  # noqa: BLE001 - the page for our faults must not fail: the database may be gone
        return _bare_fault(full)


def _bare_fault(full: DomainError | None) -> HttpResponse:
    text = full.message if full else _("Something went wrong on our side.")
    advice = full.advice if full else _("Try again in a few minutes. If it is urgent, call 12351.")
    page = '<!doctype html><html lang="{}"><meta charset="utf-8"><title>{}</title><h1>{}</h1><p>{}</p>'
    return HttpResponse(
        format_html(page, get_language() or "zh-hans", text, text, advice),
        status=full.status if full else 500,
    )


# For everybody ------------------------------------------------------------------------------


@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    """Switch one reading aid or the language on this device, without an account or JavaScript."""
    response = back_to(request, request.POST.get("next", "/"))
    kept: dict[str, Any] = {"max_age": YEAR, "samesite": "Lax", "secure": settings.BEHIND_TLS}
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **kept)
    wish = request.POST.get("wish", "")
    if wish:
        aids = reading_of(request.COOKIES.get(COOKIE), request.user).changed(wish)
        response.set_cookie(COOKIE, aids.cookie(), **kept)
    return response


@csrf_exempt
@require_POST
def browser_reports(request: HttpRequest) -> HttpResponse:
    """Take what a browser reports about the content policy; say nothing back, whatever it was."""
    with suppress(RequestDataTooBig, UnreadablePostError):
        take_reports(request.body, clock.now())
    return HttpResponse(status=204)


@require_safe
def menu(request: HttpRequest) -> HttpResponse:
    """Show every door: the fifth place of the phone's tab bar."""
    frame = PageFrame(request)
    doors = frame.public_menu if frame.audience == "public" else frame.worker_menu
    return render(request, "core/menu.html", {"doors": doors})


@require_safe
@public_page(300)
def drafts(request: HttpRequest) -> HttpResponse:
    """Show the frame of the list of drafts; the drafts themselves never leave the device."""
    return render(request, "core/drafts.html")


@require_safe
@public_page(300)
def offline(request: HttpRequest) -> HttpResponse:
    """Show what a device without a network says; kept there by the service worker."""
    return render(request, "core/offline.html")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker from the root, so that it may look after the whole site."""
    try:
        text = device.service_worker()
    except device.NotBuilt:
        return HttpResponse("// not built", status=404, content_type="text/javascript")
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@public_page(86400)
def web_manifest(request: HttpRequest) -> HttpResponse:
    """Describe the site to a phone that puts it on its home screen."""
    icon = {"src": static("core/emblem.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    name = _("Workers' Home")
    about = {
        "name": name,
        "short_name": name,
        "start_url": "/",
        "display": "standalone",
        "lang": get_language(),
    }
    colours = {"theme_color": "#b3151f", "background_color": "#f6f4f2", "icons": [icon]}
    return JsonResponse({**about, **colours}, content_type="application/manifest+json")


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state; in development only."""
    if not settings.DEVELOPMENT:
        raise NotFound
    shell = request.GET.get("shell", "worker")
    template = "core/gallery_officer.html" if shell == "officer" else "core/gallery.html"
    return render(request, template, samples(request.POST or None, clock.now()))
