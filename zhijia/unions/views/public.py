"""The directory of union bodies: everyone may know where to go."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhijia.core import clock
from zhijia.core.http import public_page
from zhijia.core.paging import paginate
from zhijia.regulations import places
from zhijia.unions import offices, selectors
from zhijia.unions.forms import FindForm
from zhijia.unions.models import UnionBody
from zhijia.unions.permissions import may_manage

PAGE = 40


@public_page(300)
def directory(request: HttpRequest) -> HttpResponse:
    """The top of the tree, or what the search found."""
    form = FindForm(request.GET or None)
    query = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    tops = selectors.roots()
    context = {
        "form": form, "query": query, "found": selectors.search_bodies(query),
        "tops": [(top, selectors.children(top)[:100]) for top in tops[:5]],
    }  # fmt: skip
    return render(request, "unions/directory.html", context)


@public_page(300)
def body(request: HttpRequest, body_id: int) -> HttpResponse:
    """Who a body is, where to find it, and the bodies around it."""
    page = selectors.directory_page(body_id)
    below = paginate(page.below, request.GET.get("cursor"), PAGE, ["level", "kind", "place", "id"])
    context = {
        "page_of": page, "body": page.body, "below": below, "place": places.full_name(page.body.place),
        "may_manage": _may_manage(request, page.body), "office": offices.public_office(page.body),
    }  # fmt: skip
    return render(request, "unions/body.html", context)


def _may_manage(request: HttpRequest, found: UnionBody) -> bool:
    return bool(
        request.user.is_authenticated and may_manage(request.user, found, clock.local_date(clock.now()))
    )
