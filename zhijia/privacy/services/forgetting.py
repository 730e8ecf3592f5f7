"""Letting go of privacy's own records when their period is over."""

import datetime as dt

from django.db.models import Q

from zhijia.core.clock import local_date
from zhijia.privacy.models import Consent, Erasure, LegalHold, RightsRequest, Sharing
from zhijia.regulations.selectors import let_go_before


def forget_old(now: dt.datetime) -> int:
    """Timer: delete consents taken back, requests, holds and records of giving away past their period."""
    asked, shared = let_go_before("retention.request", now), let_go_before("retention.sharing", now)
    gone = Sharing.objects.filter(shared_at__lt=shared).delete()[0]
    over = Consent.objects.filter(withdrawn_at__lt=let_go_before("retention.consent", now))
    gone += over.exclude(pk__in=Sharing.objects.exclude(consent=None).values("consent")).delete()[0]
    gone += RightsRequest.objects.filter(
        Q(done_at__lt=asked) | Q(state="refused", decided_at__lt=asked)
    ).delete()[0]
    ended = Q(ended_at__lt=asked) | Q(until_on__lt=local_date(asked))
    gone += LegalHold.objects.filter(ended).delete()[0]
    # The ledger file keeps what a restore needs; backups are gone long before.
    return gone + Erasure.objects.filter(erased_at__lt=asked).delete()[0]


def erase_words(reference: str, *, now: dt.datetime) -> dict[str, int]:
    """Empty what a person wrote in his requests and was told; that he asked stays on record."""
    rows = RightsRequest.objects.filter(person=int(reference.partition(":")[2]))
    return {"request texts": rows.exclude(text=b"", answer=b"").update(text=b"", answer=b"")}
