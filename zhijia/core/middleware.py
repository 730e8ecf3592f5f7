"""Between the web server and the views: refusals become pages, private pages stay private."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from zhijia.core.errors import as_domain_error
from zhijia.core.views import refusal

log = structlog.get_logger(__name__)

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(self), midi=(), payment=(), usb=(), browsing-topics=()"
)
"""The microphone serves voice messages and is asked for each time; nothing else is used."""


class DomainErrorMiddleware:
    """Answer a ``DomainError`` that left a view with its text, its next step and its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the refusal page, or None to let Django handle what is not a refusal."""
        error = as_domain_error(exception)
        if error is None:
            return None
        log.info("refused", code=error.code, status=error.status)
        return refusal(request, error)


class PrivacyMiddleware:
    """Let nobody keep a page unless its view said so, and switch off what we never use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "private, no-store")
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
