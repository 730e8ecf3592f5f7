"""What views of signed-in people share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest

from zhijia.accounts.models import User
from zhijia.accounts.proofs import MINUTES, require_fresh_proof
from zhijia.accounts.second_factor import STRONG_TYPES
from zhijia.core import clock
from zhijia.core.errors import NotAllowed

View = Callable[..., Any]


def person_of(request: HttpRequest) -> User:
    """Return who is signed in; a stranger is refused, should a view have let him so far."""
    if not isinstance(request.user, User):
        raise NotAllowed
    return request.user


def needs_fresh_proof(minutes: int = MINUTES, *, setting_up: bool = False) -> Callable[[View], View]:
    """Mark a view that must be sure who sits there: the second factor, at most ``minutes`` old.

    The page asks for it at the same address, carries along what was typed and goes on by itself
    (``accounts.views.proof``). Files must be chosen again, so ask before a form that takes files.
    ``setting_up``: for pages on which an officer without a second factor gets his first one.
    """

    def mark(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            require_fresh_proof(request, minutes, setting_up=setting_up, now=clock.now())
            return view(request, *args, **kwargs)

        return guarded

    return mark


def counts_as_used(view: View) -> View:
    """Mark a view that sets up a second factor: setting up the first one has just shown that it works."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user, before = person_of(request), factors_of(request)
        response = view(request, *args, **kwargs)
        new = factors_of(request) - before
        if new and not before:
            record_authentication(request, user, method="mfa", type=new.pop(), reauthenticated=True)
        return response

    return counted


def factors_of(request: HttpRequest) -> set[str]:
    """Return the kinds of second factors that the signed-in person has set up."""
    rows = Authenticator.objects.filter(user=person_of(request), type__in=STRONG_TYPES)
    return set(rows.values_list("type", flat=True))
