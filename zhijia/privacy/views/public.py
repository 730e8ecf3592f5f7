"""What everybody may read: the notice and the periods."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.core import clock
from zhijia.core.http import public_page
from zhijia.privacy.selectors import notice as selectors


@public_page()
def notice(request: HttpRequest) -> HttpResponse:
    """Say who holds what about people, what for, how, how long, and which rights they have."""
    today = clock.local_date(clock.now())
    return render(request, "privacy/notice.html", {"notice": selectors.notice(today), "today": today})


@public_page()
def periods(request: HttpRequest) -> HttpResponse:
    """Say how long each kind of thing is kept, with its source."""
    today = clock.local_date(clock.now())
    return render(request, "privacy/periods.html", {"lines": selectors.periods(today)})
