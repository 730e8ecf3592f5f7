"""Who may do what with an appeal. Which state allows it stands in ``workflow``.

Every predicate takes ``(user, Ask)``; an ``Ask`` is an appeal on a date, because posts have terms.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import rules

from zhijia.appeals.enums import Confidentiality
from zhijia.appeals.models import Appeal, Review, own_public_ids
from zhijia.core.actors import ReceiptHolder, System
from zhijia.core.clock import local_date
from zhijia.unions import selectors as unions
from zhijia.unions.enums import Role
from zhijia.unions.models import UnionBody
from zhijia.unions.row_security import as_system
from zhijia.vault.enums import Purpose
from zhijia.vault.permissions import Keeper

NARRATIVE, EVIDENCE, COMPLAINANT, CONTACT = "narrative", "evidence", "complainant", "contact"
"""The sealed parts of a matter: its texts, its files, who the person is, where neutral news go."""
CONTENT = (NARRATIVE, EVIDENCE)


@dataclass(frozen=True)
class Ask:
    """An appeal, or a body, on a date."""

    appeal: Appeal | None
    on: dt.date
    body: UnionBody | None = None


def ask(appeal: Appeal, now: dt.datetime) -> Ask:
    """Return the question "may this be done with this appeal now?"."""
    return Ask(appeal, local_date(now), appeal.handling_body)


def may(user: Any, permission: str, question: Ask) -> bool:
    """Answer a named permission; an unknown name raises ``KeyError``."""
    return bool(rules.permissions.permissions[permission].test(user, question))


@rules.predicate
def is_author(user: Any, question: Ask) -> bool:
    """The worker whose matter it is, by account or by receipt."""
    appeal = question.appeal
    if appeal is None:
        return False
    if isinstance(user, ReceiptHolder):
        return user.matter == appeal.owner
    known: dict[int, bool] = appeal.__dict__.setdefault("_written_by", {})
    pk = getattr(user, "pk", None)
    if pk is None:
        return False
    if pk not in known:
        known[pk] = appeal.public_id in own_public_ids(user)
    return known[pk]


@rules.predicate
def is_system(user: Any, question: Ask) -> bool:
    """A timer."""
    return isinstance(user, System)


@rules.predicate
def is_free_of_conflict(user: Any, question: Ask) -> bool:
    """Not of the employer concerned, and not judging an own matter."""
    appeal = question.appeal
    if appeal is None:
        return True
    if is_author(user, question):
        return False
    return appeal.employer_id not in unions.conflicted_employer_ids(user, question.on)


def _holds(user: Any, roles: tuple[Role, ...], question: Ask) -> bool:
    body = question.body
    if body is None or not getattr(user, "is_officer", False):
        return False
    return unions.holds(user, roles, body, question.on)


@rules.predicate
def is_dispatcher(user: Any, question: Ask) -> bool:
    """Dispatcher or chair of the body or of one above it."""
    return _holds(user, (Role.DISPATCHER, Role.CHAIR), question)


@rules.predicate
def is_supervisor(user: Any, question: Ask) -> bool:
    """Supervisor or chair of a body strictly above the one that handles, or of the top body."""
    body = question.body
    if body is None or not getattr(user, "is_officer", False):
        return False
    posts = unions.posts_of(user, question.on)
    return any(
        post.role in (Role.SUPERVISOR, Role.CHAIR)
        and body.is_under(post.body)
        and (post.body_id != body.pk or body.depth == 0)
        for post in posts
    )


@rules.predicate
def is_overseer(user: Any, question: Ask) -> bool:
    """Dispatcher, chair or supervisor of the body or of one above it: who sees all of its matters."""
    return _holds(user, (Role.DISPATCHER, Role.CHAIR, Role.SUPERVISOR), question)


@rules.predicate
def is_handler(user: Any, question: Ask) -> bool:
    """The person who has it in hand."""
    appeal = question.appeal
    return (
        appeal is not None
        and appeal.handler_id is not None
        and appeal.handler_id == getattr(user, "pk", None)
    )


@rules.predicate
def is_handler_of_body(user: Any, question: Ask) -> bool:
    """A case handler of exactly this body."""
    if question.body is None or not getattr(user, "is_officer", False):
        return False
    posts = unions.posts_of(user, question.on)
    return any(p.role == Role.HANDLER and p.body_id == question.body.pk for p in posts)


@rules.predicate
def is_intake(user: Any, question: Ask) -> bool:
    """Whoever may enter an appeal for a person: hotline, counter."""
    if not getattr(user, "is_officer", False):
        return False
    wanted = (Role.HOTLINE_AGENT, Role.HANDLER, Role.DISPATCHER)
    return any(p.role in wanted for p in unions.posts_of(user, question.on))


@rules.predicate
def is_steward(user: Any, question: Ask) -> bool:
    """Looks after the settings of the body."""
    return _holds(user, (Role.STEWARD, Role.CHAIR), question)


@rules.predicate
def is_reviewer(user: Any, question: Ask) -> bool:
    """Chair or supervisor of the body that reviews; not of the one that answered."""
    appeal = question.appeal
    if appeal is None or not getattr(user, "is_officer", False):
        return False
    review = Review.objects.filter(tenant=appeal.tenant, appeal=appeal, decided_at=None).first()
    if review is None:
        return False
    wanted = (Role.SUPERVISOR, Role.CHAIR)
    return any(p.role in wanted and p.body_id == review.body_id for p in unions.posts_of(user, question.on))


@rules.predicate
def is_anybody(user: Any, question: Ask) -> bool:
    """Every person, known or not: asking for help needs no leave."""
    return True


@rules.predicate
def may_see(user: Any, question: Ask) -> bool:
    """The row form of ``Appeal.objects.visible_to``; a test proves that both agree."""
    appeal = question.appeal
    if appeal is None:
        return False
    return Appeal.objects.visible_to(user, question.on).filter(pk=appeal.pk).exists()


officer = is_free_of_conflict
PERMISSIONS = {
    "view_appeal": may_see,
    "submit_appeal": is_anybody,
    "enter_appeal": is_intake,
    "answer_on_the_spot": officer & (is_dispatcher | is_handler_of_body | (is_intake & may_see)),
    "accept_appeal": officer & (is_dispatcher | is_handler_of_body),
    "refuse_appeal": officer & is_dispatcher,
    "refer_appeal": officer & is_dispatcher,
    "route_appeal": officer & is_dispatcher,
    "object_to_routing": officer & is_dispatcher,
    "assign_appeal": officer & is_dispatcher,
    "hand_over_appeal": officer & (is_dispatcher | is_handler),
    "sign_for_appeal": officer & (is_handler | is_handler_of_body),
    "ask_worker": officer & is_handler,
    "answer_question": is_author,
    "resume_handling": is_system | (officer & is_handler),
    "suspend_appeal": officer & (is_dispatcher | is_handler),
    "lift_suspension": officer & (is_dispatcher | is_handler),
    "ask_extension": officer & is_handler,
    "decide_extension": officer & is_dispatcher,
    "reply_to_appeal": officer & is_handler,
    "rate_reply": is_author,
    "close_unrated": is_system,
    "reopen_appeal": is_author,
    "ask_review": is_author,
    "decide_review": officer & is_reviewer,
    "ask_re_review": is_author,
    "decide_re_review": officer & is_reviewer,
    "supervise_appeal": officer & is_supervisor,
    "escalate_appeal": is_system,
    "clear_conflict": is_system,
    "withdraw_appeal": is_author,
    "write_message": is_author | (officer & (is_handler | is_dispatcher | is_handler_of_body)),
    "write_note": officer & (is_handler | is_dispatcher | is_supervisor | is_handler_of_body),
    "sort_appeal": officer & (is_handler | is_dispatcher | is_handler_of_body),
    "link_appeals": officer & (is_handler | is_dispatcher | is_handler_of_body),
    "consent_to_publishing": is_author,
    "publish_answer": officer & is_dispatcher,
    "ask_name": officer & is_handler,
    "open_complainant": officer & is_handler,
    "renew_receipt": officer & is_handler,
    "set_promises": is_steward,
    "keep_saved_replies": is_dispatcher | is_handler_of_body,
    "acknowledge_flag": is_overseer,
    "import_history": is_system,
    "erase_expired": is_system,
}
for _name, _predicate in PERMISSIONS.items():
    rules.add_perm(f"appeals.{_name}", _predicate)


# What the vault asks --------------------------------------------------------------------------------


@rules.predicate
def is_desk(user: Any, question: Ask) -> bool:
    """Dispatcher or chair of exactly this body."""
    if question.body is None or not getattr(user, "is_officer", False):
        return False
    posts = unions.posts_of(user, question.on)
    return any(p.role in (Role.DISPATCHER, Role.CHAIR) and p.body_id == question.body.pk for p in posts)


@rules.predicate
def is_in_nobodys_hand(user: Any, question: Ask) -> bool:
    """Nobody has it in hand yet."""
    return question.appeal is not None and question.appeal.handler_id is None


works_on = officer & (is_handler | is_desk | (is_in_nobodys_hand & is_handler_of_body))
"""Reads the texts as a part of his work, without asking."""
watches_over = officer & (is_supervisor | is_reviewer)
"""Reads the texts when he says why; figures and dates he has without."""
rules.add_perm("appeals.read_texts", works_on)
rules.add_perm("appeals.look_into", watches_over)


def _asked(owner: str, on: dt.date) -> Ask:
    rows = Appeal.objects.filter(public_id=owner.removeprefix("appeal:")).select_related("handling_body")
    appeal = rows.first()
    return Ask(appeal, on, appeal.handling_body if appeal else None)


@as_system()
def may_open(by: Any, owner: str, part: str, purpose: str, on: dt.date) -> bool:
    """Answer the vault: texts and files for who works on the matter or watches over it, to handle it.

    Who the person is, only for who has the matter in hand. The number for neutral news, only for the
    platform, which opens nothing else.
    """
    if purpose != Purpose.GRIEVANCE_HANDLE:
        return False
    if part == CONTACT or isinstance(by, System):
        return part == CONTACT and isinstance(by, System)
    question = _asked(owner, on)
    if question.appeal is None:
        return False
    if part == COMPLAINANT:
        return bool((officer & is_handler).test(by, question)) and question.appeal.is_open
    return bool((works_on | watches_over).test(by, question))


def is_own(by: Any, owner: str) -> bool:
    """Answer the vault: did this person hand it in?"""
    return owner.removeprefix("appeal:") in {str(one) for one in own_public_ids(by)}


@as_system()
def needs_two(owner: str, part: str) -> bool:
    """Answer the vault: who the person is takes two, unless he chose to be known to his handler."""
    if part != COMPLAINANT:
        return False
    rows = Appeal.objects.filter(public_id=owner.removeprefix("appeal:"))
    return not rows.filter(confidentiality=Confidentiality.NAMED).exists()


@as_system()
def is_barred(by: Any, owner: str, on: dt.date) -> bool:
    """Answer the vault: must the matter not exist for this person?"""
    question = _asked(owner, on)
    return question.appeal is None or not is_free_of_conflict(by, question)


@as_system()
def about(owner: str) -> str:
    """Answer the vault: number and kind, for a custodian who sees neither text nor name."""
    rows = Appeal.objects.filter(public_id=owner.removeprefix("appeal:")).select_related("category")
    appeal = rows.first()
    if appeal is None:
        return ""
    return " ".join(part for part in (appeal.number, str(appeal.category or "")) if part)


KEEPER = Keeper(may_open, is_own, needs_two, is_barred, about)
