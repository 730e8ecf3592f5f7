"""Real deletion when the retention date of the channel has come.

Source: Personal Information Protection Law, articles 19 and 47.
"""

import datetime as dt

from django.db import transaction

from zhijia.appeals.models import Appeal
from zhijia.appeals.services.base import for_each, note_deed
from zhijia.attachments.services import erase_attachments
from zhijia.core.actors import SYSTEM
from zhijia.core.clock import local_date
from zhijia.core.services import load_locked
from zhijia.vault.services import erase_part

BATCH = 200
ERASED_TEXTS = {"subject": "", "text": "", "wish": "", "employer_text": "", "notice": ""}


@transaction.atomic
def erase_appeal(*, appeal_id: int, now: dt.datetime) -> Appeal:
    """Erase what was written, the files, the sealed part and the author; keep the bare figures."""
    appeal = load_locked(Appeal.objects.all(), pk=appeal_id)
    for name, empty in ERASED_TEXTS.items():
        setattr(appeal, name, empty)
    appeal.author, appeal.erased_at = None, now
    appeal.save(update_fields=[*ERASED_TEXTS, "author", "erased_at"])
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
    erase_attachments(owner=appeal.owner, by=SYSTEM, now=now, tenant=appeal.tenant)
    erase_part(owner=appeal.owner, part="complainant", by=SYSTEM, now=now, tenant=appeal.tenant)
    note_deed("appeal.erased", appeal, by=SYSTEM, now=now)
    return appeal


def erase_expired(now: dt.datetime) -> int:
    """Timer: erase closed appeals past their retention date; return how many."""
    rows = Appeal.objects.filter(retained_until_on__lt=local_date(now), erased_at=None)
    ids = rows.exclude(pk__in=Appeal.objects.open().values("pk")).values_list("pk", flat=True)[:BATCH]
    return for_each(ids, lambda pk: erase_appeal(appeal_id=pk, now=now))
