"""A worker founds a union where he works: plain words, on a phone."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.accounts.http import person_of
from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.forms import attempt, status_of
from zhijia.organising import selectors, services
from zhijia.organising.forms.opening import FoundingForm
from zhijia.organising.views.process import frame_of
from zhijia.regulations.selectors import period_in_words


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What I have begun, and the way to begin."""
    on = local_date(clock.now())
    context = {
        "rows": selectors.own_foundings(person_of(request)),
        "reply": period_in_words("union_body.reply", on),
    }
    return render(request, "organising/mine.html", context)


@login_required
def found(request: HttpRequest) -> HttpResponse:
    """The application, kept as a draft until it is sent from its own page."""
    person, now = person_of(request), clock.now()
    form = FoundingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.open_founding(**form.arguments(), by=person, now=now))
        if made is not None:
            messages.success(request, _("Kept. Nobody has been told yet: read it once more and send it."))
            return redirect("organising:process", made.public_id)
    context = {"form": form, "frame": frame_of(person)}
    return render(request, "organising/found.html", context, status=status_of(form))
