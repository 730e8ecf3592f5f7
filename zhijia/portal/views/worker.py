"""The first page: doors for strangers, "my matters" for those who signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.core import clock
from zhijia.portal.selectors import LONGEST_QUERY, matters_for, search_everywhere

DOORS = 4


def home(request: HttpRequest) -> HttpResponse:
    """Greet a stranger or show a worker's matters."""
    if not request.user.is_authenticated:
        return render(request, "portal/landing.html", {"doors": DOORS})
    now = clock.now()
    return render(request, "portal/home.html", {"matters": matters_for(request.user, now), "now": now})


def search(request: HttpRequest) -> HttpResponse:
    """Search everything the person may see."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    groups = search_everywhere(request.user, query)
    return render(request, "portal/search.html", {"query": query, "groups": groups})
