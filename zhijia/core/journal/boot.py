"""What the boot gate asks about the journal."""

from django.conf import settings

from zhijia.core.boot_gate.findings import Finding, Weight
from zhijia.core.journal.second import Second


def second_place() -> Finding | None:
    """Tell when the second place is missing or cannot be reached; the house opens, with one copy."""
    second = Second.here()
    if second is None:
        return Finding(
            "The journal of submissions has no second place: if this machine burns, what came in since the "
            "last backup is lost, and every receipt says so (one copy).",
            "Mark a folder on another machine's disk (zhijia journal second FOLDER) and set "
            "ZHIJIA_JOURNAL_SECOND.",
            Weight.WARNING,
        )
    try:
        second.mirror.reach()
    except OSError as error:
        return Finding(
            f"The second place of the journal cannot be reached ({error}): receipts say one copy until then.",
            f"Bring {settings.ZHIJIA_JOURNAL_SECOND} back, or mark it: zhijia journal second FOLDER.",
            Weight.WARNING,
        )
    return None
