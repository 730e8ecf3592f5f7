"""Opening who the person is. The person sees each opening with its reason."""

import datetime as dt
from typing import Any

from zhijia.appeals.errors import NothingSealed, ReasonNeeded
from zhijia.appeals.models import Appeal
from zhijia.appeals.permissions import ask
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.services import require
from zhijia.core.text import tidy
from zhijia.core.words import _
from zhijia.notifications.services import tell_number
from zhijia.vault.enums import Purpose
from zhijia.vault.selectors import has_part
from zhijia.vault.services import open_part, seal_part

PART = "complainant"
BATCH = 200


def open_complainant(*, appeal_id: int, reason: str, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """Return name and mobile number of the person, for the handler only, with a reason he reads.

    Deliberately not in one transaction: the vault commits the record of the opening before it
    opens the seal. Raises ``NotFound``, ``NotAllowed``, ``ReasonNeeded``, ``NothingSealed``.
    """
    rows = Appeal.objects.visible_to(by, local_date(now)).select_related("handling_body", "author")
    appeal = rows.filter(pk=appeal_id).first()
    if appeal is None:
        raise NotFound
    require(by, "appeals.open_complainant", ask(appeal, now))
    if not tidy(reason):
        raise ReasonNeeded
    _seal_account(appeal, now)
    return open_part(
        owner=appeal.owner, part=PART, by=by, purpose=Purpose.GRIEVANCE_HANDLE, reason=reason, now=now,
        office=appeal.handling_body.name, tenant=appeal.tenant,
    )  # fmt: skip


def _seal_account(appeal: Appeal, now: dt.datetime) -> None:
    """Seal what the account says of the person, so that this opening too leaves its trace."""
    if appeal.is_anonymous or has_part(appeal.owner, PART, tenant=appeal.tenant):
        return
    if appeal.author is None:
        raise NothingSealed
    content = {"name": appeal.author.name, "mobile": appeal.author.phone}
    seal_part(owner=appeal.owner, part=PART, content=content, tenant=appeal.tenant, now=now, by=SYSTEM)


def tell_by_phone(now: dt.datetime) -> int:
    """Timer: send the neutral text to people without an account who left a number; return how many.

    Several pieces of news since the last round make one message. The person sees in the list of
    openings that the number was used, and for what.
    """
    rows = Appeal.objects.filter(news_at__isnull=False, author=None).select_related("handling_body")
    told = 0
    for appeal in rows.order_by("news_at")[:BATCH]:
        told += _tell_one(appeal, now)
        Appeal.objects.filter(pk=appeal.pk, news_at=appeal.news_at).update(news_at=None)
    return told


def _tell_one(appeal: Appeal, now: dt.datetime) -> int:
    if not has_part(appeal.owner, PART, tenant=appeal.tenant):
        return 0
    content = open_part(
        owner=appeal.owner, part=PART, by=SYSTEM, purpose=Purpose.GRIEVANCE_HANDLE,
        reason=str(_("to send you the message that there is news")), now=now,
        office=appeal.handling_body.name, tenant=appeal.tenant,
    )  # fmt: skip
    if not content.get("mobile"):
        return 0
    tell_number(phone=content["mobile"], now=now, tenant=appeal.tenant)
    return 1
