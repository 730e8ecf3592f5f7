"""What the boot gate asks the audit."""

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Max

from zhijia.audit import keys
from zhijia.audit.errors import SigningKeyMissing
from zhijia.audit.models import Head, SigningKey
from zhijia.core import clock
from zhijia.core.boot_gate.findings import Finding, Weight
from zhijia.core.boot_gate.machine import CLOCK_TOLERANCE


def clock_went_back() -> Finding | None:
    """Return what is wrong when the audit knows a later time than the clock."""
    now, last = clock.now(), Head.objects.aggregate(last=Max("at"))["last"]
    if last is None or last - now <= CLOCK_TOLERANCE:
        return None
    return Finding(
        f"The clock went back: it says {now:%Y-%m-%d %H:%M} UTC, but the audit was last written at "
        f"{last:%Y-%m-%d %H:%M} UTC.",
        "Set the clock right (timedatectl set-ntp true), then start again. If the clock was wrong when that "
        "was written, wait until its time has come; the audit cannot be changed.",
    )


def signing_key_missing() -> Finding | None:
    """Find a signing key that was in use and is gone: heads and receipts would go out unsigned."""
    try:
        if SigningKey.objects.exists():
            keys.current()
    except DatabaseError:
        return None  # the tables are not there yet
    except SigningKeyMissing as missing:
        return Finding(
            f"The key that signs the audit is missing: {missing}.",
            "Bring the file back from where you keep the copies of the keys.",
        )
    return None


def no_witness() -> Finding | None:
    """Find that nobody outside is shown the heads."""
    if settings.ZHIJIA_WITNESSES:
        return None
    return Finding(
        "No witness is named: whoever owns the database could rewrite the audit, and nobody could prove it.",
        "Set ZHIJIA_WITNESSES; docs/how-to/watch-the-audit.md says to whom.",
        Weight.WARNING,
    )
