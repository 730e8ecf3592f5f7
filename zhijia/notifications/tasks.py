"""Outside delivery in the background; safe to repeat."""

import datetime as dt

from django_tasks import task

from zhijia.core import clock
from zhijia.notifications import services


@task(queue_name="messages")
def deliver(delivery_id: int) -> str:
    """Try to hand over one outside message; failures come back later with growing pauses."""
    return services.attempt_delivery(delivery_id=delivery_id, now=clock.now())


def resend_waiting(now: dt.datetime) -> int:
    """Take up again what a crash or a lost task left waiting; return how many."""
    return services.attempt_waiting(now=now)
