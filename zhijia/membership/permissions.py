"""Who may see and keep the roll.

Officers of the body, or of one above it, who were given that task. Whoever is tied to an employer
does not learn that somebody of that employer joined by himself.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import rules

from zhijia.core.actors import System
from zhijia.unions.enums import KEEPERS_OF_THE_ROLL as KEEPERS
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import ancestors, holds


@dataclass(frozen=True)
class Ask:
    """A day, the body it is about, and whose record it is."""

    on: dt.date
    body: UnionBody | None = None
    account_id: int | None = None
    other: UnionBody | None = None
    """The second body of a transfer."""


@rules.predicate
def is_system(actor: Any, _ask: Ask) -> bool:
    """A timer."""
    return isinstance(actor, System)


@rules.predicate
def is_signed_in(actor: Any, _ask: Ask) -> bool:
    """Anybody with an account."""
    return getattr(actor, "pk", None) is not None


@rules.predicate
def is_own(actor: Any, ask: Ask) -> bool:
    """The person himself."""
    return getattr(actor, "pk", None) is not None and actor.pk == ask.account_id


@rules.predicate
def keeps_roll(actor: Any, ask: Ask) -> bool:
    """Keeps the roll of the body or of one above it, and is not the person it is about."""
    if isinstance(actor, System):
        return True
    if ask.body is None or not getattr(actor, "is_officer", False) or is_own(actor, ask):
        return False
    return holds(actor, KEEPERS, ask.body, ask.on)


@rules.predicate
def judges(actor: Any, ask: Ask) -> bool:
    """Keeps the roll of a body that stands above both bodies of a transfer."""
    if ask.body is None or ask.other is None or not getattr(actor, "is_officer", False):
        return False
    shared = {body.pk for body in ancestors(ask.body)} & {body.pk for body in ancestors(ask.other)}
    return any(holds(actor, KEEPERS, body, ask.on) for body in UnionBody.objects.filter(pk__in=shared))


rules.add_perm("membership.system", is_system)
rules.add_perm("membership.apply", is_signed_in)
rules.add_perm("membership.own_application", is_own)
rules.add_perm("membership.decide_application", keeps_roll)
rules.add_perm("membership.keep_roll", keeps_roll)
rules.add_perm("membership.own_or_keep_roll", is_own | keeps_roll)
rules.add_perm("membership.pull", keeps_roll)
rules.add_perm("membership.release", keeps_roll)
rules.add_perm("membership.judge_transfer", judges)
rules.add_perm("membership.import_roster", keeps_roll)
rules.add_perm("membership.own", is_own)
