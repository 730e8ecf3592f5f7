"""The register of employers: found by name or code, seen and corrected by whom; declared ties to them."""

import datetime as dt
import re
from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.db.models.functions import Length

from zhijia.core.errors import BadInput, NotFound
from zhijia.core.identifiers import clean_credit_code
from zhijia.core.text import grams
from zhijia.unions.enums import Level
from zhijia.unions.models import Affiliation, Employer, EmployerGram
from zhijia.unions.selectors.routing import place_chain
from zhijia.unions.selectors.scope import posts_of, scope

COMMON_GRAMS = frozenset(grams("有限责任公司股份集团分公司有限公司"))


def may_check_employers(user: Any, on: dt.date) -> bool:
    """Say whether the person may see names that nobody has checked yet.

    Such a name was typed by somebody with a reason to; only a federation's officers, who stand
    under no employer, may see that it was.
    """
    return any(post.body.level <= Level.COUNTY for post in posts_of(user, on))


def covers_employer(user: Any, employer: Employer, on: dt.date) -> bool:
    """Say whether the person holds a post in a union of the employer's county, city, province or nation.

    The employer's own union, and all below county level, do not correct the register of employers.
    """
    around = place_chain(employer.place)
    return any(
        post.body.level <= Level.COUNTY and post.body.employer_id is None and post.body.place in around
        for post in posts_of(user, on)
    )


def find_employers(text: str, place: str = "", limit: int = 10, *, unchecked: bool = False) -> list[Employer]:
    """Return employers by credit code or by part of the name, those of the place first.

    Says nothing about whether anybody ever complained about one: names that somebody typed and
    no officer has checked are left out, unless ``unchecked`` (see ``may_check_employers``).
    """
    by_code = _employer_with_code(text)
    if by_code is not None:
        return by_code
    wanted = set(grams(text))
    asked = wanted - COMMON_GRAMS or wanted
    if not asked:
        return []
    hits = EmployerGram.objects.filter(gram__in=asked, employer__is_active=True)
    if not unchecked:
        hits = hits.filter(employer__is_confirmed=True)
    if re.match(r"[0-9]{2}", place):  # what is no code of a place leaves out nobody
        hits = hits.filter(tenant=int(place[:2]))
    near = Case(*_nearness(place), default=Value(9), output_field=IntegerField())
    rows = hits.values("employer").annotate(score=Count("id"), near=near, size=Length("employer__name"))
    best = rows.filter(score__gte=(len(asked) + 1) // 2).order_by("-score", "near", "size", "employer")[
        :limit
    ]
    ids = [row["employer"] for row in best]
    found = Employer.objects.in_bulk(ids)
    return [found[i] for i in ids]


def _nearness(place: str) -> list[When]:
    steps = [c for c in place_chain(place) if c]
    return [When(employer__place__startswith=c.rstrip("0") or c, then=Value(n)) for n, c in enumerate(steps)]


def _employer_with_code(text: str) -> list[Employer] | None:
    """Return the entry with this code, [] for an unknown code, None when the text is no code."""
    try:
        code = clean_credit_code(text)
    except BadInput:
        return None
    return list(Employer.objects.current().filter(credit_code=code, is_confirmed=True))


def employers_for(user: Any, on: dt.date, text: str = "", *, unchecked: bool = False) -> QuerySet[Employer]:
    """Return the employers of an officer's tenants; ``unchecked`` keeps only those still to be checked."""
    tenants = scope(user, None, on).tenants
    rows = Employer.objects.current().select_related("merged_into")
    if tenants is not None:
        rows = rows.filter(tenant__in=sorted(tenants))
    checks = may_check_employers(user, on)
    if not checks:
        rows = rows.filter(is_confirmed=True)
    elif unchecked:
        rows = rows.filter(is_confirmed=False)
    if text.strip():
        rows = rows.filter(pk__in=[found.pk for found in find_employers(text, limit=50, unchecked=checks)])
    return rows


def employer_named(employer_id: int) -> Employer:
    """Return one employer of the register, which names everybody's; raise ``NotFound``."""
    found = Employer.objects.current().filter(pk=employer_id).first()
    if found is None:
        raise NotFound
    return found


def employer_page(employer_id: int, user: Any, on: dt.date) -> Employer:
    """Return one employer that the officer may see; raise ``NotFound``."""
    found = employers_for(user, on).filter(pk=employer_id).first() or _merged_away(employer_id, user, on)
    if found is None:
        raise NotFound
    return found


def _merged_away(employer_id: int, user: Any, on: dt.date) -> Employer | None:
    rows = Employer.objects.select_related("merged_into").filter(pk=employer_id, is_active=False)
    tenants = scope(user, None, on).tenants
    return (rows if tenants is None else rows.filter(tenant__in=sorted(tenants))).first()


def affiliations_of(user: Any) -> QuerySet[Affiliation]:
    """Return what was declared to tie a person to employers, newest first."""
    return Affiliation.objects.filter(user=user).select_related("employer").order_by("-from_on", "-id")
