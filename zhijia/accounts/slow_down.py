"""After a wrong password the next try has to wait: 1, 2, 4 … up to 30 seconds, never for ever.

The wait is counted per number and known device. Strangers without the cookie of a device that
once signed in share one count for the number, so whoever guesses elsewhere slows himself and
other strangers, never the owner on his own telephone. A right password after the wait always
works, and a one-time code works at any time.
"""

import datetime as dt
import hashlib
import hmac
import math

from django.db import IntegrityError, transaction

from zhijia.accounts.models import FailedSignIns
from zhijia.core.sealing import purpose_key

LONGEST = 30
"""Seconds."""
FORGOTTEN = dt.timedelta(hours=24)
"""A count this old starts again at one; the rule ``retention.failed_sign_in`` says the same."""


def key_of(who: str, device: str) -> str:
    """Return the row's key: a number's look-up key (or ``user:12``) and a device, unreadable."""
    return hmac.new(purpose_key("slow-down"), f"{who}|{device}".encode(), hashlib.sha256).hexdigest()


def wait_after(failures: int) -> int:
    """Return the seconds to wait after so many failures in a row."""
    return min(2 ** (failures - 1), LONGEST) if failures else 0


def seconds_left(*, who: str, device: str, now: dt.datetime) -> int:
    """Return how many seconds the next try still has to wait; 0 when it may be made now."""
    until = FailedSignIns.objects.filter(key=key_of(who, device)).values_list("wait_until", flat=True).first()
    return max(0, math.ceil((until - now).total_seconds())) if until else 0


def record_failure(*, who: str, device: str, now: dt.datetime) -> int:
    """Count one more failure; return the seconds to wait."""
    key = key_of(who, device)
    try:
        return _count(key, now)
    except IntegrityError:  # the first failure came twice at the same moment
        return _count(key, now)


@transaction.atomic
def _count(key: str, now: dt.datetime) -> int:
    row = FailedSignIns.objects.select_for_update().filter(key=key).first()
    if row is None:
        wait = wait_after(1)
        FailedSignIns.objects.create(key=key, failures=1, wait_until=now + dt.timedelta(seconds=wait))
        return wait
    row.failures = 1 if now - row.wait_until > FORGOTTEN else row.failures + 1
    wait = wait_after(min(row.failures, LONGEST))
    row.wait_until = now + dt.timedelta(seconds=wait)
    row.save(update_fields=["failures", "wait_until"])
    return wait


def forget(*, who: str, device: str) -> None:
    """Start at nothing again: the password was right."""
    FailedSignIns.objects.filter(key=key_of(who, device)).delete()


def forget_old(now: dt.datetime) -> int:
    """Delete counts nobody needs any more; return how many."""
    return FailedSignIns.objects.filter(wait_until__lt=now - FORGOTTEN).delete()[0]
