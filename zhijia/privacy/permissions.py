"""Who decides on a request about somebody's data: never the person himself, never who may not know of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import rules

from zhijia.privacy.models import ACCOUNT_DECIDERS, MATTER_DECIDERS, own_ids
from zhijia.unions import selectors as unions


@dataclass(frozen=True)
class Ask:
    """A row (request, hold, sharing) and the day on which somebody wants to act on it."""

    row: Any
    on: dt.date


@rules.predicate
def is_own(by: Any, ask: Ask) -> bool:
    """Whose data they are."""
    if getattr(by, "pk", None) is None:
        return False
    return ask.row.about_id in own_ids(by) if ask.row.about_id else ask.row.person_id == by.pk


@rules.predicate
def may_decide(by: Any, ask: Ask) -> bool:
    """An officer of the body or of one above, and not the person himself."""
    if getattr(by, "pk", None) is None or ask.row.body is None or is_own.test(by, ask):
        return False
    roles = MATTER_DECIDERS if ask.row.about_id else ACCOUNT_DECIDERS
    return unions.holds(by, roles, ask.row.body, ask.on)


rules.add_perm("privacy.decide_request", may_decide)
rules.add_perm("privacy.own_request", is_own)
rules.add_perm("privacy.place_hold", may_decide)
rules.add_perm("privacy.record_sharing", may_decide)


def decides_anywhere(user: Any, on: dt.date) -> bool:
    """Say whether the person holds a post that decides on such requests."""
    roles = {*ACCOUNT_DECIDERS, *MATTER_DECIDERS}
    return any(post.role in roles for post in unions.posts_of(user, on))
