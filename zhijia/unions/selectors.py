"""Reads of the union tree: who may act for which bodies, what conflicts, where a matter goes."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length, Replace

from zhijia.core.errors import BadInput, NotFound
from zhijia.core.identifiers import clean_credit_code, normalise
from zhijia.core.text import grams
from zhijia.unions import paths
from zhijia.unions.enums import BodyKind, Level, Role
from zhijia.unions.errors import NoBodyFound
from zhijia.unions.models import Affiliation, Employer, EmployerGram, Post, UnionBody

CONFLICT_MONTHS = 24
NATION = 0
FEDERATIONS = 100
"""Tenants from here on are national industry federations; 1 to 99 are provinces."""
COMMON_GRAMS = frozenset(grams("有限责任公司股份集团分公司有限公司"))

Roles = Role | str | Iterable[Role | str] | None


def _values(roles: Roles) -> frozenset[str]:
    """Return the asked roles as values; None means any role."""
    if roles is None:
        return frozenset(Role.values)
    if isinstance(roles, str):
        return frozenset([str(roles)])
    return frozenset(str(role) for role in roles)


# Posts and scope ------------------------------------------------------------------------------


def posts_of(user: Any, on: dt.date) -> tuple[Post, ...]:
    """Return the posts a person holds on a day, with their bodies; asked once per request."""
    if getattr(user, "pk", None) is None:
        return ()
    return tuple(post for post in _recent_posts(user, on) if post.is_held_on(on) and post.body.is_active)


def _recent_posts(user: Any, on: dt.date) -> tuple[Post, ...]:
    """Return the posts of the last 24 months, with their bodies: one question for scope and conflict."""
    known = user.__dict__.setdefault("_posts_by_day", {})
    if on not in known:
        since = months_before(on, CONFLICT_MONTHS)
        recent = Q(ended_at=None) | Q(ended_at__date__gte=since)
        term = Q(until_on=None) | Q(until_on__gte=since)
        rows = Post.objects.filter(recent, term, user=user)
        known[on] = tuple(rows.select_related("body").order_by("body__level", "id"))
    return known[on]


def forget_posts(user: Any) -> None:
    """Drop what ``posts_of`` remembers, after a post was granted or ended."""
    user.__dict__.pop("_posts_by_day", None)
    forget_conflicts(user)


def holds(user: Any, roles: Roles, body: UnionBody, on: dt.date) -> bool:
    """Say whether the person holds one of the roles in ``body`` or in any body above, by either line."""
    wanted = _values(roles)
    return any(post.role in wanted and body.is_under(post.body) for post in posts_of(user, on))


def holders(body: UnionBody, roles: Roles, on: dt.date) -> list[Any]:
    """Return the active people who hold one of the roles in exactly this body on a day, once each."""
    rows = Post.objects.held_on(on).filter(body=body, role__in=_values(roles), user__is_active=True)
    people = {post.user_id: post.user for post in rows.select_related("user").order_by("user_id")}
    return list(people.values())


@dataclass(frozen=True)
class Scope:
    """The bodies for which a person may act: a few subtrees, by either line."""

    paths: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    tenants: frozenset[int] | None = frozenset()
    """Tenants that the subtrees reach into; None where they may reach into all."""
    without: tuple[str, ...] = ()
    """Subtrees left out, by ``path``; statistics cut a tree into parts with it."""

    def __bool__(self) -> bool:
        return bool(self.paths or self.lines)

    def q(self, prefix: str = "handling_body__") -> Q:
        """Return the filter for any queryset, e.g. ``appeals.filter(scope.q("handling_body__"))``.

        ``prefix`` leads to a ``UnionBody``; "" filters bodies themselves. An empty scope matches nothing.
        """
        found = Q(pk__in=())
        for path in self.paths:
            found |= Q(**{f"{prefix}path__under": path})
        for line in self.lines:
            found |= Q(**{f"{prefix}line_path__under": line})
        if self and self.tenants is not None:
            found &= Q(**{f"{prefix}tenant__in": sorted(self.tenants)})
        for path in self.without:
            found &= ~Q(**{f"{prefix}path__under": path})
        return found

    def bodies(self) -> QuerySet[UnionBody]:
        """Return all bodies of the scope, active or not."""
        return UnionBody.objects.filter(self.q(""))

    def covers(self, body: UnionBody) -> bool:
        """Say whether ``body`` lies in the scope; no query."""
        if any(paths.is_under(body.path, p) for p in self.without):
            return False
        return any(paths.is_under(body.path, p) for p in self.paths) or any(
            paths.is_under(body.line_path, p) for p in self.lines
        )


def scope(user: Any, roles: Roles, on: dt.date) -> Scope:
    """Return for which bodies the person may act in one of the roles (None: any) on a day."""
    wanted = _values(roles)
    return scope_of(post.body for post in posts_of(user, on) if post.role in wanted)


def scope_of(bodies: Iterable[UnionBody]) -> Scope:
    """Return the scope made of the given bodies and all below them."""
    kept = tuple(bodies)
    tenants = {body.tenant for body in kept}
    wide = any(t == NATION or t >= FEDERATIONS for t in tenants)
    return Scope(
        paths.outermost(body.path for body in kept),
        paths.outermost(body.line_path for body in kept),
        None if wide else frozenset(tenants),
    )


# Conflict wall --------------------------------------------------------------------------------


def months_before(on: dt.date, months: int) -> dt.date:
    """Return the same day so many months earlier, or the last day of a shorter month."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    day = min(on.day, (dt.date(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day)
    return dt.date(year, month + 1, day)


def conflicted_employer_ids(user: Any, on: dt.date) -> frozenset[int]:
    """Return the employers whose matters must not exist for this person.

    Those whose own union body, or one below it, he holds or held a post in, and those he declared
    to work or to have worked for, within 24 months; with every entry merged into or from them.
    """
    if getattr(user, "pk", None) is None:
        return frozenset()
    known = user.__dict__.setdefault("_conflicts_by_day", {})
    if on not in known:
        known[on] = _with_merged(_employers_of_posts(user, on) | _declared_employers(user, on))
    return known[on]


def _employers_of_posts(user: Any, on: dt.date) -> set[int]:
    ids = {i for post in _recent_posts(user, on) for i in post.body.chain_ids}
    bodies = UnionBody.objects.filter(pk__in=ids).exclude(employer=None)
    return set(bodies.values_list("employer_id", flat=True))


def _declared_employers(user: Any, on: dt.date) -> set[int]:
    since = months_before(on, CONFLICT_MONTHS)
    rows = Affiliation.objects.filter(Q(until_on=None) | Q(until_on__gte=since), user=user)
    return set(rows.values_list("employer_id", flat=True))


def _with_merged(ids: set[int]) -> frozenset[int]:
    """Add the entries merged into these, and those that these were merged into."""
    if not ids:
        return frozenset()
    rows = Employer.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))
    found = {i for pair in rows.values_list("id", "merged_into_id") for i in pair if i is not None}
    further = found - ids
    if further:
        found |= set(Employer.objects.filter(merged_into__in=further).values_list("id", flat=True))
    return frozenset(ids | found)


def forget_conflicts(user: Any) -> None:
    """Drop what ``conflicted_employer_ids`` remembers."""
    user.__dict__.pop("_conflicts_by_day", None)


# The tree -------------------------------------------------------------------------------------


def parent_of(body: UnionBody) -> UnionBody | None:
    """Return the body above by the line of leadership, or None for the root."""
    return UnionBody.objects.filter(pk=body.parent_id).first() if body.parent_id else None


def ancestors(body: UnionBody) -> tuple[UnionBody, ...]:
    """Return all bodies above, nearest first; one query."""
    ids = paths.ids_of(body.path)[:-1]
    found = UnionBody.objects.in_bulk(ids)
    return tuple(found[i] for i in reversed(ids) if i in found)


def children(body: UnionBody) -> QuerySet[UnionBody]:
    """Return the active bodies directly below, by the line of leadership."""
    rows = UnionBody.objects.active().filter(path__under=body.path, depth=body.depth + 1)
    if NATION < body.tenant < FEDERATIONS:
        rows = rows.filter(tenant=body.tenant)
    return rows.order_by("level", "kind", "place", "id")


def line_children(body: UnionBody) -> QuerySet[UnionBody]:
    """Return the active bodies directly below by the industrial line that stand elsewhere in the tree."""
    if not body.line_path:
        return UnionBody.objects.none()
    below = UnionBody.objects.active().filter(line_path__under=body.line_path).exclude(path__under=body.path)
    deep = body.line_path.count("/") + 1
    return below.annotate(line_depth=_slashes("line_path")).filter(line_depth=deep).order_by("place", "id")


def _slashes(column: str) -> Any:
    return Length(column) - Length(Replace(F(column), Value("/"), Value("")))


def roots() -> QuerySet[UnionBody]:
    """Return the bodies that have none above: the national federation."""
    return UnionBody.objects.active().filter(depth=0).order_by("id")


def body_page(body_id: int) -> UnionBody:
    """Return one body for its public page; raise ``NotFound``."""
    found = UnionBody.objects.select_related("employer").filter(pk=body_id).first()
    if found is None:
        raise NotFound
    return found


def search_bodies(text: str, limit: int = 20) -> list[UnionBody]:
    """Return active bodies whose name holds the typed text, highest first."""
    wanted = text.strip()
    if not wanted:
        return []
    rows = UnionBody.objects.active().filter(Q(name__icontains=wanted) | Q(short_name__icontains=wanted))
    return list(rows.order_by("level", "id")[:limit])


# Routing --------------------------------------------------------------------------------------


def place_chain(place: str) -> tuple[str, ...]:
    """Return a GB/T 2260 code and those it lies in: county, city, province, nation ("")."""
    code = normalise(place).ljust(6, "0")[:6] if place else ""
    if not code.isdigit():
        return ("",)
    wider = (code, code[:4] + "00", code[:2] + "0000")
    return (*dict.fromkeys(c for c in wider if c != "000000"), "")


def territorial_body(place: str, min_level: int = Level.COUNTY) -> UnionBody:
    """Return the federation of a place that takes up appeals: the lowest, but not below ``min_level``.

    Walks county → city → province → nation; raise ``NoBodyFound`` when the tree is empty.
    """
    chain = place_chain(place)
    rows = UnionBody.objects.active().filter(
        kind=BodyKind.FEDERATION, level__lte=min_level, accepts_appeals=True, employer=None, place__in=chain
    )
    found = min(rows, key=lambda b: (chain.index(b.place), -b.level, b.id), default=None)
    return found or _last_resort()


def _last_resort() -> UnionBody:
    """Return the federation for a matter without a place, or with one that nobody serves.

    A house of one province gives it to the province; else it goes to the highest federation, even
    one that usually does not take up appeals.
    """
    rows = list(UnionBody.objects.active().filter(employer=None).order_by("level", "id")[:200])
    if not rows:
        raise NoBodyFound
    taking = [b for b in rows if b.kind == BodyKind.FEDERATION and b.accepts_appeals]
    top = [b for b in taking if b.level == taking[0].level]
    return top[0] if len(top) == 1 else rows[0]


def responsible_body(
    *, employer: Employer | None, place: str, confidential: bool, against_employer: bool
) -> UnionBody:
    """Return the body that takes up a matter; the worker need not know it.

    Against the employer, or in confidence: the nearest body above the enterprise that takes up
    appeals and does not stand under any employer. Otherwise the employer's own union where it
    takes up appeals. An employer without a union, or one nobody knows: the federation of the place.
    """
    own = _own_body(employer)
    if own is None:
        return territorial_body(place or (employer.place if employer else ""))
    line = (own, *ancestors(own))
    shut_out = _bound_ids(line) if (confidential or against_employer) else frozenset()
    for body in line:
        if body.is_active and body.accepts_appeals and not body.chain_ids & shut_out:
            return body
    return territorial_body(place or own.place)


def _own_body(employer: Employer | None) -> UnionBody | None:
    """Return the highest active body of an employer (of the entry it was merged into, if any)."""
    if employer is None:
        return None
    known = employer.merged_into_id or employer.pk
    rows = UnionBody.objects.active().filter(employer=known)
    return rows.order_by("depth", "id").first()


def _bound_ids(line: Iterable[UnionBody]) -> frozenset[int]:
    """Return the ids of bodies on these lines that belong to an employer, whichever."""
    ids = {i for body in line for i in body.chain_ids}
    bound = UnionBody.objects.filter(pk__in=ids).exclude(employer=None)
    return frozenset(bound.values_list("id", flat=True))


# Employers ------------------------------------------------------------------------------------


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


# Pages ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DirectoryPage:
    """A body as the public sees it: who, where, and which bodies stand around it."""

    body: UnionBody
    above: tuple[UnionBody, ...]
    """Nearest last, for the way back."""
    below: QuerySet[UnionBody]
    by_line: QuerySet[UnionBody]
    line_above: UnionBody | None


def directory_page(body_id: int) -> DirectoryPage:
    """Return the public page of a body; raise ``NotFound``."""
    body = body_page(body_id)
    line = UnionBody.objects.filter(pk=body.line_parent_id).first() if body.line_parent_id else None
    if line is not None and line.pk == body.parent_id:
        line = None
    return DirectoryPage(body, ancestors(body)[::-1], children(body), line_children(body), line)


def body_of_post(post_id: int) -> int:
    """Return the id of the body that a post belongs to; raise ``NotFound``."""
    found = Post.objects.filter(pk=post_id).values_list("body_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def posts_in(body: UnionBody) -> QuerySet[Post]:
    """Return the posts of a body that were not ended, with the people, by role."""
    return body.posts.filter(ended_at=None).select_related("user").order_by("role", "from_on", "id")


def affiliations_of(user: Any) -> QuerySet[Affiliation]:
    """Return a person's own declared employments, newest first."""
    return Affiliation.objects.filter(user=user).select_related("employer").order_by("-from_on", "-id")


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
