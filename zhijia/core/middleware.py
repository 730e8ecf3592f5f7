"""Between the web server and the views: refusals become pages, private pages stay private."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from zhijia.core.errors import as_domain_error
from zhijia.core.views import refusal

log = structlog.get_logger(__name__)

_NEVER = (
    "accelerometer autoplay browsing-topics camera clipboard-read display-capture "
    "encrypted-media fullscreen gamepad geolocation gyroscope hid idle-detection local-fonts "
    "magnetometer midi payment picture-in-picture screen-wake-lock serial sync-xhr usb "
    "xr-spatial-tracking"
)
PERMISSIONS_POLICY = ", ".join(
    [*(f"{name}=()" for name in _NEVER.split()), "microphone=(self)"]
    + [f"publickey-credentials-{deed}=(self)" for deed in ("create", "get")]
)
"""All off. The microphone serves voice messages and is asked for each time; passkeys sign people in."""
REPORTING = 'csp="/browser-reports/"'
"""Where browsers send reports about the content policy (``core.policy_reports``)."""


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
        if settings.BEHIND_TLS:
            response.setdefault("Reporting-Endpoints", REPORTING)
        return response
