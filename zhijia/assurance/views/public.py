"""The promises, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.assurance import selectors
from zhijia.assurance.promises import LIMITS
from zhijia.core import clock


def promises(request: HttpRequest) -> HttpResponse:
    """Show what is promised, how it stands, and what cannot be promised."""
    now = clock.now()
    return render(
        request,
        "assurance/promises.html",
        {
            "lines": selectors.proof_lines(now, public=True),
            "gauges": selectors.gauge_lines(now, public=True),
            "limits": LIMITS,
        },
    )
