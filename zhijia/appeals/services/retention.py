"""Real deletion when the retention date of the channel has come.

Source: Personal Information Protection Law, articles 19 and 47.
"""

import datetime as dt

from django.db import transaction

from zhijia.appeals.models import FILED, Appeal, ReceiptLookup
from zhijia.appeals.services.base import for_each, note_deed
from zhijia.appeals.services.sealing import forget_author
from zhijia.attachments.services import erase_attachments
from zhijia.core.actors import SYSTEM
from zhijia.core.clock import local_date
from zhijia.core.services import load_locked
from zhijia.privacy.selectors.holds import is_held
from zhijia.privacy.services import freeze
from zhijia.vault.services import erase_record

BATCH = 200
ERASED_TEXTS = (*FILED, "notice")


@transaction.atomic
def erase_appeal(*, appeal_id: int, now: dt.datetime) -> Appeal:
    """Erase what was written, the files, who it was and every key; keep the bare figures."""
    appeal = load_locked(Appeal.objects.all(), pk=appeal_id)
    # Keys first: from here on a copy of the rows, wherever it lies, is unreadable.
    erase_record(owner=appeal.owner, by=SYSTEM, now=now, tenant=appeal.tenant)
    forget_author(appeal)
    ReceiptLookup.objects.filter(tenant=appeal.tenant, public_id=appeal.public_id).delete()
    for name in ERASED_TEXTS:
        setattr(appeal, name, "")
    appeal.author_sealed, appeal.narrative_public, appeal.erased_at = b"", b"", now
    appeal.circumstances = []
    appeal.save(
        update_fields=[*ERASED_TEXTS, "author_sealed", "narrative_public", "circumstances", "erased_at"]
    )
    named = {"tenant": appeal.tenant, "appeal": appeal}
    appeal.talks.filter(**named).delete()
    appeal.notes.filter(**named).delete()
    appeal.replies.filter(**named).update(text="", legal_basis="", correction="")
    appeal.ratings.filter(**named).update(comment="")
    appeal.reviews.filter(**named).update(reason="", text="")
    appeal.extensions.filter(**named).update(reason="")
    appeal.holds.filter(**named).update(explanation="")
    appeal.routingsteps.filter(**named).update(reason="")
    appeal.supervisions.filter(**named).update(demand="")
    appeal.assignments.filter(**named).update(end_reason="")
    erase_attachments(owner=appeal.owner, by=SYSTEM, now=now, tenant=appeal.tenant)
    note_deed("appeal.erased", appeal, by=SYSTEM, now=now)
    return appeal


def erase_expired(now: dt.datetime) -> int:
    """Timer: erase closed appeals past their retention date; return how many.

    What a law forbids to erase is frozen instead: nobody reads it without two people agreeing.
    """
    rows = Appeal.objects.filter(retained_until_on__lt=local_date(now), erased_at=None)
    ids = rows.exclude(pk__in=Appeal.objects.open().values("pk")).values_list("pk", flat=True)[:BATCH]
    return for_each(ids, lambda pk: _erase_or_freeze(pk, now))


def _erase_or_freeze(appeal_id: int, now: dt.datetime) -> Appeal | None:
    reference = Appeal.objects.get(pk=appeal_id).owner
    if is_held(reference, now):
        freeze(reference=reference, now=now)
        return None
    return erase_appeal(appeal_id=appeal_id, now=now)
