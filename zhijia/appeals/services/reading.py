"""Opening what was written: by an officer at work, which the worker sees, and by the worker himself."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from zhijia.appeals.models import Appeal
from zhijia.appeals.permissions import COMPLAINANT, CONTENT, NARRATIVE, ask, may
from zhijia.appeals.services.sealing import give_to_body
from zhijia.core.actors import Actor, ReceiptHolder
from zhijia.core.clock import local_date
from zhijia.core.errors import NotAllowed
from zhijia.core.words import _
from zhijia.unions import selectors as unions
from zhijia.vault.enums import Purpose
from zhijia.vault.errors import KeyLocked
from zhijia.vault.selectors import parts_of
from zhijia.vault.services import OpenPart, give_to_user, open_own, open_parts

AT_WORK = _("worked on the matter")


def read_matter(
    *, appeal: Appeal, by: Actor, now: dt.datetime, reason: str = "", parts: Iterable[str] = (NARRATIVE,)
) -> dict[str, OpenPart]:
    """Open texts or files for an officer; the worker reads who did, when, for which office and why.

    Who works on the matter needs no reason of his own. Who watches over it gives one. Not inside a
    transaction: the vault commits the record of the opening first. Nothing is left of an erased matter.
    Raises ``NotAllowed``, ``ReasonMissing``, ``KeyLocked`` or ``KeyNotGiven``.
    """
    if appeal.erased_at:
        return {}
    question = ask(appeal, now)
    works = may(by, "appeals.read_texts", question)
    if not works and not may(by, "appeals.look_into", question):
        raise NotAllowed
    opened = open_parts(
        owner=appeal.owner, parts=parts, by=by, purpose=Purpose.GRIEVANCE_HANDLE, now=now,
        reason=reason or (str(AT_WORK) if works else ""), tenant=appeal.tenant,
        office=appeal.handling_body.name if works else _office_above(appeal, by, now),
    )  # fmt: skip
    if works and any(part.body != appeal.handling_body_id for part in opened.values()):
        give_to_body(appeal, appeal.handling_body, by=by, now=now)
    return opened


def _office_above(appeal: Appeal, by: Actor, now: dt.datetime) -> str:
    held = [p.body for p in unions.posts_of(by, local_date(now)) if appeal.handling_body.is_under(p.body)]
    nearest = max(held, key=lambda body: body.depth, default=appeal.handling_body)
    return nearest.name


def read_own(
    *, appeal: Appeal, by: Actor, now: dt.datetime, proven: bool, parts: Iterable[str] = (NARRATIVE,)
) -> dict[str, OpenPart]:
    """Open the worker's own texts or files for himself: nobody's disclosure.

    The receipt opens them, or an account whose owner proved himself (``proven``) by more than a text
    message. Nothing is left of an erased matter. Raises ``NotAllowed``, ``KeyLocked`` or ``KeyNotGiven``.
    """
    if appeal.erased_at:
        return {}
    if isinstance(by, ReceiptHolder):
        proven = bool(by.key)
    if not proven:
        raise KeyLocked
    return open_own(owner=appeal.owner, parts=parts, by=by, now=now, tenant=appeal.tenant)


def give_to_author(*, public_id: Any, user: Any, holder: ReceiptHolder, now: dt.datetime) -> int:
    """Let the key of the author's account open his matter, which he has just opened by receipt.

    Does nothing for anybody else than the author, or for an account without a key of its own.
    """
    appeal = Appeal.objects.own(user).filter(public_id=public_id, erased_at=None).first()
    if appeal is None:
        return 0
    wanted = (*CONTENT, COMPLAINANT)
    names = parts_of(appeal.owner, tenant=appeal.tenant).filter(part__in=wanted, erased_at=None)
    parts = list(names.values_list("part", flat=True))
    return give_to_user(owner=appeal.owner, parts=parts, user=user, by=holder, now=now, tenant=appeal.tenant)
