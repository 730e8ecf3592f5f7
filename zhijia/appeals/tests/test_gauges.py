"""How many matters are late, for whoever runs the house."""

import datetime as dt

from zhijia.appeals import gauges
from zhijia.appeals import services as s


def test_a_matter_is_late_when_a_clock_that_runs_has_run_out(world):
    waiting, running = world.in_hand(), world.in_hand()
    s.ask_worker(appeal_id=waiting.pk, question="q", by=world.people["handler"], now=world.now)
    reading = gauges.overdue(world.now)
    assert (reading.value, reading.n) == (0, 2)
    late = running.final_due_at + dt.timedelta(seconds=1)
    reading = gauges.overdue(late)
    assert (reading.value, reading.n) == (1, 2)
