"""Who comes in at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from zhijia.unions import http as unions

View = Callable[..., HttpResponse]
DEEDS = "deeds"
"""Session entry: how many forms the officer has sent. Counts kept for a moment are keyed by it."""


def officers_only(view: View) -> View:
    """Let in people who hold a post today, and count the forms they send."""

    @unions.officers_only
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            request.session[DEEDS] = request.session.get(DEEDS, 0) + 1
        return view(request, *args, **kwargs)

    return guarded
