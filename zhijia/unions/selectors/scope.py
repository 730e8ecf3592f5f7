"""For which bodies a person may act: the posts he holds, and the subtrees they open."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet

from zhijia.core.errors import NotFound
from zhijia.unions import paths
from zhijia.unions.conflict import conflicted_employer_ids, forget_conflicts, recent_posts
from zhijia.unions.enums import Role
from zhijia.unions.models import Post, UnionBody

NATION = 0
FEDERATIONS = 100
"""Tenants from here on are national industry federations; 1 to 99 are provinces."""

Roles = Role | str | Iterable[Role | str] | None


def _values(roles: Roles) -> frozenset[str]:
    """Return the asked roles as values; None means any role."""
    if roles is None:
        return frozenset(Role.values)
    if isinstance(roles, str):
        return frozenset([str(roles)])
    return frozenset(str(role) for role in roles)


def posts_of(user: Any, on: dt.date) -> tuple[Post, ...]:
    """Return the posts a person holds on a day, with their bodies; asked once per request."""
    if getattr(user, "pk", None) is None:
        return ()
    return tuple(post for post in recent_posts(user, on) if post.is_held_on(on) and post.body.is_active)


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
    barred: frozenset[int] = frozenset()
    """Employers whose matters are not counted, because they do not exist for who asks."""

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

    def own_q(self, prefix: str = "body__") -> Q:
        """Return the filter for rows that live in the tenant of the body to which ``prefix`` leads.

        The same rows as by ``q``; the tenant is what lets the database begin at an index of theirs.
        """
        found = self.q(prefix)
        return found if self.tenants is None else found & Q(tenant__in=sorted(self.tenants))

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


def figure_scope(user: Any, on: dt.date) -> Scope:
    """Return for which bodies the person reads figures, by any post; what must not exist is not counted."""
    return replace(scope(user, None, on), barred=conflicted_employer_ids(user, on))


def scope_of(bodies: Iterable[UnionBody], *, barred: frozenset[int] = frozenset()) -> Scope:
    """Return the scope made of the given bodies and all below them."""
    kept = tuple(bodies)
    tenants = {body.tenant for body in kept}
    wide = any(t == NATION or t >= FEDERATIONS for t in tenants)
    return Scope(
        paths.outermost(body.path for body in kept),
        paths.outermost(body.line_path for body in kept),
        None if wide else frozenset(tenants),
        barred=barred,
    )


def body_of_post(post_id: int) -> int:
    """Return the id of the body that a post belongs to; raise ``NotFound``."""
    found = Post.objects.filter(pk=post_id).values_list("body_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def post_page(post_id: int) -> Post:
    """Return one post with its body and its holder; raise ``NotFound``."""
    found = Post.objects.select_related("body", "user").filter(pk=post_id).first()
    if found is None:
        raise NotFound
    return found


def posts_in(body: UnionBody) -> QuerySet[Post]:
    """Return the posts of a body that were not ended, with the people, by role."""
    return body.posts.filter(ended_at=None).select_related("user").order_by("role", "from_on", "id")
