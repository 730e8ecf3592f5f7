"""Who may do what with the money of a body.

A post counts in its own body only: the bodies above read sums, never a payee, a member or a voucher.
Which state allows a step stands in ``workflow``; that nobody decides alone stands in the services.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import rules

from zhijia.core.actors import System
from zhijia.unions.enums import Role
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import holds, posts_of

KEEPERS = frozenset({Role.TREASURER.value})
READERS = frozenset({Role.TREASURER.value, Role.AUDITOR.value, Role.CHAIR.value})
COMMITTEE = frozenset({Role.CHAIR.value, Role.SUPERVISOR.value, Role.STEWARD.value})
"""Who speaks for the committee of the body when a payment is approved."""
DRAFTERS = frozenset({Role.TREASURER.value, Role.CHAIR.value, Role.HANDLER.value})


@dataclass(frozen=True)
class Ask:
    """A body on a day."""

    body: UnionBody
    on: dt.date


def has_post(user: Any, roles: Iterable[str], question: Ask) -> bool:
    """Say whether the person holds one of the roles in exactly this body."""
    return any(p.body_id == question.body.pk and p.role in roles for p in posts_of(user, question.on))


def may(user: Any, permission: str, question: Ask) -> bool:
    """Answer a named permission; an unknown name raises ``KeyError``."""
    return bool(rules.permissions.permissions[permission].test(user, question))


@rules.predicate
def is_system(user: Any, question: Ask) -> bool:
    """A timer."""
    return isinstance(user, System)


@rules.predicate
def is_treasurer(user: Any, question: Ask) -> bool:
    """Keeps the books of the body."""
    return has_post(user, KEEPERS, question)


@rules.predicate
def is_reader(user: Any, question: Ask) -> bool:
    """Reads the books of the body: treasurer, audit committee, chair."""
    return has_post(user, READERS, question)


@rules.predicate
def is_chair(user: Any, question: Ask) -> bool:
    """Chairs the committee of the body."""
    return has_post(user, {Role.CHAIR.value}, question)


@rules.predicate
def is_auditor(user: Any, question: Ask) -> bool:
    """Sits in the audit committee of the body."""
    return has_post(user, {Role.AUDITOR.value}, question)


@rules.predicate
def is_committee(user: Any, question: Ask) -> bool:
    """Speaks for the committee of the body."""
    return has_post(user, COMMITTEE, question)


@rules.predicate
def is_drafter(user: Any, question: Ask) -> bool:
    """May ask for money of the body."""
    return has_post(user, DRAFTERS, question)


@rules.predicate
def is_treasurer_above(user: Any, question: Ask) -> bool:
    """Keeps the books of a body above this one."""
    return not has_post(user, KEEPERS, question) and holds(user, Role.TREASURER, question.body, question.on)


@rules.predicate
def is_reader_above(user: Any, question: Ask) -> bool:
    """Reads the sums of this body from above."""
    return holds(user, READERS, question.body, question.on)


rules.add_perm("funds.read_books", is_reader)
rules.add_perm("funds.read_sums", is_reader_above)
rules.add_perm("funds.keep_books", is_treasurer | is_system)
rules.add_perm("funds.decide_adjustment", is_chair | is_auditor)
rules.add_perm("funds.refund_levy", is_treasurer_above)
rules.add_perm("funds.agree_budget", is_chair)
rules.add_perm("funds.audit_budget", is_auditor)
rules.add_perm("funds.refuse_budget", is_chair | is_auditor)
rules.add_perm("funds.read_spendings", is_reader | is_committee | is_drafter)
rules.add_perm("funds.draft_spending", is_drafter)
rules.add_perm("funds.check_spending", is_treasurer)
rules.add_perm("funds.approve_spending", is_committee)
rules.add_perm("funds.refuse_spending", is_treasurer | is_committee)
rules.add_perm("funds.reserve_payment", is_drafter | is_committee)
rules.add_perm("funds.reverse_spending", is_chair)
