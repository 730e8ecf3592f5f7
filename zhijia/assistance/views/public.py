"""Anyone may read the rules and try them. Nothing of a try is kept, and none of it stands in an address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from zhijia.assistance import selectors
from zhijia.assistance.forms import PlaceForm, RuleChoiceForm, SelfTestForm
from zhijia.assistance.rules.plan import SIZE
from zhijia.core import clock
from zhijia.core.forms import status_of


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show a rule set as text, with what it changes."""
    page = selectors.rule_page(request.GET.get("set", ""), clock.local_date(clock.now()))
    form = RuleChoiceForm({"set": page.reference})
    return render(request, "assistance/rules.html", {"page_of_rules": page, "form": form})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def self_test(request: HttpRequest) -> HttpResponse:
    """Ask the place, then the facts; answer with reasons. All is posted: no log of addresses has it."""
    today = clock.local_date(clock.now())
    place_form = PlaceForm(request.POST or None, on=today)
    place = place_form.cleaned_data["place"] if place_form.is_bound and place_form.is_valid() else ""
    loaded = selectors.self_test_rules(place, today) if place else None
    context = {"place_form": place_form, "place": place, "loaded": loaded, "form": None, "result": None}
    if loaded is None:
        return render(request, "assistance/self_test.html", context)
    context["rules_title"] = loaded.rules.title.in_language(selectors.language())
    form = SelfTestForm(request.POST if SIZE in request.POST else None, loaded=loaded)
    if form.is_bound and form.is_valid():
        context["result"] = selectors.self_test(loaded, place, today, form.household(), form.persons())
    return render(request, "assistance/self_test.html", context | {"form": form}, status=status_of(form))
