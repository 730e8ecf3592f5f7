"""A new receipt for somebody who lost his: given in person, by who has the matter in hand."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhijia.appeals.errors import ReasonNeeded
from zhijia.appeals.models import Appeal, ReceiptLookup
from zhijia.appeals.permissions import CONTENT, ask
from zhijia.appeals.services.base import note_deed
from zhijia.appeals.services.reading import read_matter
from zhijia.appeals.services.submitting import answer_for
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound, WrongState
from zhijia.core.receipts import keys_of, new_receipt
from zhijia.core.services import require
from zhijia.core.text import tidy
from zhijia.vault.services import give_to_receipt


def renew_receipt(*, appeal_id: int, reason: str, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """Make a new receipt and return the slip; the former one opens nothing any more.

    Only who can open the texts can do it; the opening and ``reason`` stand among what the worker reads.
    The name stays with the custodians: the new receipt does not open it. Raises ``NotFound``,
    ``NotAllowed``, ``ReasonNeeded``, ``WrongState``, ``KeyLocked`` or ``KeyNotGiven``.
    """
    appeal = Appeal.objects.work_for(by, local_date(now)).select_related("handling_body").filter(pk=appeal_id)
    found = appeal.first()
    if found is None:
        raise NotFound
    require(by, "appeals.renew_receipt", ask(found, now))
    if not tidy(reason):
        raise ReasonNeeded
    if found.erased_at:
        raise WrongState
    read_matter(appeal=found, by=by, now=now, reason=reason, parts=CONTENT)
    return _renew(found, by, now)


@transaction.atomic
def _renew(appeal: Appeal, by: Actor, now: dt.datetime) -> dict[str, Any]:
    receipt = new_receipt()
    opened = keys_of(receipt)
    ReceiptLookup.objects.filter(tenant=appeal.tenant, public_id=appeal.public_id).delete()
    ReceiptLookup.objects.create(receipt_index=opened.index, tenant=appeal.tenant, public_id=appeal.public_id)
    give_to_receipt(
        owner=appeal.owner, parts=CONTENT, receipt=opened.key, by=by, now=now, tenant=appeal.tenant
    )
    note_deed("appeal.receipt_renewed", appeal, by=by, now=now)
    return answer_for(appeal, receipt)
