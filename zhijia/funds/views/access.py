"""What every page of money begins with: whose money, who asks, which day."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from zhijia.accounts.auth import fresh_proof
from zhijia.core import clock
from zhijia.core.errors import DomainError
from zhijia.funds import selectors

View = Callable[..., HttpResponse]


def for_body(permission: str = "funds.read_books") -> Callable[[View], View]:
    """Load the body for whoever may do this with its money; refuse everybody else."""

    def mark(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, body_id: int, **kwargs: Any) -> HttpResponse:
            body = selectors.body_of_books(body_id, request.user, today(), permission)
            return view(request, body, **kwargs)

        return guarded

    return mark


def decided_with_proof(view: View) -> View:
    """Ask anew who sits there before anything is sent to this page: it approves what others asked for."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            fresh_proof(request)
        return view(request, *args, **kwargs)

    return guarded


def today() -> Any:
    """Return the day in China."""
    return clock.local_date(clock.now())


def tell(request: HttpRequest, call: Callable[[], Any], done: str, to: str, *args: Any) -> HttpResponse:
    """Do something that needs no form of its own, say how it went, and go back to a page."""
    try:
        call()
        messages.success(request, done)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(to, *args)
