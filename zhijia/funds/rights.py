"""What the money of bodies holds about one person, for how long, and how it lets go."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.core.rights import Ground, Held, keepings
from zhijia.funds import services
from zhijia.funds.models import Spending
from zhijia.funds.money import show

KEEPING = keepings(
    "retention.voucher", gettext_lazy("the day of the payment or charge"), "funds.forget", Ground.DUTY,
    "funds.DuesCharge", "funds.DuesPayment", "funds.DuesAdjustment", "funds.Spending", "funds.BatchItem",
)  # fmt: skip


def held(user: Any, now: dt.datetime, proven: bool) -> Iterator[Held]:
    """Yield each payment that was made out to the account of this person; his dues are told by the roll."""
    rows = Spending.objects.filter(payee=user).select_related("body").order_by("-drafted_at")
    for row in rows:
        value = (
            f"{row.body.name} · {show(row.amount)} · {row.get_purpose_display()} · {row.get_state_display()}"
        )
        yield Held("funds.Spending", _("Payment to you"), value, row.drafted_at)


def forget(now: dt.datetime) -> int:
    """Let go of what is older than accounting law asks to keep; return how many rows."""
    return services.forget_old(now=now)
