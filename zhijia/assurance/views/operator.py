"""The figures, for those who run the house."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.assurance import selectors
from zhijia.assurance.enums import Standing
from zhijia.assurance.permissions import is_operator
from zhijia.core import clock
from zhijia.core.errors import NotAllowed


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Show every proof and every figure with n, date and commit."""
    now = clock.now()
    if not is_operator(request.user, clock.local_date(now)):
        raise NotAllowed
    lines, gauges = selectors.proof_lines(now), selectors.gauges_for(request.user, now)
    standings = [line.standing for line in lines] + [line.standing for line in gauges]
    bad = standings.count(Standing.BROKEN)
    old = sum(standings.count(each) for each in (Standing.STALE, Standing.NEVER, Standing.UNCLEAR))
    context = {"lines": lines, "gauges": gauges, "bad": bad, "old": old}
    return render(request, "assurance/board.html", context)
