"""The conflict wall: whose matters must not exist for whom, and which bodies may never get one.

A person is tied to an employer by a post in its union or in any body below it, by working there
or by a close relative who does; each counts until 24 months after it ended. A body is tied to an
employer when it, or a body above it by either line, belongs to the employer.

Whatever asks "may this person know of it" or "may this go there" asks here.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from zhijia.unions.models import Affiliation, Employer, Post, UnionBody

CONFLICT_MONTHS = 24


def months_before(on: dt.date, months: int) -> dt.date:
    """Return the same day so many months earlier, or the last day of a shorter month."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    day = min(on.day, (dt.date(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day)
    return dt.date(year, month + 1, day)


# People -------------------------------------------------------------------------------------------


def recent_posts(user: Any, on: dt.date) -> tuple[Post, ...]:
    """Return the posts of the last 24 months, with their bodies: one question for scope and conflict."""
    known = user.__dict__.setdefault("_posts_by_day", {})
    if on not in known:
        since = months_before(on, CONFLICT_MONTHS)
        recent = Q(ended_at=None) | Q(ended_at__date__gte=since)
        term = Q(until_on=None) | Q(until_on__gte=since)
        rows = Post.objects.filter(recent, term, user=user)
        known[on] = tuple(rows.select_related("body").order_by("body__level", "id"))
    return known[on]


def conflicted_employer_ids(user: Any, on: dt.date) -> frozenset[int]:
    """Return the employers whose matters must not exist for this person.

    Those whose own union body, or one below it, he holds or held a post in, and those where he or
    a close relative works or worked, within 24 months; with every entry merged into or from them.
    """
    if getattr(user, "pk", None) is None:
        return frozenset()
    known = user.__dict__.setdefault("_conflicts_by_day", {})
    if on not in known:
        known[on] = family_of(_employers_of_posts(user, on) | _declared_employers(user, on))
    return known[on]


def is_barred(user: Any, employer_id: int | None, on: dt.date) -> bool:
    """Say whether a matter about this employer must not exist for the person; one about none may."""
    return employer_id is not None and employer_id in conflicted_employer_ids(user, on)


def forget_conflicts(user: Any) -> None:
    """Drop what ``conflicted_employer_ids`` remembers."""
    user.__dict__.pop("_conflicts_by_day", None)


def _employers_of_posts(user: Any, on: dt.date) -> set[int]:
    ids = {i for post in recent_posts(user, on) for i in post.body.chain_ids}
    return set(_owners(ids).values())


def _declared_employers(user: Any, on: dt.date) -> set[int]:
    since = months_before(on, CONFLICT_MONTHS)
    rows = Affiliation.objects.filter(Q(until_on=None) | Q(until_on__gte=since), user=user)
    return set(rows.values_list("employer_id", flat=True))


def family_of(ids: Iterable[int]) -> frozenset[int]:
    """Return these employers with the entries merged into them, and those that they were merged into."""
    asked = set(ids)
    if not asked:
        return frozenset()
    rows = Employer.objects.filter(Q(pk__in=asked) | Q(merged_into__in=asked))
    found = {i for pair in rows.values_list("id", "merged_into_id") for i in pair if i is not None}
    further = found - asked
    if further:
        found |= set(Employer.objects.filter(merged_into__in=further).values_list("id", flat=True))
    return frozenset(asked | found)


# Bodies -------------------------------------------------------------------------------------------


def _owners(body_ids: Iterable[int]) -> dict[int, int]:
    """Return body id -> employer id of those bodies that belong to an employer themselves."""
    bodies = UnionBody.objects.filter(pk__in=set(body_ids)).exclude(employer=None)
    return {pk: employer_id for pk, employer_id in bodies.values_list("id", "employer_id") if employer_id}


def without_ties(bodies: Iterable[UnionBody], employer_id: int | None) -> list[UnionBody]:
    """Return those of the bodies that are not tied to the employer, in their order; two queries.

    The one place that says where a matter may go: no route, review, escalation, supervision or
    flag leads to a body that this leaves out. Without an employer nothing is left out.
    """
    kept = list(bodies)
    if employer_id is None or not kept:
        return kept
    family = family_of([employer_id])
    owners = _owners(i for body in kept for i in body.chain_ids)
    tied = {pk for pk, owner in owners.items() if owner in family}
    return [body for body in kept if not body.chain_ids & tied]


def is_tied(body: UnionBody, employer_id: int | None) -> bool:
    """Say whether the body, or one above it by either line, belongs to the employer."""
    return not without_ties([body], employer_id)


def employers_with_ties() -> frozenset[int]:
    """Return every employer that any body or any declaration belongs to, with merged entries."""
    owning = UnionBody.objects.exclude(employer=None).values_list("employer_id", flat=True)
    declared = Affiliation.objects.values_list("employer_id", flat=True)
    return family_of(pk for pk in {*owning, *declared} if pk)
