"""The officer's desk."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.core import clock
from zhijia.core.errors import NotAllowed
from zhijia.portal.selectors import desk_for


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Queues with counts, what is late and what is due soon; raise ``NotAllowed`` without a post."""
    if not getattr(request.user, "is_officer", False):
        raise NotAllowed
    now = clock.now()
    found = desk_for(request.user, now, clock.local_date(now))
    return render(request, "portal/desk.html", {"desk": found, "now": now})
