"""The shipped calendars, years without one, local days, and an import."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from zhijia.audit.models import Entry
from zhijia.regulations import calendar as cal
from zhijia.regulations.errors import BadRuleFile

D = dt.date
DAYS = st.dates(D(2024, 1, 1), D(2028, 12, 31))


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_agrees_with_a_second_calendar(year):
    import chinese_calendar

    calendar = cal.calendar_for()
    days = [D(year, 1, 1) + dt.timedelta(n) for n in range(365)]
    assert [d for d in days if calendar.is_working_day(d) != chinese_calendar.is_workday(d)] == []


@pytest.mark.parametrize(
    ("year", "statutory", "working"),
    [(2025, 13, 248), (2026, 13, 248)],
)
def test_a_year_has_thirteen_statutory_days_and_its_working_days(year, statutory, working):
    calendar = cal.calendar_for()
    listed = [d for d in calendar.days.values() if d.on.year == year]
    assert sum(d.kind == "statutory" for d in listed) == statutory
    assert cal.count_working_days(D(year - 1, 12, 31), D(year, 12, 31)) == working
    assert all(d.source.startswith("国办发明电") for d in listed)


@pytest.mark.parametrize(
    "day", [D(2026, 2, 14), D(2026, 2, 28), D(2026, 9, 20), D(2026, 10, 10), D(2026, 1, 4)]
)
def test_make_up_days_are_working_days_though_they_are_weekend(day):
    assert day.weekday() >= 5
    assert cal.calendar_for().is_working_day(day)


def test_a_year_without_announcement_counts_weekdays_less_the_fixed_holidays_and_says_so():
    calendar = cal.calendar_for()
    assert not calendar.is_known_year(2027)
    assert not calendar.is_working_day(D(2027, 1, 1))
    assert not calendar.is_working_day(D(2027, 10, 1))
    assert calendar.is_working_day(D(2027, 10, 4))
    assert not calendar.is_working_day(D(2027, 10, 2))
    assert cal.deadline(D(2026, 12, 30), cal.Period(3, "working_day")) == cal.Deadline(
        on=D(2027, 1, 5), provisional=True, counted_to=D(2027, 1, 5)
    )


def test_a_count_that_stays_in_a_known_year_is_not_provisional():
    assert not cal.deadline(D(2026, 12, 28), cal.Period(3, "working_day")).provisional
    assert not cal.deadline(D(2025, 12, 30), cal.Period(30, "day")).provisional
    assert cal.deadline(D(2026, 12, 1), cal.Period(31, "day")).provisional


LOCAL = """date,kind,name,source,place
2026-04-21,rest,三月三,made up for the test,450000
2026-05-06,work,补班,made up for the test,450100
2026-01-01,statutory,元旦,made up for the test,
"""


def test_local_days_count_only_at_the_place_and_below_it(data_folder: Path):
    (data_folder / "calendar").mkdir()
    (data_folder / "calendar" / "2026.csv").write_text(LOCAL)
    festival = D(2026, 4, 21)
    assert cal.calendar_for().is_working_day(festival)
    assert cal.calendar_for("330100").is_working_day(festival)
    for place in ("450000", "450100", "450102"):
        assert not cal.calendar_for(place).is_working_day(festival)
    assert cal.add_working_days(D(2026, 4, 20), 1, place="450102") == D(2026, 4, 22)


NEW_YEAR = "date,kind,name,source\n2027-01-01,statutory,元旦,made up\n2027-01-04,rest,元旦,made up\n"


@pytest.mark.django_db
def test_an_imported_year_is_in_force_at_once_and_recorded(data_folder: Path, capsys):
    assert cal.add_working_days(D(2026, 12, 31), 1) == D(2027, 1, 4)
    (data_folder / "new.csv").write_text("\ufeff" + NEW_YEAR, encoding="utf-8")
    call_command("calendar", "import", str(data_folder / "new.csv"))
    assert capsys.readouterr().out == "the calendar of 2027 with 2 days is in force\n"
    assert cal.add_working_days(D(2026, 12, 31), 1) == D(2027, 1, 5)
    assert cal.calendar_for().is_known_year(2027)
    assert list(Entry.objects.values_list("action", "object", "data")) == [
        ("calendar.imported", "calendar:2027", '{"days":2}')
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("date,kind,name,source\n2027-01-01,statutory,元旦,\n", ":2: a day without a source does not load"),
        ("date,kind,name,source\n2027-13-01,rest,x,y\n", ":2: date must be YYYY-MM-DD, it is '2027-13-01'"),
        (
            "date,kind,name,source\n2027-01-01,party,x,y\n",
            ":2: kind must be one of statutory, rest, work, it is 'party'",
        ),
        ("date,kind\n2027-01-01,rest\n", ":1: column missing: name, source"),
        ("date,kind,name,source\n", ":1: the file holds no day"),
        (
            "date,kind,name,source\n2027-01-01,rest,x,y\n2028-01-01,rest,x,y\n",
            ":1: the file must hold one year only",
        ),
        ("date,kind,name,source\n2027-01-01,rest,x,y\n2027-01-01,work,x,y\n", ": 2027-01-01 stands twice"),
        ("date,kind,name,source,place\n2027-01-01,rest,x,y,99\n", ":2: unknown place '99'"),
    ],
)
def test_a_bad_calendar_is_refused_by_line_and_changes_nothing(data_folder: Path, text, message):
    file = data_folder / "new.csv"
    file.write_text(text)
    with pytest.raises(CommandError) as refused:
        call_command("calendar", "import", str(file))
    assert str(refused.value) == f"{file}{message}"
    assert refused.value.returncode == 2
    assert not (data_folder / "calendar").exists()
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_dry_run_changes_nothing(data_folder: Path, capsys):
    (data_folder / "new.csv").write_text(NEW_YEAR)
    call_command("calendar", "import", "--dry-run", str(data_folder / "new.csv"))
    assert capsys.readouterr().out == "the calendar of 2027 with 2 days is sound; nothing was changed\n"
    assert not (data_folder / "calendar").exists()
    assert not Entry.objects.exists()


def test_show_prints_the_days_and_says_when_a_year_is_provisional(capsys):
    call_command("calendar", "show", "2026")
    out, err = capsys.readouterr()
    assert "2026-02-14 Sat  work       春节" in out
    assert out.endswith("2026: 248 working days\n")
    assert err == ""
    call_command("calendar", "show", "2027")
    assert capsys.readouterr().err.startswith("provisional")


def test_a_broken_operator_calendar_stops_the_start(data_folder: Path):
    from zhijia.regulations.checks import check_rule_files

    (data_folder / "calendar").mkdir()
    (data_folder / "calendar" / "2027.csv").write_text("date,kind,name,source\n2027-01-01,rest,x,\n")
    (error,) = check_rule_files()
    assert error.id == "regulations.E001"
    assert "2027.csv:2: a day without a source does not load" in error.msg


@given(start=DAYS, amount=st.integers(0, 400))
def test_adding_working_days_is_the_inverse_of_counting_them(start, amount):
    end = cal.add_working_days(start, amount)
    assert cal.count_working_days(start, end) == amount
    assert amount == 0 or cal.calendar_for().is_working_day(end)


@given(start=DAYS, one=st.integers(0, 100), more=st.integers(0, 100))
def test_adding_working_days_in_two_steps_is_adding_them_at_once(start, one, more):
    twice = cal.add_working_days(cal.add_working_days(start, one), more)
    assert twice == cal.add_working_days(start, one + more)


def test_a_negative_number_of_working_days_is_refused():
    with pytest.raises(ValueError, match="negative"):
        cal.add_working_days(D(2026, 1, 1), -1)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_the_command_prints_the_same_day_in_every_time_zone(zone, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "from zhijia.config.command_line import main; main()", "due", "--from",
              "2026-01-30", "--working-days", "10"],
        env={**os.environ, "TZ": zone, "ZHIJIA_DATA": str(tmp_path)},
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("2026-02-13\n", 0), done.stderr


def test_read_year_names_the_file():
    import io

    with pytest.raises(BadRuleFile, match=r"^x\.csv:1: the file holds no day$"):
        cal.read_year(io.StringIO("date,kind,name,source\n"), "x.csv")
