"""What views of officers share: who comes in at all."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from zhijia.core import clock
from zhijia.core.errors import NotAllowed
from zhijia.unions.selectors import posts_of

View = Callable[..., HttpResponse]


def day_of_officer(request: HttpRequest) -> dt.date:
    """Return today for one who holds a post; raise ``NotAllowed`` for everyone else."""
    today = clock.local_date(clock.now())
    if not getattr(request.user, "is_officer", False) or not posts_of(request.user, today):
        raise NotAllowed
    return today


def officers_only(view: View) -> View:
    """Let in people who hold a post today; raise ``NotAllowed`` for everyone else."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        day_of_officer(request)
        return view(request, *args, **kwargs)

    return guarded
