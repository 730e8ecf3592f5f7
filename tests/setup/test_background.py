"""The background process, piece by piece: timers and tasks in turn."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from zhijia.core.manifest import Timer
from zhijia.core.serving import background

pytestmark = pytest.mark.django_db


def _timers(monkeypatch: pytest.MonkeyPatch, *timers: Timer) -> None:
    monkeypatch.setattr(background, "timers", lambda: list(timers))


def test_a_timer_runs_at_once_and_then_every_so_often(monkeypatch, now) -> None:
    ran: list[dt.datetime] = []
    _timers(monkeypatch, Timer("count", lambda at: ran.append(at) or 1, every=dt.timedelta(minutes=5)))
    loop = background.Background()
    for minutes in (0, 1, 4, 5, 6, 11):
        loop.run_timers(now + dt.timedelta(minutes=minutes))
    assert [int((at - now).total_seconds() // 60) for at in ran] == [0, 5, 11]


def test_a_failing_timer_does_not_keep_the_next_from_running(monkeypatch, now) -> None:
    def fail(at: dt.datetime) -> int:
        raise ZeroDivisionError

    _timers(monkeypatch, Timer("broken", fail), Timer("sound", lambda at: 3))
    assert [changed for _timer, changed in background.run_all_timers(now)] == [None, 3]


def test_timers_once_tells_what_each_changed_and_fails_when_one_failed(monkeypatch, capsys) -> None:
    def fail(at: dt.datetime) -> int:
        raise ZeroDivisionError

    _timers(monkeypatch, Timer("sound", lambda at: 3))
    call_command("timers", "--once")
    assert capsys.readouterr().out.split() == ["sound", "3"]
    _timers(monkeypatch, Timer("broken", fail), Timer("sound", lambda at: 3))
    with pytest.raises(CommandError) as refused:
        call_command("timers", "--once")
    assert refused.value.returncode == 1


def test_every_timer_of_the_house_runs_on_an_empty_house_and_changes_nothing(now) -> None:
    assert [(timer.name, changed) for timer, changed in background.run_all_timers(now) if changed] == []
    assert [timer.name for timer, changed in background.run_all_timers(now) if changed is None] == []


def test_finished_tasks_are_forgotten_after_two_weeks(now) -> None:
    from django_tasks_db.models import DBTaskResult

    from zhijia.core.housekeeping import forget_tasks

    for days in (13, 15):
        DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {}}, task_path="x.y", worker_ids=[], backend_name="default",
            exception_class_path="", traceback="", run_after=now, finished_at=now - dt.timedelta(days=days),
        )  # fmt: skip
    assert forget_tasks(now) == 1
    assert DBTaskResult.objects.count() == 1
