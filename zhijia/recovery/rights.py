"""What a recovery holds about its person, for how long, and how it lets go."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.core.rights import Eraser, Ground, Held, keepings
from zhijia.recovery import services
from zhijia.recovery.models import Recovery
from zhijia.regulations.selectors import let_go_before

KEEPING = keepings(
    "retention.recovery", gettext_lazy("the end of the recovery"), "recovery.forget", Ground.SECURITY,
    "recovery.Recovery",
)  # fmt: skip


def held(user: Any, now: dt.datetime, proven: bool) -> Iterator[Held]:
    """Yield each recovery of the account: where it stands and what the officers saw."""
    for row in Recovery.objects.filter(tenant=user.tenant, account=user).order_by("-opened_at"):
        value = f"{row.get_state_display()} · {row.get_document_display()}"
        yield Held("recovery.Recovery", _("Recovery of the account"), value, row.opened_at)


def erase(reference: str, *, now: dt.datetime) -> dict[str, int]:
    """Delete every recovery of an account that is erased."""
    return {"recoveries": Recovery.objects.filter(account=int(reference.partition(":")[2])).delete()[0]}


ERASER = Eraser(kind="user", erase=erase, order=50)


def forget(now: dt.datetime) -> int:
    """Delete recoveries whose period is over; return how many."""
    return services.forget_ended(before=let_go_before("retention.recovery", now))
