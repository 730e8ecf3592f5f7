"""Learning who the person is: asked for by one, agreed to by another, read by the person."""

import datetime as dt
from typing import Any

from zhijia.appeals import messages
from zhijia.appeals.errors import NothingSealed, ReasonNeeded
from zhijia.appeals.models import Appeal
from zhijia.appeals.permissions import COMPLAINANT, CONTACT, ask
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.services import require
from zhijia.core.text import tidy
from zhijia.core.words import _
from zhijia.notifications.services import tell_number
from zhijia.unions.models import UnionBody
from zhijia.vault.enums import Purpose
from zhijia.vault.models import IdentityRequest
from zhijia.vault.selectors import has_part, live_part
from zhijia.vault.services import ask_identity, open_part

BATCH = 200


def ask_name(*, appeal_id: int, reason: str, by: Actor, now: dt.datetime) -> IdentityRequest:
    """Ask the custodians to let the handler learn who the person is; the person reads it.

    The custodians of the body for whom it was sealed decide, or those of a body above. Raises
    ``NotFound``, ``NotAllowed``, ``ReasonNeeded``, ``NothingSealed`` or ``AlreadyAsked``.
    """
    appeal = _mine(appeal_id, reason, by, now)
    sealed = live_part(appeal.owner, COMPLAINANT, tenant=appeal.tenant)
    body = UnionBody.objects.filter(pk__in=[sealed.body]).first() or appeal.handling_body
    return ask_identity(
        owner=appeal.owner, part=COMPLAINANT, body=body, reason=reason, by=by, now=now, tenant=appeal.tenant
    )


def open_complainant(*, appeal_id: int, reason: str, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """Return name and mobile number of the person, for the handler only, with a reason he reads.

    Needs the agreement of a second person, unless the person chose to be known to his handler.
    Deliberately not in one transaction: the vault commits the record of the opening before it opens the
    seal. Raises ``NotFound``, ``NotAllowed``, ``ReasonNeeded``, ``NothingSealed``, ``RequestNeeded``,
    ``KeyLocked`` or ``KeyNotGiven``.
    """
    appeal = _mine(appeal_id, reason, by, now)
    found = open_part(
        owner=appeal.owner, part=COMPLAINANT, by=by, purpose=Purpose.GRIEVANCE_HANDLE, reason=reason, now=now,
        office=appeal.handling_body.name, tenant=appeal.tenant,
    )  # fmt: skip
    messages.tell_worker(appeal, "appeal.name_opened", now)
    return found


def _mine(appeal_id: int, reason: str, by: Actor, now: dt.datetime) -> Appeal:
    rows = Appeal.objects.visible_to(by, local_date(now)).select_related("handling_body")
    appeal = rows.filter(pk=appeal_id).first()
    if appeal is None:
        raise NotFound
    require(by, "appeals.open_complainant", ask(appeal, now))
    if not tidy(reason):
        raise ReasonNeeded
    if not has_part(appeal.owner, COMPLAINANT, tenant=appeal.tenant):
        raise NothingSealed
    return appeal


def tell_by_phone(now: dt.datetime) -> int:
    """Timer: send the neutral text to people without an account who left a number; return how many.

    Several pieces of news since the last round make one message. The person sees in the list of
    openings that the number was used, and for what.
    """
    rows = Appeal.objects.filter(news_at__isnull=False, author_sealed=b"").select_related("handling_body")
    told = 0
    for appeal in rows.order_by("news_at")[:BATCH]:
        told += _tell_one(appeal, now)
        Appeal.objects.filter(pk=appeal.pk, news_at=appeal.news_at).update(news_at=None)
    return told


def _tell_one(appeal: Appeal, now: dt.datetime) -> int:
    if not has_part(appeal.owner, CONTACT, tenant=appeal.tenant):
        return 0
    content = open_part(
        owner=appeal.owner, part=CONTACT, by=SYSTEM, purpose=Purpose.GRIEVANCE_HANDLE,
        reason=str(_("to send you the message that there is news")), now=now,
        office=appeal.handling_body.name, tenant=appeal.tenant,
    )  # fmt: skip
    tell_number(phone=content["mobile"], now=now, tenant=appeal.tenant)
    return 1
