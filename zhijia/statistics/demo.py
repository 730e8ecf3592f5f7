"""Demo: publishes the quarters that the generated cases fill."""

from typing import Any

from zhijia.core.actors import SYSTEM
from zhijia.core.clock import local_date, now
from zhijia.statistics.periods import before, quarter
from zhijia.statistics.services import publish_quarter, publishable_quarter

QUARTERS = 4
TENANT = 13


def load(stdout: Any, size: str = "small") -> None:
    """Publish the last four publishable quarters of the demo province; a second run changes nothing."""
    moment = now()
    period = publishable_quarter(local_date(moment))
    made = 0
    for _step in range(QUARTERS):
        made += publish_quarter(tenant=TENANT, period=period, by=SYSTEM, now=moment)
        period = quarter(before(period))
    stdout.write(f"statistics: {made} tables published")
