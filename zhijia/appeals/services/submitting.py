"""Handing in: by the worker, or by an officer for the person."""

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from stdnum import luhn

from zhijia.appeals import messages
from zhijia.appeals.deadlines import dues
from zhijia.appeals.enums import Channel, Confidentiality, Kind, RoutingKind, Urgency
from zhijia.appeals.errors import AppealTooLong, CategoryGone, ContactMissing, EmptyAppeal, SignInForName
from zhijia.appeals.models import Appeal, Category, ReceiptLookup, RoutingStep
from zhijia.appeals.permissions import Ask
from zhijia.appeals.services.grouping import raise_flag
from zhijia.appeals.services.sealing import remember_author, seal_matter
from zhijia.appeals.urgency import weigh
from zhijia.appeals.workflow import TABLE
from zhijia.attachments.services import check_upload, store_upload
from zhijia.audit.services import record
from zhijia.core.actors import STRANGER, Actor, ReceiptHolder, actor_id
from zhijia.core.boxes import new_pair
from zhijia.core.clock import local_date
from zhijia.core.errors import storage_guard
from zhijia.core.idempotency import once
from zhijia.core.identifiers import clean_mobile
from zhijia.core.receipts import keys_of, new_receipt
from zhijia.core.sealing import blind_index
from zhijia.core.services import require
from zhijia.core.text import tidy
from zhijia.privacy.services import give_consent
from zhijia.regulations.calendar import deadline
from zhijia.regulations.selectors import period
from zhijia.unions import selectors as unions
from zhijia.unions.models import Employer
from zhijia.unions.row_security import as_system

TEXT_LIMIT = 10_000
"""Characters of the narrative. A longer one is refused with its text kept in the form."""
SUBJECT_LIMIT = 80
HEADLINE = 40
"""Characters of a subject that is taken from the narrative."""


@dataclass(frozen=True)
class Submission:
    """What the person tells us. Everything but ``text`` may be left out."""

    text: str
    subject: str = ""
    wish: str = ""
    kind: str = Kind.HELP
    category: str = ""
    """Code of the category; empty lets the officer sort it."""
    confidentiality: str = Confidentiality.SEALED
    place: str = ""
    employer_id: int | None = None
    employer_text: str = ""
    people_count: int = 1
    circumstances: tuple[str, ...] = ()
    consents_to_publishing: bool = False
    name: str = ""
    mobile: str = ""
    channel: str = Channel.WEB
    source: str = ""
    source_reference: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def submit_appeal(
    *, submission: Submission, key: str, by: Actor, now: dt.datetime, files: Iterable[Any] = ()
) -> tuple[dict[str, Any], bool]:
    """File an appeal once per ``key`` and return ``(answer, fresh)``.

    The answer holds ``number``, ``receipt`` (20 digits), ``public_id``, ``received_at``, ``body``,
    ``first_due_at``, ``final_due_at`` and ``provisional``. A retry gets the same answer.

    Who hands in without a name is nobody from here on: no row, file or audit line names him.

    Raises ``EmptyAppeal``, ``AppealTooLong``, ``CategoryGone``, ``SignInForName``,
    ``ContactMissing``, ``KeyReused``, ``StorageFull`` or an attachment's refusal; then nothing
    was written.
    """
    files = tuple(check_upload(upload=file, now=now) for file in files)
    if submission.channel == Channel.WEB and submission.confidentiality == Confidentiality.ANONYMOUS:
        by = STRANGER
    body = _fingerprint(submission, files)
    with storage_guard(), as_system():
        return once(
            scope=f"appeals.submit|{blind_index(actor_id(by), purpose='submitter')}",
            key=key,
            body=body,
            now=now,
            effect=lambda: _file(submission, files, by, now),
            journal=lambda answer: f"appeal:{answer['public_id']}",
        )


def enter_appeal(
    *, submission: Submission, key: str, by: Actor, now: dt.datetime, files: Iterable[Any] = ()
) -> tuple[dict[str, Any], bool]:
    """File an appeal for a person at the counter, on the phone, by letter or from another hotline.

    Marked with its channel and with who entered it. Same answer and errors as ``submit_appeal``.
    """
    require(by, "appeals.enter_appeal", Ask(None, local_date(now)))
    named = submission.confidentiality != Confidentiality.ANONYMOUS
    if named and not submission.mobile and submission.channel != Channel.TRANSFER:
        raise ContactMissing
    return submit_appeal(submission=submission, key=key, by=by, now=now, files=files)


def _fingerprint(submission: Submission, files: tuple[Any, ...]) -> dict[str, Any]:
    told = {k: v for k, v in vars(submission).items() if v}
    return told | {"files": [(f.name, f.size) for f in files]}


@as_system()
def _file(submission: Submission, files: tuple[Any, ...], by: Actor, now: dt.datetime) -> dict[str, Any]:
    pair, receipt = new_pair(), new_receipt()
    opened = keys_of(receipt)
    author = _author(submission, by)
    appeal = _new_appeal(submission, by, now)
    appeal.narrative_public = pair.public
    if author is not None:
        appeal.seal_author(author.pk)
        remember_author(appeal, author)
    doer = by if author is None else ReceiptHolder(matter=appeal.owner)
    appeal.save(force_insert=True)
    ReceiptLookup.objects.create(receipt_index=opened.index, tenant=appeal.tenant, public_id=appeal.public_id)
    RoutingStep.objects.create(
        tenant=appeal.tenant, appeal=appeal, kind=RoutingKind.ROUTED, from_body=None,
        to_body=appeal.handling_body, moved_by=actor_id(doer), moved_at=now,
    )  # fmt: skip
    raise_flag(appeal=appeal, by=doer, now=now)
    evidence = seal_matter(
        appeal, pair=pair, receipt=opened.key, person=_person(submission, author), author=author, by=doer,
        now=now,
    )  # fmt: skip
    _store(appeal, files, evidence, doer, now)
    if appeal.consents_to_publishing:
        give_consent(
            person=None, owner=appeal.owner, key="publish_matter", tenant=appeal.tenant, by=doer, now=now
        )
    messages.tell_desk(appeal, "appeal.submitted", now)
    record(
        TABLE.transition("submit_appeal").audit, obj=appeal, by=doer, now=now, tenant=appeal.tenant,
        data={"channel": appeal.channel, "body": appeal.handling_body_id, "files": len(files)},
    )  # fmt: skip
    return answer_for(appeal, receipt)


def _store(appeal: Appeal, files: tuple[Any, ...], evidence: bytes, by: Actor, now: dt.datetime) -> None:
    for file in files:
        store_upload(upload=file, tenant=appeal.tenant, owner=appeal.owner, by=by, now=now, seal_to=evidence)


def _author(submission: Submission, by: Actor) -> Any:
    """Return the account that hands in for itself and may be known, or None."""
    known = getattr(by, "pk", None) is not None
    anonymous = submission.confidentiality == Confidentiality.ANONYMOUS
    return by if known and submission.channel == Channel.WEB and not anonymous else None


def _person(submission: Submission, author: Any) -> dict[str, str]:
    """Return name and number as told, else as the account has them."""
    name, mobile = tidy(submission.name)[:60], submission.mobile and clean_mobile(submission.mobile)
    if author is None:
        return {"name": name, "mobile": mobile}
    return {"name": name or author.name, "mobile": mobile or author.phone_or_blank}


def answer_for(appeal: Appeal, receipt: str) -> dict[str, Any]:
    """Return what a receipt says: number, moments, body."""
    return {
        "number": appeal.number,
        "receipt": receipt,
        "public_id": str(appeal.public_id),
        "received_at": appeal.received_at.isoformat(),
        "body": appeal.handling_body.name,
        "first_due_at": appeal.first_due_at.isoformat(),
        "final_due_at": appeal.final_due_at.isoformat(),
        "provisional": appeal.due_is_provisional,
    }


def _new_appeal(submission: Submission, by: Actor, now: dt.datetime) -> Appeal:
    text = checked_text(submission.text)
    category = active_category(submission.category)
    employer = Employer.objects.filter(pk=submission.employer_id).first() if submission.employer_id else None
    _check_contact(submission, by)
    body = unions.responsible_body(employer=employer, place=submission.place)
    base = Urgency(category.default_urgency) if category else Urgency.GENERAL
    people = max(1, submission.people_count)
    urgency, score = weigh(base=base, codes=list(submission.circumstances), people_count=people)
    place = submission.place or (employer.place if employer else "") or body.place
    due = dues(body_id=body.pk, tenant=body.tenant, urgency=urgency, place=place, start=now)
    is_self = submission.channel == Channel.WEB
    known = getattr(by, "pk", None) is not None
    return Appeal(
        tenant=body.tenant,
        number=new_number(body.tenant, now),
        channel=submission.channel,
        confidentiality=submission.confidentiality,
        kind=submission.kind,
        category=category,
        urgency=urgency,
        score=score,
        circumstances=list(submission.circumstances),
        subject=tidy(submission.subject)[:SUBJECT_LIMIT] or headline(text),
        text=text,
        wish=tidy(submission.wish)[:2000],
        people_count=people,
        employer=employer,
        employer_text=tidy(submission.employer_text)[:120],
        place=place,
        entered_by=by if known and not is_self else None,
        source=submission.source,
        source_reference=submission.source_reference,
        handling_body=body,
        received_at=now,
        round_started_at=now,
        changed_at=now,
        first_due_at=due.first.at,
        final_due_at=due.final.at,
        due_is_provisional=due.is_provisional,
        consents_to_publishing=submission.consents_to_publishing,
        retained_until_on=deadline(
            local_date(now), period(f"appeal.retention.{submission.channel}", "", local_date(now))
        ).on,
    )


def checked_text(text: str) -> str:
    """Return the narrative as it is kept; raise ``EmptyAppeal`` or ``AppealTooLong``."""
    kept = tidy(text)
    if not kept:
        raise EmptyAppeal
    if len(kept) > TEXT_LIMIT:
        raise AppealTooLong(length=len(kept), limit=TEXT_LIMIT)
    return kept


def headline(text: str) -> str:
    """Return the first line as a subject, cut with a mark of omission."""
    line = text.split("\n")[0]
    return line if len(line) <= HEADLINE else line[: HEADLINE - 1].rstrip("，、；：,;: ") + "…"


def active_category(code: str) -> Category | None:
    """Return the category called ``code``, None for an empty code; raise ``CategoryGone``."""
    if not code:
        return None
    found = Category.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise CategoryGone
    return found


def _check_contact(submission: Submission, by: Actor) -> None:
    anonymous = submission.confidentiality == Confidentiality.ANONYMOUS
    known = getattr(by, "pk", None) is not None
    if not anonymous and submission.channel == Channel.WEB and not known and not submission.mobile:
        raise SignInForName


def new_number(tenant: int, now: dt.datetime) -> str:
    """Return a fresh case number: two digits of the year, eight random ones, a check digit."""
    year = f"{local_date(now).year % 100:02d}"
    while True:
        body = year + str(secrets.randbelow(10**8)).zfill(8)
        number = body + luhn.calc_check_digit(body)
        if not Appeal.objects.filter(tenant=tenant, number=number).exists():
            return number
