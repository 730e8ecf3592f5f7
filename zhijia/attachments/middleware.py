"""Keeps the files' own host apart: nothing but files there, no file anywhere else, and no cookie."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from zhijia.attachments.fetching import PREFIX, own_host

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


class FilesHostMiddleware:
    """Stands before everything that knows cookies, sessions or static files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at_home = bool(own_host()) and request.get_host().lower() == own_host()
        is_file = request.path_info.startswith(PREFIX)
        if at_home != is_file:
            return HttpResponse(status=404, headers={"Content-Security-Policy": POLICY})
        return self._without_cookies(request) if at_home else self.get_response(request)

    def _without_cookies(self, request: HttpRequest) -> HttpResponse:
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        response.cookies.clear()
        response["Content-Security-Policy"] = POLICY
        return response
