"""What the union above does: approve, refuse with a reason, decide a review; what happens when it is late."""

import datetime as dt
from collections.abc import Callable

import structlog
from django.db import transaction

from zhijia.accounts.models import User
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import DomainError, NotFound
from zhijia.core.text import tidy
from zhijia.organising.enums import Material, ProcessKind, State
from zhijia.organising.errors import MaterialsMissing, NoRegistrar, ReasonMissing
from zhijia.organising.models import Process
from zhijia.organising.services.base import begin, body_above, finish, reply_due, sent
from zhijia.organising.services.opening import is_registrar
from zhijia.organising.services.settling import settle_closing, settle_founding, settle_recall, settle_term
from zhijia.organising.workflow import WAITING
from zhijia.unions.services import check_union_code, register_legal_person

log = structlog.get_logger(__name__)


@transaction.atomic
def approve_preparation(*, process_id: int, reason: str = "", by: Actor, now: dt.datetime) -> Process:
    """Let the preparatory group go on."""
    process = begin("approve_preparation", process_id=process_id, by=by, now=now)
    return finish("approve_preparation", process, by=by, now=now, reason=reason)


@transaction.atomic
def approve_candidates(*, process_id: int, reason: str = "", by: Actor, now: dt.datetime) -> Process:
    """Agree to the change of term and the candidates."""
    process = begin("approve_candidates", process_id=process_id, by=by, now=now)
    return finish("approve_candidates", process, by=by, now=now, reason=reason)


@transaction.atomic
def approve_result(
    *, process_id: int, chair: User | None = None, reason: str = "", by: Actor, now: dt.datetime
) -> Process:
    """Agree to the result: the union exists, or its new term begins.

    ``chair``: the account of the elected chair of a new union, who gets the post of chair at once.
    """
    process = begin("approve_result", process_id=process_id, by=by, now=now)
    if process.kind == ProcessKind.FOUNDING:
        body = settle_founding(process, chair=chair, now=now)
        to = State.ESTABLISHED
    else:
        body, to = settle_term(process, now=now), State.RENEWED
    return finish("approve_result", process, by=by, now=now, reason=reason, to=to, body=body)


@transaction.atomic
def apply_registration(*, process_id: int, by: Actor, now: dt.datetime) -> Process:
    """Send the registration to the registrar; raise ``MaterialsMissing`` for an incomplete checklist."""
    process = begin("apply_registration", process_id=process_id, by=by, now=now)
    missing = [material for material in Material if material.value not in process.materials]
    if missing:
        raise MaterialsMissing(missing="、".join(str(material.label) for material in missing))
    return finish("apply_registration", process, by=by, now=now, **sent(by, now))


@transaction.atomic
def change_registration(
    *, process_id: int, representative: str, materials: list[str], by: Actor, now: dt.datetime
) -> Process:
    """Tick what is there by now."""
    process = begin("apply_registration", process_id=process_id, by=by, now=now)
    process.representative, process.materials = tidy(representative), sorted(materials)
    process.changed_at = now
    process.save(update_fields=["representative", "materials", "changed_at"])
    return process


@transaction.atomic
def approve_registration(
    *,
    process_id: int,
    credit_code: str,
    certified_on: dt.date,
    valid_until_on: dt.date | None = None,
    reason: str = "",
    by: Actor,
    now: dt.datetime,
) -> Process:
    """Register the body as legal person with its certificate; free of charge."""
    process = begin("approve_registration", process_id=process_id, by=by, now=now)
    if not is_registrar(process.answering, now):
        raise NoRegistrar
    register_legal_person(
        body_id=process.body_id or 0, credit_code=check_union_code(credit_code),
        representative=process.representative, certified_on=certified_on, valid_until_on=valid_until_on,
        registrar=process.answering, by=SYSTEM, now=now,
    )  # fmt: skip
    return finish("approve_registration", process, by=by, now=now, reason=reason)


@transaction.atomic
def approve_closing(*, process_id: int, reason: str = "", by: Actor, now: dt.datetime) -> Process:
    """Agree to merging or dissolving, and carry it out."""
    process = begin("approve_closing", process_id=process_id, by=by, now=now)
    settle_closing(process, by=by, now=now)
    return finish("approve_closing", process, by=by, now=now, reason=reason)


@transaction.atomic
def approve_recall(*, process_id: int, reason: str = "", by: Actor, now: dt.datetime) -> Process:
    """Agree to the recall: the officer leaves the seat today, and the post that went with it."""
    process = begin("approve_recall", process_id=process_id, by=by, now=now)
    settle_recall(process, now=now)
    return finish("approve_recall", process, by=by, now=now, reason=reason)


def _refuses(step: str) -> Callable[..., Process]:
    @transaction.atomic
    def refuse(*, process_id: int, reason: str, by: Actor, now: dt.datetime) -> Process:
        process = begin(step, process_id=process_id, by=by, now=now)
        if not tidy(reason):
            raise ReasonMissing
        changes = {"refused_from": process.state, "refuser_id": getattr(by, "pk", None)}
        return finish(step, process, by=by, now=now, reason=reason, **changes)

    refuse.__name__, refuse.__doc__ = step, "Say no, with the reason that the applicants read."
    return refuse


refuse_preparation = _refuses("refuse_preparation")
refuse_candidates = _refuses("refuse_candidates")
refuse_result = _refuses("refuse_result")
refuse_registration = _refuses("refuse_registration")
refuse_closing = _refuses("refuse_closing")
refuse_recall = _refuses("refuse_recall")


@transaction.atomic
def ask_review(*, process_id: int, reason: str, by: Actor, now: dt.datetime) -> Process:
    """Ask the body above the one that refused to look at it; raise ``NotFound`` at the very top."""
    process = begin("ask_review", process_id=process_id, by=by, now=now)
    above = body_above(process.answering, process.employer_id)
    if above is None:
        raise NotFound
    process.answering = above
    applied = {key: value for key, value in sent(by, now).items() if key != "refuser_id"}
    return finish("ask_review", process, by=by, now=now, reason=reason, answering=above, **applied)


@transaction.atomic
def decide_review(*, process_id: int, decision: str, reason: str, by: Actor, now: dt.datetime) -> Process:
    """Take the matter over (``granted``), to answer it oneself, or confirm the refusal."""
    process = begin("decide_review", process_id=process_id, by=by, now=now)
    if not tidy(reason):
        raise ReasonMissing
    granted = decision == "granted"
    to = process.refused_from if granted else State.REFUSED.value
    done = finish("decide_review", process, by=by, now=now, to=to, reason=reason, refuser=None)
    return _await_answer(done, now) if granted else done


def _await_answer(process: Process, now: dt.datetime) -> Process:
    process.due_on = reply_due(process, now)
    process.save(update_fields=["due_on"])
    return process


# When the union above is late ---------------------------------------------------------------------


def escalate_late(*, now: dt.datetime) -> int:
    """Give what was not answered in time to the body above; return how many. Safe to repeat."""
    late = Process.objects.filter(state__in=WAITING, due_on__lt=local_date(now)).order_by("due_on", "id")
    return sum(_escalate_one(pk, now) for pk in list(late.values_list("pk", flat=True)[:500]))


def _escalate_one(process_id: int, now: dt.datetime) -> bool:
    try:
        return escalate(process_id=process_id, by=SYSTEM, now=now)
    except DomainError as error:
        log.info("escalation_refused", process=process_id, code=error.code)
        return False


@transaction.atomic
def escalate(*, process_id: int, by: Actor, now: dt.datetime) -> bool:
    """Move one late matter to the next body above, and say whether it moved; at the top it stays."""
    process = begin("escalate", process_id=process_id, by=by, now=now)
    above = body_above(process.answering, process.employer_id)
    if above is None or process.due_on is None or process.due_on >= local_date(now):
        return False
    process.answering = above
    finish("escalate", process, by=by, now=now, to=process.state, answering=above)
    return True
