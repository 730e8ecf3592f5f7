"""What ties an officer to an employer: his own page, and that of the steward over him."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.core import clock
from zhijia.core.errors import NotFound
from zhijia.core.forms import attempt
from zhijia.unions import selectors, services
from zhijia.unions.forms import AffiliationForm, EndTieForm
from zhijia.unions.http import day_of_officer
from zhijia.unions.permissions import may_manage


@login_required
def affiliations(request: HttpRequest) -> HttpResponse:
    """Where the officer or a relative works: those employers' matters disappear from his lists."""
    day_of_officer(request)
    return _page(request, request.user, "unions/affiliations.html")


@login_required
def ties(request: HttpRequest, post_id: int) -> HttpResponse:
    """The same for the holder of a post, by the steward; to everyone else the page does not exist."""
    post = selectors.post_page(post_id)
    if not may_manage(request.user, post.body, clock.local_date(clock.now())):
        raise NotFound
    return _page(request, post.user, "unions/ties.html", post=post)


def _page(request: HttpRequest, person: Any, template: str, **more: Any) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:60]
    found = selectors.find_employers(text, limit=20) if text else []
    form = AffiliationForm(None, found=found, of_another=person.pk != request.user.pk)
    ending = EndTieForm(None)
    if request.method == "POST" and "tie" in request.POST:
        ending = EndTieForm(request.POST)
        if ending.is_valid() and _end(request, person, ending):
            return redirect(request.path)
    elif request.method == "POST":
        form = AffiliationForm(request.POST, found=found, of_another=person.pk != request.user.pk)
        if form.is_valid() and _declare(request, person, form):
            return redirect(request.path)
    own = selectors.affiliations_of(person)
    context = {
        "form": form,
        "ending": ending,
        "found": found,
        "query": text,
        "affiliations": own,
        "person": person,
    }
    return render(request, template, context | more)


def _declare(request: Any, person: Any, form: AffiliationForm) -> bool:
    asked = dict(form.cleaned_data)
    row = selectors.employer_named(asked.pop("employer"))
    made = attempt(
        form,
        lambda: services.declare_affiliation(
            employer=row, user=person, **asked, by=request.user, now=clock.now()
        ),
    )
    if made is not None:
        messages.success(request, _("Declared. Matters about this employer are no longer shown."))
    return made is not None


def _end(request: Any, person: Any, form: EndTieForm) -> bool:
    tie, until_on = form.cleaned_data["tie"], form.cleaned_data["until_on"]
    if not selectors.affiliations_of(person).filter(pk=tie).exists():
        raise NotFound
    done = attempt(
        form,
        lambda: services.end_affiliation(
            affiliation_id=tie, until_on=until_on, by=request.user, now=clock.now()
        ),
    )
    if done is not None:
        messages.success(request, _("Saved."))
    return done is not None
