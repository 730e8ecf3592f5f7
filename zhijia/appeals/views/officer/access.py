"""Who comes in at all, and how a refusal is shown."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from zhijia.core import clock
from zhijia.core.errors import DomainError, NotAllowed
from zhijia.core.forms import PlainForm
from zhijia.unions import selectors as unions

View = Callable[..., HttpResponse]
DEEDS = "deeds"
"""Session entry: how many forms the officer has sent. Counts kept for a moment are keyed by it."""


def officers_only(view: View) -> View:
    """Let in people who hold a post today; raise ``NotAllowed`` for everyone else."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        today = clock.local_date(clock.now())
        if not getattr(request.user, "is_officer", False) or not unions.posts_of(request.user, today):
            raise NotAllowed
        if request.method == "POST":
            request.session[DEEDS] = request.session.get(DEEDS, 0) + 1
        return view(request, *args, **kwargs)

    return guarded


def attempt(
    request: HttpRequest, form: PlainForm, call: Callable[[], Any], done: Any = ""
) -> tuple[bool, Any]:
    """Call a service; return whether it worked, and what it made. A refusal is shown in the form."""
    try:
        made = call()
    except DomainError as error:
        form.refuse(error)
        return False, None
    if done:
        messages.success(request, done)
    return True, made
