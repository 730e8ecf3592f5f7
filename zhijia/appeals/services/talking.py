"""Words about an appeal that move no state: messages, notes, sorting, consent."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhijia.appeals import messages
from zhijia.appeals.deadlines import current_dues
from zhijia.appeals.enums import Kind, State, Urgency
from zhijia.appeals.models import Appeal, Note, Talk
from zhijia.appeals.permissions import EVIDENCE, ask, is_author
from zhijia.appeals.services.base import doer, load, note_deed
from zhijia.appeals.services.clearing import clear_conflict, is_misplaced
from zhijia.appeals.services.deciding import needed
from zhijia.appeals.services.handling import answer_question
from zhijia.appeals.services.publishing import unpublish_of
from zhijia.appeals.services.submitting import active_category
from zhijia.attachments.services import check_upload, store_upload
from zhijia.core.actors import SYSTEM, Actor, actor_id
from zhijia.core.errors import BadInput, WrongState, storage_guard
from zhijia.core.services import require
from zhijia.privacy.services import give_consent, withdraw_consent
from zhijia.unions.models import Employer
from zhijia.unions.row_security import as_system
from zhijia.vault.selectors import public_of


def write_message(
    *, appeal_id: int, text: str, files: tuple[Any, ...] = (), by: Actor, now: dt.datetime
) -> Talk:
    """Write to the other side. A worker's message restarts a clock that waits for him, on any channel."""
    return _write(appeal_id, text, tuple(check_upload(upload=file, now=now) for file in files), by, now)


@transaction.atomic
def _write(appeal_id: int, text: str, files: tuple[Any, ...], by: Actor, now: dt.datetime) -> Talk:
    appeal = load(appeal_id=appeal_id, by=by, now=now)
    question = ask(appeal, now)
    require(by, "appeals.write_message", question)
    if appeal.erased_at or appeal.state in (State.WITHDRAWN, State.RE_REVIEWED):
        raise WrongState
    _store(appeal, files, by, now)
    from_worker = is_author(by, question)
    if from_worker and appeal.state == State.WAITING:
        answer_question(appeal_id=appeal.pk, text=text, by=by, now=now)
        return appeal.talks.filter(tenant=appeal.tenant).order_by("-id")[0]
    made = Talk.objects.create(
        tenant=appeal.tenant, appeal=appeal, is_from_worker=from_worker,
        author=actor_id(doer(by, appeal, now)), text=needed(text), said_at=now,
    )  # fmt: skip
    _after_message(appeal, from_worker, now)
    note_deed("appeal.message_written", appeal, by=by, now=now, talk=made.pk)
    return made


def _store(appeal: Appeal, files: tuple[Any, ...], by: Actor, now: dt.datetime) -> None:
    if not files:
        return
    told = {"tenant": appeal.tenant, "owner": appeal.owner, "by": doer(by, appeal, now), "now": now}
    evidence = public_of(appeal.owner, EVIDENCE, tenant=appeal.tenant)
    with storage_guard():
        for file in files:
            store_upload(upload=file, seal_to=evidence, **told)


def _after_message(appeal: Appeal, from_worker: bool, now: dt.datetime) -> None:
    if not from_worker:
        messages.tell_worker(appeal, "appeal.talk", now)
    elif appeal.handler_id:
        messages.tell_handler(appeal, "appeal.talk", now)
    else:
        messages.tell_desk(appeal, "appeal.talk", now)


@transaction.atomic
def write_note(*, appeal_id: int, text: str, by: Actor, now: dt.datetime) -> Note:
    """Write a note that only officers see."""
    appeal = load(appeal_id=appeal_id, by=by, now=now)
    require(by, "appeals.write_note", ask(appeal, now))
    if appeal.erased_at:
        raise WrongState
    made = Note.objects.create(
        tenant=appeal.tenant, appeal=appeal, text=needed(text), noted_by=by, noted_at=now
    )
    note_deed("appeal.noted", appeal, by=by, now=now, note=made.pk)
    return made


@as_system()  # the officer may conflict with the employer that he names
@transaction.atomic
def sort_appeal(
    *,
    appeal_id: int,
    category: str,
    kind: str,
    urgency: str,
    employer_id: int | None,
    by: Actor,
    now: dt.datetime,
) -> Appeal:
    """Correct category, kind, urgency and employer; a new urgency sets the clocks anew from the start.

    Naming the employer may tie the acting body or its handler to it: then the matter is taken away
    from them at once (``clear_conflict``).
    """
    appeal = load(appeal_id=appeal_id, by=by, now=now)
    require(by, "appeals.sort_appeal", ask(appeal, now))
    if not appeal.is_open or kind not in Kind.values or urgency not in Urgency.values:
        raise BadInput
    appeal.category, appeal.kind = active_category(category), kind
    appeal.employer = Employer.objects.filter(pk=employer_id).first() if employer_id else None
    changed = appeal.urgency != urgency
    appeal.urgency = urgency
    if changed:
        due = current_dues(appeal, now)
        appeal.first_due_at, appeal.final_due_at = due.first.at, due.final.at
        appeal.due_is_provisional = due.is_provisional
    appeal.save(
        update_fields=[
            "category",
            "kind",
            "employer",
            "urgency",
            "first_due_at",
            "final_due_at",
            "due_is_provisional",
        ]
    )
    note_deed(
        "appeal.sorted",
        appeal,
        by=by,
        now=now,
        category=category,
        kind=kind,
        urgency=urgency,
        employer=employer_id,
    )
    if is_misplaced(appeal, now):
        return clear_conflict(appeal_id=appeal.pk, by=SYSTEM, now=now, opener=by) or appeal
    return appeal


@transaction.atomic
def set_consent(*, appeal_id: int, consents: bool, by: Actor, now: dt.datetime) -> Appeal:
    """The worker allows, or no longer allows, publishing question and answer without names."""
    appeal = load(appeal_id=appeal_id, by=by, now=now)
    require(by, "appeals.consent_to_publishing", ask(appeal, now))
    appeal.consents_to_publishing = consents
    appeal.save(update_fields=["consents_to_publishing"])
    change = give_consent if consents else withdraw_consent
    change(
        person=None, owner=appeal.owner, key="publish_matter", tenant=appeal.tenant,
        by=doer(by, appeal, now), now=now,
    )  # fmt: skip
    if not consents:
        unpublish_of(appeal, now)
    note_deed("appeal.consent_changed", appeal, by=by, now=now, consents=consents)
    return appeal
