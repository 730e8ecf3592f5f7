"""Counting periods and running time: the worked examples, the edges, and what must always hold."""

import datetime as dt
import os
import time
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from zhijia.core.clock import CHINA, local_date
from zhijia.regulations.calendar import Period, deadline, due_at
from zhijia.regulations.periods import add_months, elapsed, held_for

D = dt.date
U = dt.UTC
ZERO = dt.timedelta()
INSTANTS = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2026, 12, 31), timezones=st.just(U))
HOLDS = st.lists(st.tuples(INSTANTS, st.none() | INSTANTS), max_size=6)


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        (D(2026, 1, 30), Period(10, "working_day"), D(2026, 2, 13)),  # worked example 13
        (D(2026, 2, 10), Period(15, "day"), D(2026, 2, 25)),  # worked example 14
        (D(2026, 2, 13), Period(1, "working_day"), D(2026, 2, 14)),  # a Saturday that is worked
        (D(2026, 2, 14), Period(1, "working_day"), D(2026, 2, 24)),  # over the Spring Festival
        (D(2026, 2, 5), Period(10, "day"), D(2026, 2, 24)),  # would end on 15 February, a rest day
        (D(2026, 2, 4), Period(10, "day"), D(2026, 2, 14)),  # ends on a make-up Saturday: stays
        (D(2026, 1, 31), Period(1, "month"), D(2026, 2, 28)),  # no 31 February; 28 is a make-up Saturday
        (D(2026, 3, 31), Period(1, "month"), D(2026, 4, 30)),
        (D(2026, 1, 15), Period(1, "month"), D(2026, 2, 24)),
        (D(2025, 3, 3), Period(1, "year"), D(2026, 3, 3)),
        (D(2026, 1, 30), Period(0, "working_day"), D(2026, 1, 30)),
        (D(2026, 1, 31), Period(0, "day"), D(2026, 1, 31)),
    ],
)
def test_periods_end_where_the_law_says(start, period, end):
    assert deadline(start, period).on == end


def test_a_year_from_a_leap_day_ends_on_the_last_of_february():
    assert add_months(D(2024, 2, 29), 12) == D(2025, 2, 28)
    assert add_months(D(2025, 12, 31), 2) == D(2026, 2, 28)
    assert add_months(D(2026, 11, 30), 1) == D(2026, 12, 30)


@pytest.mark.parametrize(("amount", "unit"), [(1, "fortnight"), (-1, "day")])
def test_a_period_that_makes_no_sense_is_refused(amount, unit):
    with pytest.raises(ValueError, match=r"not a unit|negative"):
        Period(amount, unit)


def test_a_day_ends_at_midnight_in_china():
    start = dt.datetime(2026, 3, 2, 15, 59, tzinfo=U)  # 23:59 in China, still 2 March there
    assert due_at(start, Period(1, "working_day")).at == dt.datetime(2026, 3, 3, 15, 59, 59, tzinfo=U)
    later = start + dt.timedelta(minutes=1)  # 00:00 on 3 March in China
    assert due_at(later, Period(1, "working_day")).at == dt.datetime(2026, 3, 4, 15, 59, 59, tzinfo=U)


def test_hours_run_through_nights_and_holidays_to_the_second():
    start = dt.datetime(2026, 2, 16, 20, 0, 7, tzinfo=U)
    assert due_at(start, Period(2, "hour")).at == dt.datetime(2026, 2, 16, 22, 0, 7, tzinfo=U)
    held = dt.timedelta(minutes=5)
    assert due_at(start, Period(2, "hour"), held=held).at == dt.datetime(2026, 2, 16, 22, 5, 7, tzinfo=U)


@pytest.mark.parametrize(
    ("held", "end"),
    [
        (dt.timedelta(hours=23), D(2026, 3, 9)),
        (dt.timedelta(days=1), D(2026, 3, 10)),
        (dt.timedelta(days=5, hours=1), D(2026, 3, 16)),  # 14 March is a Saturday
    ],
)
def test_each_full_day_of_standing_still_moves_the_last_day(held, end):
    start = dt.datetime(2026, 3, 2, 1, 30, tzinfo=U)
    due = due_at(start, Period(5, "working_day"), held=held)
    assert local_date(due.at) == end
    assert not due.provisional


def test_standing_still_into_an_unannounced_year_makes_the_date_provisional():
    start = dt.datetime(2026, 12, 20, 1, 30, tzinfo=U)
    assert not due_at(start, Period(5, "day")).provisional
    assert due_at(start, Period(5, "day"), held=dt.timedelta(days=10)).provisional


def test_hours_have_no_last_day():
    with pytest.raises(ValueError, match="due_at"):
        deadline(D(2026, 1, 1), Period(2, "hour"))


def at(hour: int, day: int = 2) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, tzinfo=U)


@pytest.mark.parametrize(
    ("holds", "hours"),
    [
        ([], 10),
        ([(at(2), at(4))], 8),
        ([(at(2), at(4)), (at(3), at(5))], 7),  # overlap counts once
        ([(at(3), at(5)), (at(2), at(4))], 7),  # in any order
        ([(at(2), at(8)), (at(3), at(4))], 4),  # one inside another
        ([(at(8), None)], 8),  # still open
        ([(at(0), at(23))], 0),  # reaches beyond both ends
        ([(at(11), at(12))], 10),  # after the end
        ([(at(5), at(3))], 10),  # backwards: holds nothing
    ],
)
def test_the_clock_stands_still_while_it_is_held(holds, hours):
    assert elapsed(at(0), at(10), holds) == dt.timedelta(hours=hours)
    assert held_for(at(0), at(10), holds) == dt.timedelta(hours=10 - hours)


@given(start=INSTANTS, end=INSTANTS, holds=HOLDS)
def test_running_time_is_never_negative_nor_longer_than_the_time_between(start, end, holds):
    assert ZERO <= elapsed(start, end, holds) <= max(end - start, ZERO)


@given(moments=st.tuples(INSTANTS, INSTANTS, INSTANTS).map(sorted), holds=HOLDS)
def test_running_time_adds_up_over_any_split(moments, holds):
    first, middle, last = moments
    assert elapsed(first, middle, holds) + elapsed(middle, last, holds) == elapsed(first, last, holds)


@given(moments=st.tuples(INSTANTS, INSTANTS).map(sorted), holds=HOLDS)
def test_a_hold_adds_nothing(moments, holds):
    begin, finish = moments
    assert elapsed(begin, finish, [*holds, (begin, finish)]) == ZERO
    assert elapsed(begin, finish, [*holds, (begin, None)]) == ZERO
    assert elapsed(begin, finish, [*holds, (finish, None)]) == elapsed(begin, finish, holds)


@given(
    start=INSTANTS, days=st.integers(0, 120), unit=st.sampled_from(["day", "working_day", "month", "hour"])
)
def test_a_longer_period_or_a_hold_never_ends_earlier(start, days, unit):
    one, more = due_at(start, Period(days, unit)), due_at(start, Period(days + 1, unit))
    held = due_at(start, Period(days, unit), held=dt.timedelta(days=3))
    assert one.at <= more.at
    assert one.at < held.at


@given(start=INSTANTS, days=st.integers(1, 60), unit=st.sampled_from(["day", "working_day"]))
def test_the_zone_in_which_an_instant_is_written_changes_nothing(start, days, unit):
    new_york = ZoneInfo("America/New_York")
    end = start + dt.timedelta(days=days)
    assert due_at(start, Period(days, unit)) == due_at(start.astimezone(new_york), Period(days, unit))
    assert elapsed(start.astimezone(new_york), end.astimezone(new_york)) == dt.timedelta(days=days)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_neither_the_zone_of_the_process_nor_summer_time_moves_a_clock(zone, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        start = dt.datetime(2026, 3, 7, 22, 0, tzinfo=U)  # New York changes its clocks that night
        assert elapsed(start, start + dt.timedelta(hours=12)) == dt.timedelta(hours=12)
        assert due_at(start, Period(1, "working_day")).at == dt.datetime(2026, 3, 9, 23, 59, 59, tzinfo=CHINA)
    finally:
        monkeypatch.undo()
        os.environ.get("TZ")
        time.tzset()


@pytest.mark.parametrize(
    ("options", "out"),
    [
        (["--working-days", "10"], "2026-02-13\n"),
        (["--days", "15"], "2026-02-14\n"),
        (["--months", "1"], "2026-02-28\n"),
        (["--years", "1"], "2027-02-01\n"),
        (["--working-days", "10", "--place", "330106"], "2026-02-13\n"),
        (["--working-days", "10", "--place", "33"], "2026-02-13\n"),
    ],
)
def test_the_command_prints_the_day_and_nothing_else(options, out, capsys):
    call_command("due", "--from", "2026-01-30", *options)
    assert capsys.readouterr().out == out


def test_the_command_says_on_standard_error_that_a_date_may_move(capsys):
    call_command("due", "--from", "2026-12-25", "--working-days", "10")
    out, err = capsys.readouterr()
    assert out == "2027-01-11\n"
    assert err.startswith("provisional:")
    call_command("due", "--from", "2026-01-30", "--working-days", "10")
    assert capsys.readouterr().err == ""


def test_the_command_explains_its_count(capsys):
    call_command("due", "--from", "2026-02-05", "--days", "10", "--explain")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2026-02-24"
    assert lines[1].startswith("2026-02-05 Thu is the start and is not counted")
    assert lines[-2] == "10 day end on 2026-02-15 Sun"
    assert lines[-1] == "that is a rest day: the period ends on 2026-02-24 Tue (Civil Code art. 203)"
    assert any(line.startswith("2026-02-14 Sat work: 春节") for line in lines)


@pytest.mark.parametrize(
    "options",
    [
        ["--days", "-1"],
        ["--days", "99999999"],
        ["--days", "5", "--place", "99"],
        ["--days", "5", "--place", "x"],
    ],
)
def test_the_command_refuses_what_it_cannot_count(options):
    with pytest.raises(CommandError) as refused:
        call_command("due", "--from", "2026-01-30", *options)
    assert refused.value.returncode == 2
