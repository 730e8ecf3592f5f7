"""Tells the database for whom a request is answered, so that it can hide what must not exist for him."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from zhijia.core import clock
from zhijia.unions.row_security import RequestViewer, seen_by


class ViewerMiddleware:
    """Work for the person of the request, and for nobody before and after it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        viewer = RequestViewer(lambda: request.user, lambda: clock.local_date(clock.now()))
        with seen_by(viewer):
            return self.get_response(request)
