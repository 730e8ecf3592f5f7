"""Letting go of what vouchers say about people, once the period of keeping is over."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from zhijia.core.clock import local_date
from zhijia.funds.models import Approval, BatchItem, DuesAdjustment, DuesCharge, DuesPayment, Spending
from zhijia.regulations.selectors import let_go_before


@transaction.atomic
def forget_old(*, now: dt.datetime) -> int:
    """Delete dues and clear payees older than the rule asks to keep; return how many rows.

    The postings stay: they name nobody. Safe to repeat.
    """
    limit = let_go_before("retention.voucher", now)
    day = local_date(limit)
    gone = DuesCharge.objects.filter(charged_at__lt=limit).delete()[0]
    gone += DuesPayment.objects.filter(paid_on__lt=day).delete()[0]
    gone += DuesAdjustment.objects.filter(asked_at__lt=limit).delete()[0]
    over = Q(drafted_at__lt=limit) & (Q(ended_at__lt=limit) | Q(paid_on__lt=day))
    old = list(Spending.objects.filter(over).values_list("pk", flat=True))
    BatchItem.objects.filter(spending__in=old).delete()
    Approval.objects.filter(spending__in=old).delete()
    return gone + Spending.objects.filter(pk__in=old).delete()[0]
