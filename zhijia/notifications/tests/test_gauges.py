"""How soon messages leave the house."""

import datetime as dt
import uuid

import pytest

from zhijia.notifications import gauges
from zhijia.notifications.enums import DeliveryState
from zhijia.notifications.models import Delivery

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def sent(minutes: int, days_ago: int = 1) -> None:
    at = NOW - dt.timedelta(days=days_ago)
    row = Delivery(tenant=13, channel="sms", key=str(uuid.uuid4()), created_at=at, state=DeliveryState.SENT)
    row.set_address("13912345678")
    row.set_text("x")
    row.finished_at = at + dt.timedelta(minutes=minutes)
    row.save()


def test_the_median_is_that_of_a_week_and_unknown_without_messages():
    assert gauges.median_to_notice(NOW).value is None
    sent(minutes=900, days_ago=9)
    for minutes in (1, 2, 60):
        sent(minutes=minutes)
    reading = gauges.median_to_notice(NOW)
    assert (reading.value, reading.n) == (2.0, 3)
