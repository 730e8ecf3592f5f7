"""An officer looks at two entries that may be one person."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhijia.core import clock
from zhijia.core.forms import attempt
from zhijia.core.paging import paginate
from zhijia.membership.forms_rosters import MergePairForm
from zhijia.membership.roster import lists
from zhijia.membership.services import pairs as services
from zhijia.membership.views.rosters import PAGE, keeper_today


@login_required
@require_GET
def pairs(request: HttpRequest) -> HttpResponse:
    """Possible duplicates of the officer's unions."""
    found = lists.pairs_for(request.user, keeper_today(request)).select_related("first", "second")
    page = paginate(found, request.GET.get("cursor"), PAGE, ["-found_at", "-id"])
    rows = [(pair, lists.sides_of(pair)) for pair in page]
    return render(request, "membership/rosters/pairs.html", {"pairs": page, "rows": rows})


@login_required
def pair(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Both entries side by side; put together here."""
    found = lists.pair_seen_by(pair_id, request.user, keeper_today(request))
    sides = lists.sides_of(found)
    form = MergePairForm(request.POST or None, sides=sides)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        kept = attempt(
            form,
            lambda: services.merge_workers(
                pair_id=pair_id, keep_id=told["keep"], membership_id=told.get("membership"), by=request.user,
                now=clock.now(),
            ),
        )  # fmt: skip
        if kept is not None:
            messages.success(request, _("The two entries are one now."))
            return redirect("membership:pairs")
    return render(request, "membership/rosters/pair.html", {"pair": found, "sides": sides, "form": form})


@login_required
@require_POST
def apart(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Two people: never asked again."""
    services.keep_apart(pair_id=pair_id, by=request.user, now=clock.now())
    messages.success(request, _("Noted. You will not be asked about these two again."))
    return redirect("membership:pairs")
