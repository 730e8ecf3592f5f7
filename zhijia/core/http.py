"""What views read of an address and say about their answers: who may keep them, how they are saved."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

View = Callable[..., Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"


def public_page(seconds: int = 60) -> Callable[[View], View]:
    """Mark a view whose answer is the same for every stranger, so that it may be kept.

    For a signed-in person the page is never kept: it may hold his name. Without this mark
    ``PrivacyMiddleware`` sends ``no-store``.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if request.method in ("GET", "HEAD") and not request.user.is_authenticated:
                response["Cache-Control"] = f"private, max-age={seconds}"
            return response

        return marked

    return mark


def download(content: bytes, name: str, kind: str, *, opens: bool = False) -> HttpResponse:
    """Return a file that the browser saves, or ``opens`` where it can; ``name`` in plain ASCII."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{"inline" if opens else "attachment"}; filename="{name}"'
    return response


def whole_number(text: str) -> int | None:
    """Return the number that an address names; None for anything else, also for digits of other scripts."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def is_own_path(request: HttpRequest, path: str) -> bool:
    """Say whether ``path`` leads to a page of this installation."""
    return url_has_allowed_host_and_scheme(
        path, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def back_to(request: HttpRequest, path: str, otherwise: str = "/") -> HttpResponseRedirect:
    """Redirect to ``path`` if it is ours, else to ``otherwise``; never to another host."""
    return HttpResponseRedirect(path if is_own_path(request, path) else otherwise)


def wants_problem(request: HttpRequest) -> bool:
    """Say whether the sender is a programme, which reads problem details instead of a page."""
    return request.path.startswith("/api/")


def is_fragment(request: HttpRequest) -> bool:
    """Say whether the page asks for a part of itself (htmx)."""
    return request.headers.get("HX-Request") == "true"
