"""Views that go wrong on purpose."""

import errno

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from zhijia.core.errors import NotAllowed, NotFound
from zhijia.core.http import public_page


def _raise(error: BaseException):
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain")


urlpatterns = [
    path("hidden/", _raise(NotFound())),
    path("api/v1/hidden/", _raise(NotAllowed())),
    path("full-disk/", _raise(OSError(errno.ENOSPC, "No space left on device"))),
    path("full-database/", _raise(OperationalError("database or disk is full"))),
    path("broken-file/", _raise(OSError(errno.EIO, "I/O error"))),
    path("too-big/", _raise(RequestDataTooBig("too big"))),
    path("broken/", _raise(RuntimeError("broken"))),
    path("plain/", plain),
    path("public/", public_page(120)(plain)),
    path("accounts/", include("allauth.urls")),
    path("me/", include("zhijia.accounts.urls")),
    path("", include("zhijia.core.urls")),
]
handler400 = "zhijia.core.views.bad_request"
handler403 = "zhijia.core.views.forbidden"
handler404 = "zhijia.core.views.not_found"
handler500 = "zhijia.core.views.server_error"
