"""Who may do what in a process about a union body. Which state allows it stands in ``workflow``.

For a body act its own chair and steward. A founding is led by who opened it: a worker as head of the
preparatory group, or an officer of the union above. Chair, dispatcher and steward of the union above
answer; never who applied, never who leads the body, never who is tied to the employer. Employers have
no account, and there is no step for them.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import rules

from zhijia.core.actors import System
from zhijia.organising.enums import ProcessKind
from zhijia.organising.models import APPROVERS, LEADERS, Process
from zhijia.unions import offices
from zhijia.unions.conflict import is_barred
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import holds, posts_of


@dataclass(frozen=True)
class Ask:
    """A process, or a body for which one shall begin, on a day; both empty for a founding."""

    on: dt.date
    process: Process | None = None
    body: UnionBody | None = None


def may(user: Any, permission: str, question: Ask) -> bool:
    """Answer a named permission; an unknown name raises ``KeyError``."""
    return bool(rules.permissions.permissions[permission].test(user, question))


def leads(user: Any, body: UnionBody | None, on: dt.date) -> bool:
    """Say whether the person is chair or steward of exactly this body."""
    if body is None:
        return False
    return any(post.role in LEADERS and post.body_id == body.pk for post in posts_of(user, on))


@rules.predicate
def is_system(user: Any, question: Ask) -> bool:
    """A timer."""
    return isinstance(user, System)


@rules.predicate
def may_open(user: Any, question: Ask) -> bool:
    """Whoever leads the body; a founding: everybody with an account."""
    if isinstance(user, System):
        return True
    if getattr(user, "pk", None) is None:
        return False
    return question.body is None or leads(user, question.body, question.on)


@rules.predicate
def may_end_seats(user: Any, question: Ask) -> bool:
    """Chair and steward of the body, or of one above it: a chair does not have to begin his own recall."""
    if question.body is None or getattr(user, "pk", None) is None:
        return False
    return holds(user, LEADERS, question.body, question.on)


@rules.predicate
def is_applicant_side(user: Any, question: Ask) -> bool:
    """Who opened the founding; for a body, its chair and its steward; never who is to be recalled."""
    process = question.process
    if process is None or getattr(user, "pk", None) is None or is_concerned(user, process):
        return False
    if process.kind == ProcessKind.FOUNDING:
        return process.applicant_id == user.pk
    if process.kind == ProcessKind.RECALL and process.applicant_id == user.pk:
        return may_end_seats(user, Ask(question.on, body=process.body))
    return leads(user, process.body, question.on)


def is_concerned(user: Any, process: Process) -> bool:
    """Say whether the process is about the person's own seat."""
    return process.seat is not None and offices.is_seat_of(process.seat, user)


def took_part(user: Any, process: Process) -> bool:
    """Say whether the person applied, refused, or is concerned, so that somebody else has to decide now."""
    parts = (process.applicant_id, process.last_applicant_id, process.refuser_id)
    return user.pk in parts or is_concerned(user, process)


@rules.predicate
def may_answer(user: Any, question: Ask) -> bool:
    """Chair, dispatcher or steward of the body that answers, or of one above it, without any part in it."""
    process = question.process
    if process is None or getattr(user, "pk", None) is None:
        return False
    if took_part(user, process) or leads(user, process.body, question.on):
        return False
    if is_barred(user, process.employer_id, question.on):
        return False
    return holds(user, APPROVERS, process.answering, question.on)


rules.add_perm("organising.open", may_open)
rules.add_perm("organising.end_seat", may_end_seats)
rules.add_perm("organising.prepare", is_applicant_side)
rules.add_perm("organising.answer", may_answer)
rules.add_perm("organising.system", is_system)
