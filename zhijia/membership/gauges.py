"""Figures about the kept totals, for those who run the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.core.gauges import Gauge, Reading
from zhijia.membership.models import BodyTotals, TotalsDelta, TotalsState


def drift(_now: dt.datetime) -> Reading:
    """Return how many bodies had wrong totals when everything was counted last."""
    state = TotalsState.objects.filter(recounted_at__isnull=False).first()
    if state is None:
        return Reading(None, 0, None)
    return Reading(state.drifted, BodyTotals.objects.count(), state.recounted_at)


def lag(now: dt.datetime) -> Reading:
    """Return for how many minutes the oldest change waits to be folded in."""
    oldest = TotalsDelta.objects.order_by("id").values_list("at", flat=True).first()
    waited = int((now - oldest).total_seconds() // 60) if oldest else 0
    return Reading(max(waited, 0), TotalsDelta.objects.count(), now)


GAUGES = (
    Gauge(
        "membership.totals_drift", _("Bodies whose kept totals were wrong"),
        _("The recount of the night has mended them; the log names the first fifty. Tell the makers."),
        drift, lambda value: value == 0, "count", dt.timedelta(hours=36),
    ),
    Gauge(
        "membership.totals_lag", _("Minutes that changes of totals wait"),
        _("Joining and leaving reach the totals within minutes. If not, the background work stands still."),
        lag, lambda value: value <= 10, "minutes",
    ),
)  # fmt: skip
