"""Figures of messages for those who run the house."""

import datetime as dt

from django.db.models import F, Min
from django.utils.translation import gettext_lazy as _

from zhijia.core.gauges import Gauge, Reading
from zhijia.notifications.enums import DeliveryState
from zhijia.notifications.models import Delivery

WEEK = dt.timedelta(days=7)


def oldest_waiting(now: dt.datetime) -> Reading:
    """Return the minutes for which the oldest message outside has waited."""
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    oldest = waiting.aggregate(at=Min("created_at"))["at"]
    return Reading(round((now - oldest).total_seconds() / 60) if oldest else 0, waiting.count(), now)


def median_to_notice(now: dt.datetime) -> Reading:
    """Return the minutes after which half of a week's messages had left the house."""
    sent = Delivery.objects.filter(state=DeliveryState.SENT, finished_at__gte=now - WEEK)
    taken = sent.order_by(F("finished_at") - F("created_at")).values_list("created_at", "finished_at")
    count = sent.count()
    if not count:
        return Reading(None, 0, None)
    written, left = taken[count // 2]
    took = (left or now) - written
    return Reading(round(took.total_seconds() / 60, 1), count, now)


GAUGES = (
    Gauge(
        "notifications.median", _("Minutes until half of a week's messages had left the house"),
        _("Workers read here at once who opened what; this is how soon a message outside calls them."),
        median_to_notice, lambda value: value <= 5, "minutes",
    ),
    Gauge(
        "notifications.oldest", _("Minutes for which the oldest message has waited"),
        _("More than an hour: the gateway refuses, or background work stands still (zhijia messages)."),
        oldest_waiting, lambda value: value <= 60, "minutes",
    ),
)  # fmt: skip
