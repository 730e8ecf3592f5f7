"""The server's clock is set back, set forward, or runs in another zone: times stay in order."""

import datetime as dt
import os
import time
from collections.abc import Iterator

import pytest

from zhijia.appeals import services
from zhijia.appeals.enums import State
from zhijia.appeals.models import Appeal, Assignment, Hold
from zhijia.appeals.stats import answer_times
from zhijia.appeals.tests.factories import World
from zhijia.core.manifest import Timer
from zhijia.core.serving.background import Background
from zhijia.unions.selectors import scope

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def times_are_in_order(appeal: Appeal) -> bool:
    spans = [(a.assigned_at, a.ended_at) for a in Assignment.objects.filter(appeal=appeal)]
    spans += [(h.started_at, h.ended_at) for h in Hold.objects.filter(appeal=appeal)]
    return all(end is None or end >= start for start, end in spans)


def again(appeal: Appeal) -> Appeal:
    appeal.refresh_from_db()
    return appeal


def test_a_hand_over_after_the_clock_went_back_is_done(world: World):
    appeal, people = world.in_hand(), world.people
    services.hand_over_appeal(
        appeal_id=appeal.pk,
        handler_id=people["second_handler"].pk,
        reason="休假",
        by=people["dispatcher"],
        now=world.now - HOUR,
    )
    assert again(appeal).handler == people["second_handler"]
    assert times_are_in_order(appeal)


def test_an_answer_before_its_question_costs_nobody_time(world: World):
    appeal, people = world.in_hand(), world.people
    due = appeal.final_due_at
    services.ask_worker(appeal_id=appeal.pk, question="请补充", by=people["handler"], now=world.now + HOUR)
    services.answer_question(appeal_id=appeal.pk, text="补充好了", by=people["worker"], now=world.now)
    assert (again(appeal).state, appeal.final_due_at) == (State.HANDLING, due)
    assert times_are_in_order(appeal)


def test_a_wait_that_begins_before_its_round_still_stops_the_clock(world: World):
    appeal, people = world.in_hand(), world.people
    due = appeal.final_due_at
    services.ask_worker(appeal_id=appeal.pk, question="请补充", by=people["handler"], now=world.now - HOUR)
    services.answer_question(appeal_id=appeal.pk, text="好了", by=people["worker"], now=world.now + 7 * DAY)
    assert again(appeal).final_due_at >= due + 7 * DAY - HOUR
    assert times_are_in_order(appeal)


@pytest.mark.parametrize("step", ["withdraw_appeal", "lift_suspension"])
def test_a_stopped_clock_can_be_ended_after_the_clock_went_back(world: World, step: str):
    appeal, people = world.in_hand(), world.people
    later = world.now + HOUR
    if step == "lift_suspension":
        services.suspend_appeal(
            appeal_id=appeal.pk, reason="court", explanation="已起诉", by=people["handler"], now=later
        )
        services.lift_suspension(appeal_id=appeal.pk, by=people["handler"], now=world.now)
    else:
        services.ask_worker(appeal_id=appeal.pk, question="?", by=people["handler"], now=later)
        services.withdraw_appeal(appeal_id=appeal.pk, by=people["worker"], now=world.now)
    assert not Hold.objects.filter(appeal=appeal, ended_at=None).exists()
    assert times_are_in_order(appeal)


def test_a_bad_mark_before_the_answer_begins_a_round_whose_clocks_end_after_it_begins(world: World):
    appeal = world.replied()
    services.rate_reply(
        appeal_id=appeal.pk,
        result="dissatisfied",
        attitude="satisfied",
        by=world.people["worker"],
        now=world.now - HOUR,
    )
    again(appeal)
    assert appeal.round_started_at < appeal.first_due_at <= appeal.final_due_at
    assert times_are_in_order(appeal)


def test_an_answer_before_its_question_took_no_time_at_all_in_the_figures(world: World):
    appeal = world.in_hand()
    services.reply_to_appeal(
        appeal_id=appeal.pk,
        text="已补发",
        opinion="supported",
        by=world.people["handler"],
        now=world.now - HOUR,
    )
    everything = scope(world.people["supervisor"], None, world.now.date())
    took = answer_times(everything, world.now - DAY, world.now + DAY).values_list("took", flat=True)
    assert list(took) == [dt.timedelta(0)]


@pytest.fixture
def zone() -> Iterator[None]:
    """Run the process in a zone that changes its clock on 29 March 2026 at 01:00 UTC."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


def test_a_server_whose_zone_changes_to_summer_time_counts_the_same_days(world: World, zone: None):
    before = dt.datetime(2026, 3, 29, 0, 59, tzinfo=dt.UTC)
    after = dt.datetime(2026, 3, 29, 1, 1, tzinfo=dt.UTC)
    world.now = before
    one = world.submit()
    world.now = after
    other = world.submit()
    assert (one.first_due_at, one.final_due_at) == (other.first_due_at, other.final_due_at)
    assert other.received_at - one.received_at == dt.timedelta(minutes=2)
    # The 15 and 60 days of the law end at midnight in China, wherever the server stands.
    assert one.final_due_at.astimezone(dt.UTC).hour in (15, 16)


def test_timers_go_on_after_the_clock_was_a_year_ahead(monkeypatch: pytest.MonkeyPatch, now: dt.datetime):
    ran: list[dt.datetime] = []
    timer = Timer(name="test", call=lambda at: ran.append(at) or 0, every=5 * dt.timedelta(minutes=1))
    monkeypatch.setattr("zhijia.core.serving.background.timers", lambda: [timer])
    background = Background()
    for moment in (now + 365 * DAY, now, now + dt.timedelta(minutes=1), now + dt.timedelta(minutes=5)):
        background.run_timers(moment)
    assert ran == [now + 365 * DAY, now, now + dt.timedelta(minutes=5)]
