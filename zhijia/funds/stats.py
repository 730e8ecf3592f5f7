"""Figures about money, from live tables. Sums of bodies, never of a person."""

import datetime as dt
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from zhijia.core.clock import local_date
from zhijia.core.manifest import Indicator
from zhijia.funds.models import DuesCharge, DuesPayment, LevyReturn, Spending
from zhijia.statistics.selectors import Figure, percentiles
from zhijia.unions.selectors import Scope


def _within(model: Any, scope: Scope) -> QuerySet[Any]:
    return model.objects.filter(scope.own_q())


def _days(start: dt.datetime, end: dt.datetime) -> tuple[dt.date, dt.date]:
    return local_date(start), local_date(end - dt.timedelta(seconds=1))


def levy_paid(scope: Scope, start: dt.datetime, end: dt.datetime) -> Figure:
    """Of the returns to be paid within the period: how many are paid in full."""
    rows = _within(LevyReturn, scope).filter(replaced_at=None, due_on__range=_days(start, end))
    told = rows.annotate(paid=Coalesce(Sum("payments__amount"), 0))
    return Figure.share(told.filter(paid__gte=F("amount")).count(), rows.count())


def dues_paid(scope: Scope, start: dt.datetime, end: dt.datetime) -> Figure:
    """Dues that came in within the period for every hundred yuan charged for its months."""
    days = _days(start, end)
    paid = _within(DuesPayment, scope).filter(paid_on__range=days).aggregate(sum=Sum("amount"))["sum"]
    owed = _within(DuesCharge, scope).filter(month_on__range=days).aggregate(sum=Sum("amount"))["sum"]
    return Figure.share((paid or 0) // 100, (owed or 0) // 100)


def approval_time(scope: Scope, start: dt.datetime, end: dt.datetime) -> Figure:
    """Median time from the request to the last approval, of payments approved within the period."""
    rows = _within(Spending, scope).filter(approved_at__gte=start, approved_at__lt=end)
    took = ExpressionWrapper(F("approved_at") - F("drafted_at"), output_field=DurationField())
    number = rows.count()
    return Figure(percentiles(rows.annotate(took=took), "took", 0.5)[0], number, number)


INDICATORS = (
    Indicator(
        "funds.levy_paid", _("Levy returns paid in full"),
        _("Of the levy returns to be paid within the period, how many are paid in full at the moment of "
          "counting. A return that a newer one has replaced is not counted."),
        "percent", levy_paid, source="工会法 第四十三条",
    ),
    Indicator(
        "funds.dues_paid", _("Dues that came in"),
        _("Dues posted within the period for every hundred yuan of dues charged for its months; more than "
          "a hundred where arrears came in."),
        "percent", dues_paid,
    ),
    Indicator(
        "funds.approval_time", _("Time to approve a payment"),
        _("Median time from the request to the last approval that it needs, of the payments approved "
          "within the period."),
        "days", approval_time,
    ),
)  # fmt: skip
