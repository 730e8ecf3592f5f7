"""Anyone may read the rules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.core import clock
from zhijia.regulations.forms import RuleFilterForm
from zhijia.regulations.selectors import rules_by_topic


def rules(request: HttpRequest) -> HttpResponse:
    """Show every rule value with its article, place, first day and certainty."""
    form = RuleFilterForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    today = clock.local_date(clock.now())
    topics = rules_by_topic(text=chosen.get("q", ""), place=chosen.get("place", ""), on=today)
    return render(request, "regulations/rules.html", {"form": form, "topics": topics, "today": today})
