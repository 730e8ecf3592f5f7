"""Who may see a person who lost his telephone.

Officers of federations and industrial unions, and of their offices, who have no tie to any employer
whatever: not by a post in its union, not by working there, not through a close relative. So whoever
works with the person, or for his boss, cannot be one of the two, and nobody has to say where he works.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import rules

from zhijia.core.actors import System
from zhijia.unions.conflict import conflicted_employer_ids
from zhijia.unions.enums import BodyKind, Level, Role
from zhijia.unions.models import Post
from zhijia.unions.selectors import holds, posts_of

ROLES = frozenset((Role.HANDLER, Role.DISPATCHER, Role.SUPERVISOR, Role.STEWARD, Role.CHAIR))
OVER = (Role.CHAIR, Role.STEWARD)
"""Roles whose holders can give orders, or posts, to the others of their body and below."""
KINDS = (BodyKind.FEDERATION, BodyKind.INDUSTRIAL, BodyKind.OFFICE)


@dataclass(frozen=True)
class Ask:
    """A day, and the account whose recovery is asked about, if one is."""

    on: dt.date
    account_id: int | None = None


def office_of(user: Any, on: dt.date) -> Post | None:
    """Return the post in which an officer may take part, or None."""
    return None if conflicted_employer_ids(user, on) else fitting_post(user, on)


def fitting_post(user: Any, on: dt.date) -> Post | None:
    """Return a post whose holder may take part if he has no tie to an employer, or None."""
    fit = (
        post
        for post in posts_of(user, on)
        if post.role in ROLES and post.body.kind in KINDS and post.body.level <= Level.VILLAGE
        and post.body.employer_id is None
    )  # fmt: skip
    return next(fit, None)


def is_over(one: Any, post: Post, on: dt.date) -> bool:
    """Say whether ``one`` can give orders to whoever holds ``post``."""
    return holds(one, OVER, post.body, on)


@rules.predicate
def may_take_part(user: Any, question: Ask) -> bool:
    """Say whether this officer may be one of the two for this account."""
    if getattr(user, "pk", None) is None or not user.is_officer or user.pk == question.account_id:
        return False
    return office_of(user, question.on) is not None


@rules.predicate
def is_owner(user: Any, question: Ask) -> bool:
    """Say whether the account is his own."""
    return getattr(user, "pk", None) is not None and user.pk == question.account_id


@rules.predicate
def is_system(user: Any, question: Ask) -> bool:
    """A timer."""
    return isinstance(user, System)


rules.add_perm("recovery.take_part", may_take_part)
rules.add_perm("recovery.own", is_owner)
rules.add_perm("recovery.system", is_system)
