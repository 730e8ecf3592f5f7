"""Asking about one's own data, and deciding. A machine may grant; only a person may refuse."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from zhijia.audit import services as audit
from zhijia.core.actors import Actor, ReceiptHolder
from zhijia.core.clock import local_date
from zhijia.core.sealing import seal
from zhijia.core.services import check_state, load_locked, require
from zhijia.core.text import tidy
from zhijia.notifications.services import notify
from zhijia.privacy.enums import ERASURES, RequestKind, RequestState
from zhijia.privacy.errors import AlreadyAsked, MatterMissing, StillInTheWay, WordsMissing
from zhijia.privacy.models import ACCOUNT_DECIDERS, MATTER_DECIDERS, RightsRequest
from zhijia.privacy.permissions import Ask
from zhijia.privacy.selectors import requests as selectors
from zhijia.privacy.selectors.holds import is_held, parsed
from zhijia.privacy.services.holds import freeze
from zhijia.privacy.workflow import TABLE
from zhijia.regulations.calendar import due_at
from zhijia.regulations.selectors import period
from zhijia.unions import selectors as unions
from zhijia.unions.models import UnionBody

TEXT_LENGTH = 1000


@transaction.atomic
def ask_request(
    *, user: Any, kind: str, text: str, about: str = "", by: Actor, now: dt.datetime
) -> RightsRequest:
    """Ask something about one's own data; ``about`` is the reference of one's matter, or empty.

    An account to which nothing else belongs and against whose erasure nothing stands is granted at
    once. Raises ``MatterMissing``, ``WordsMissing``, ``AlreadyAsked``.
    """
    row = _new(user, RequestKind(kind), about, now)
    require(by, "privacy.own_request", Ask(row, local_date(now)))
    if not tidy(text) and kind not in ERASURES:
        raise WordsMissing
    row.text = _sealed(row, "text", text)
    free = kind == RequestKind.ERASE_ACCOUNT and _nothing_belongs_to(row.reference, now)
    row.state = RequestState.GRANTED if free else RequestState.ASKED
    if free:
        row.decided_at = now
        _schedule(row, now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise AlreadyAsked from None
    _record("ask_request", row, by, now)
    if not free:
        _tell_officers(row, now)
    return row


def _new(user: Any, kind: RequestKind, about: str, now: dt.datetime) -> RightsRequest:
    due = due_at(now, period("rights.answer", "", local_date(now))).at
    row = RightsRequest(tenant=user.tenant, kind=kind, asked_at=now, due_at=due)
    matter = next((m for m in selectors.own_matters(user, now) if m.reference == about), None)
    if matter is None and (about or kind == RequestKind.ERASE_MATTER):
        raise MatterMissing
    if matter is None:
        row.person, row.about_kind, row.body = user, "user", selectors.account_body(user)
    else:
        row.about_kind, row.about_id, _none = parsed(matter.reference)
        row.body = UnionBody.objects.get(pk=matter.body_id)
        row.tenant = row.body.tenant
    return row


def _nothing_belongs_to(reference: str, now: dt.datetime) -> bool:
    return not (
        selectors.matters_with(reference) or selectors.obstacles_to(reference, now) or is_held(reference, now)
    )


@transaction.atomic
def grant_request(*, public_id: UUID, by: Actor, now: dt.datetime, answer: str = "") -> RightsRequest:
    """Agree that something is erased; it happens within the period of the rules.

    Where a law forbids it for now, it is frozen instead and erased when the hold ends. Raises
    ``NotFound``, ``NotAllowed``, ``WrongState``, ``StillInTheWay``.
    """
    row = _locked(public_id, by, now)
    frozen = is_held(row.reference, now)
    step = "freeze_request" if frozen else "grant_request"
    check_state(TABLE, step, row.state)
    if row.kind not in ERASURES:
        raise WordsMissing
    against = selectors.obstacles_to(row.reference, now)
    if against:
        raise StillInTheWay(why=" ".join(against))
    if frozen:
        freeze(reference=row.reference, now=now)
    else:
        _schedule(row, now)
    return _decide(step, row, answer, by, now)


@transaction.atomic
def refuse_request(*, public_id: UUID, answer: str, by: Actor, now: dt.datetime) -> RightsRequest:
    """Refuse with a reason, which the person reads (PIPL 50). Raises also ``WordsMissing``."""
    row = _locked(public_id, by, now)
    check_state(TABLE, "refuse_request", row.state)
    if not tidy(answer):
        raise WordsMissing
    return _decide("refuse_request", row, answer, by, now)


@transaction.atomic
def answer_request(*, public_id: UUID, answer: str, by: Actor, now: dt.datetime) -> RightsRequest:
    """Say what was put right, or explain. Raises as ``refuse_request``."""
    row = _locked(public_id, by, now)
    check_state(TABLE, "answer_request", row.state)
    if not tidy(answer) or row.kind in ERASURES:
        raise WordsMissing
    row.done_at = now
    return _decide("answer_request", row, answer, by, now)


@transaction.atomic
def withdraw_request(*, public_id: UUID, by: Actor, now: dt.datetime) -> RightsRequest:
    """Take one's own request back, as long as nothing was erased; raise ``NotFound``, ``WrongState``."""
    row: RightsRequest = load_locked(RightsRequest.objects.of(by), public_id=public_id)
    check_state(TABLE, "withdraw_request", row.state)
    row.state, row.done_at, row.carry_out_at = RequestState.WITHDRAWN, now, None
    row.save(update_fields=["state", "done_at", "carry_out_at"])
    _record("withdraw_request", row, by, now)
    return row


def _locked(public_id: UUID, by: Actor, now: dt.datetime) -> RightsRequest:
    on = local_date(now)
    rows = RightsRequest.objects.visible_to(by, on).select_related("body", "person")
    row: RightsRequest = load_locked(rows, public_id=public_id)
    require(by, "privacy.decide_request", Ask(row, on))
    return row


def _decide(step: str, row: RightsRequest, answer: str, by: Actor, now: dt.datetime) -> RightsRequest:
    row.state = TABLE.target(step, row.state)
    row.decided_by, row.decided_at = by, now
    row.answer = _sealed(row, "answer", answer)
    row.save(
        update_fields=[
            "state", "decided_by", "decided_at", "answer", "carry_out_at", "erase_until", "done_at",
        ]
    )  # fmt: skip
    _record(step, row, by, now)
    to = row.person or selectors.author_of(row.reference)
    if to is not None:
        notify(kind="privacy.answered", to=to, now=now, url=reverse("privacy:requests"))
    return row


def _schedule(row: RightsRequest, now: dt.datetime) -> None:
    """Set when it is erased: an account after the time to change one's mind, a matter at once."""
    on = local_date(now)
    account = row.kind == RequestKind.ERASE_ACCOUNT
    row.carry_out_at = due_at(now, period("rights.cooling", "", on)).at if account else now
    row.erase_until = due_at(now, period("rights.erasure", "", on)).at


def _sealed(row: RightsRequest, name: str, typed: str) -> bytes:
    text = tidy(typed)[:TEXT_LENGTH]
    return seal(text.encode(), purpose="privacy/request", place=row.place(name)) if text else b""


def _tell_officers(row: RightsRequest, now: dt.datetime) -> None:
    """Tell those who decide: of the body, or of the nearest one above that has any."""
    if row.body is None:
        return
    roles, on = MATTER_DECIDERS if row.about_id else ACCOUNT_DECIDERS, local_date(now)
    for body in (row.body, *unions.ancestors(row.body)):
        people = [
            one for one in unions.holders(body, roles, on)
            if RightsRequest.objects.visible_to(one, on).filter(pk=row.pk).exists()
        ]  # fmt: skip
        for officer in people:
            notify(kind="privacy.asked", to=officer, now=now, tenant=row.tenant, url=reverse("privacy:queue"))
        if people:
            return


def _record(step: str, row: RightsRequest, by: Actor, now: dt.datetime) -> None:
    data = {"kind": row.kind, "about": row.reference}
    # What a person asks about his matter is recorded as the matter's: the chain too leads from nobody to it.
    own = row.about_id is not None and step in ("ask_request", "withdraw_request")
    doer = ReceiptHolder(matter=row.reference) if own else by
    audit.record(TABLE.transition(step).audit, obj=row, by=doer, now=now, tenant=row.tenant, data=data)
