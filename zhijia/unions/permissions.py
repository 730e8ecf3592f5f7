"""Who may change the tree. The day is passed in, because posts have terms."""

import datetime as dt
from typing import Any

import rules

from zhijia.core.actors import System
from zhijia.core.errors import NotAllowed
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL, Role
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.selectors import covers_employer, holds, posts_of


@rules.predicate
def is_officer(actor: Any, _obj: Any = None) -> bool:
    """Say whether the actor holds any post, or is the platform itself."""
    return isinstance(actor, System) or bool(
        getattr(actor, "is_authenticated", False) and getattr(actor, "is_officer", False)
    )


rules.add_perm("unions.add_employer", is_officer)
rules.add_perm("unions.declare_employment", is_officer)


def may_edit_employer(actor: Any, employer: Employer, on: dt.date) -> bool:
    """Say whether the actor is an officer of a federation that the employer's place belongs to."""
    return isinstance(actor, System) or covers_employer(actor, employer, on)


def require_edit_employer(actor: Any, employer: Employer, on: dt.date) -> None:
    """Raise ``NotAllowed`` unless ``may_edit_employer``."""
    if not may_edit_employer(actor, employer, on):
        raise NotAllowed


def may_manage(actor: Any, body: UnionBody, on: dt.date) -> bool:
    """Say whether the actor is steward of the body or of one above it, by either line."""
    return isinstance(actor, System) or holds(actor, Role.STEWARD, body, on)


def may_report(actor: Any, body: UnionBody, on: dt.date) -> bool:
    """Say whether the actor keeps the roll of the body or of one above it, by either line."""
    return isinstance(actor, System) or holds(actor, KEEPERS_OF_THE_ROLL, body, on)


def require_report(actor: Any, body: UnionBody, on: dt.date) -> None:
    """Raise ``NotAllowed`` unless ``may_report``."""
    if not may_report(actor, body, on):
        raise NotAllowed


def may_declare_for(actor: Any, person: Any, on: dt.date) -> bool:
    """Say whether the actor is steward over a body where the person holds a post."""
    return isinstance(actor, System) or any(may_manage(actor, p.body, on) for p in posts_of(person, on))


def require_manage(actor: Any, body: UnionBody, on: dt.date) -> None:
    """Raise ``NotAllowed`` unless ``may_manage``."""
    if not may_manage(actor, body, on):
        raise NotAllowed
