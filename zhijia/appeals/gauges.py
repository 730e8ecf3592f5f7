"""Figures of appeals for those who run the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.appeals.models import Appeal
from zhijia.appeals.selectors.queue import late
from zhijia.core.gauges import Gauge, Reading


def overdue(now: dt.datetime) -> Reading:
    """Return for how many open matters a clock of the law or of the house has run out."""
    rows = Appeal.objects.open()
    return Reading(rows.filter(late(now)).count(), rows.count(), now)


# Not public: a number that moves with each matter would tell of each matter, at once.
GAUGES = (
    Gauge(
        "appeals.overdue", _("Matters whose time has run out"),
        _("A first answer or the final one is late. The desks see which; remind the bodies above them."),
        overdue, lambda value: value == 0, "count",
    ),
)  # fmt: skip
