"""What the global search finds here: bodies for everyone, employers for officers."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.core.manifest import SearchHit
from zhijia.unions.selectors import find_employers, search_bodies


def hits(user: Any, query: str, limit: int) -> Iterator[SearchHit]:
    """Yield bodies, and for officers employers, that fit the query."""
    for body in search_bodies(query, limit):
        url = reverse("unions:body", args=[body.pk])
        yield SearchHit(title=body.name, url=url, kind=_("Union body"), excerpt=body.phone)
    if getattr(user, "is_officer", False):
        for employer in find_employers(query, limit=limit):
            url = f"{reverse('unions:employers')}?{urlencode({'q': employer.name})}"
            yield SearchHit(title=employer.name, url=url, kind=_("Employer"), excerpt=employer.credit_code)
