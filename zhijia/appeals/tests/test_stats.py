"""The figures: counted by hand on a small world, and the lists behind them."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals import services as s
from zhijia.appeals import stats
from zhijia.appeals.models import Appeal, Assignment, Reply
from zhijia.statistics.periods import Period
from zhijia.statistics.selectors import as_figure, percentile_of
from zhijia.unions.selectors import scope_of

MARCH = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31))


def figure(world, key, body="county", period=MARCH):
    measure = stats.BY_KEY[f"appeals.{key}"]
    found = as_figure(measure.compute(scope_of([world.bodies[body]]), period.start, period.end), measure.unit)
    return None if found.value is None else round(found.value, 2), found.denominator


def rate(world, appeal, result, attitude="satisfied", **more):
    s.rate_reply(
        appeal_id=appeal.pk,
        result=result,
        attitude=attitude,
        by=world.people["worker"],
        now=world.now,
        **more,
    )


def test_an_empty_period_has_no_shares_and_counts_nothing(world):
    for measure in stats.MEASURES:
        expected = (0.0, 0) if measure.unit == "count" else (None, 0)
        assert figure(world, measure.key.removeprefix("appeals.")) == expected, measure.key


def test_received_finished_and_dispatched(world):
    world.submit()
    world.in_hand()
    world.replied()
    refused = world.submit()
    s.refuse_appeal(
        appeal_id=refused.pk, ground="court", notice="n", by=world.people["dispatcher"], now=world.now
    )
    gone = world.submit()
    s.withdraw_appeal(appeal_id=gone.pk, by=world.people["worker"], now=world.now)
    assert figure(world, "received") == (4.0, 4)
    assert figure(world, "dispatched") == (2.0, 2)
    assert figure(world, "finished") == (50.0, 4)
    assert figure(world, "responded") == (75.0, 4)
    assert figure(world, "refused") == (1.0, 1)
    assert figure(world, "received", body="other_county") == (0.0, 0)
    assert figure(world, "received", body="province") == (4.0, 4)


def test_a_matter_due_and_not_finished_counts_against_finished_in_time(world):
    in_time, late, overdue = world.replied(), world.replied(), world.submit()
    Appeal.objects.filter(pk=late.pk).update(replied_at=late.final_due_at + dt.timedelta(seconds=1))
    assert overdue.final_due_at < MARCH.end
    assert figure(world, "finished_in_time") == (33.33, 3)
    Appeal.objects.filter(pk=overdue.pk).update(final_due_at=MARCH.end + dt.timedelta(days=1))
    assert figure(world, "finished_in_time") == (50.0, 2)
    assert in_time.state == "replied"


def test_first_response_and_signing_in_time(world):
    prompt, tardy = world.in_hand(), world.in_hand()
    late = tardy.first_due_at + dt.timedelta(seconds=1)
    Appeal.objects.filter(pk=tardy.pk).update(first_responded_at=late)
    Assignment.objects.filter(appeal=tardy).update(signed_at=late)
    assert figure(world, "responded_in_time") == (50.0, 2)
    assert figure(world, "signed_in_time") == (50.0, 2)
    assert prompt.first_responded_at <= prompt.first_due_at


def test_satisfaction_with_result_and_attitude_are_counted_apart(world):
    rows = [world.replied() for _ in range(4)]
    rate(world, rows[0], "satisfied", "dissatisfied")
    rate(world, rows[1], "basically", "basically")
    rate(world, rows[2], "dissatisfied", "satisfied", reopen=False)
    assert figure(world, "result_satisfied_or_fairly") == (66.67, 3)
    assert figure(world, "result_satisfied") == (33.33, 3)
    assert figure(world, "attitude_satisfied_or_fairly") == (66.67, 3)
    assert figure(world, "attitude_satisfied") == (33.33, 3)
    assert figure(world, "solved") == (66.67, 3)


def test_silence_is_never_solved_and_reopening_is_counted(world):
    silent, unhappy = world.replied(), world.replied()
    rate(world, unhappy, "dissatisfied")
    later = world.now + dt.timedelta(days=20)
    assert s.close_silent(later) == 1
    assert figure(world, "silent") == (1.0, 1)
    assert figure(world, "solved") == (0.0, 1)
    assert figure(world, "reopened") == (1.0, 1)
    silent.refresh_from_db()
    assert silent.state == "unconfirmed"


def test_escalated_counts_a_matter_once(world):
    world.submit()
    for days in (10, 12, 15):
        s.escalate_overdue(world.now + dt.timedelta(days=days))
    assert figure(world, "escalated") == (1.0, 1)


def test_answer_times_are_those_of_first_answers_with_history(world):
    days = [1, 2, 4, 10]
    for n, took in enumerate(days):
        appeal = world.replied()
        answered = appeal.received_at + dt.timedelta(days=took)
        Reply.objects.filter(appeal=appeal).update(replied_at=answered)
        if n == 3:
            Appeal.objects.filter(pk=appeal.pk).update(is_history=True)
    assert figure(world, "answer_time_median") == (percentile_of(days, 0.5), 4) == (3, 4)
    assert figure(world, "answer_time_p90") == (pytest.approx(percentile_of(days, 0.9)), 4)
    assert figure(world, "history") == (1.0, 1)
    assert figure(world, "received") == (3.0, 3)


def test_every_share_and_median_tells_how_many_cases_it_rests_on(world):
    rate(world, world.replied(), "satisfied")
    for measure in stats.MEASURES:
        _value, denominator = figure(world, measure.key.removeprefix("appeals."))
        assert denominator is not None, measure.key


def test_the_list_behind_a_figure_holds_exactly_its_cases(world):
    rate(world, world.replied(), "satisfied")
    s.escalate_overdue(world.now + dt.timedelta(days=30))
    world.submit()
    world.in_hand()
    client = sign_in(Client(), world.people["dispatcher"])
    with time_machine.travel(world.now, tick=False):
        for measure in stats.MEASURES:
            asked = {
                "period": "custom",
                "since": "2026-03-01",
                "until": "2026-03-31",
                "indicator": measure.key,
            }
            rows = client.get("/appeals/work/", asked).context["rows"].items
            assert len(rows) == figure(world, measure.key.removeprefix("appeals."))[1], measure.key


def test_figures_by_category_and_channel_add_up(world):
    world.submit()
    world.submit(category="OTHER.WORK")
    world.replied()
    with time_machine.travel(world.now, tick=False):
        page = sign_in(Client(), world.people["dispatcher"]).get("/appeals/work/figures/")
    for table in page.context["tables"]:
        assert sum(line["figures"][0].numerator for line in table["lines"]) == 3
    by_category = {line["name"]: line["figures"][0].numerator for line in page.context["tables"][0]["lines"]}
    assert sorted(by_category.values()) == [1, 2]


def test_only_gated_figures_without_names_are_public():
    assert {m.key for m in stats.MEASURES if m.public} == {
        "appeals.answer_time_median", "appeals.answer_time_p90",
        "appeals.result_satisfied_or_fairly", "appeals.attitude_satisfied_or_fairly",
    }  # fmt: skip
