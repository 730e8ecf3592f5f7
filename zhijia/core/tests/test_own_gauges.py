"""Figures of copies, backups, waiting work and page policy: right, and unknown where nothing is known."""

import datetime as dt
import json
import uuid

import pytest

from zhijia.core import own_gauges as gauges
from zhijia.core.backup import drill
from zhijia.core.build import commit
from zhijia.core.models import JournalEntry, PolicyReport

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def ago(**told) -> dt.datetime:
    return NOW - dt.timedelta(**told)


def entry(made_at, **told) -> None:
    JournalEntry.objects.create(token=uuid.uuid4().hex, about="a", sealed=b"", made_at=made_at, **told)


def values(*readings) -> list:
    return [(reading.value, reading.n) for reading in readings]


def test_breaches_of_a_week_are_counted_and_older_ones_are_not():
    assert values(gauges.policy_reports(NOW)) == [(0, 0)]
    for days, count in ((1, 3), (8, 90)):
        PolicyReport.objects.create(
            counted_on=ago(days=days).date(), directive="script-src", page="x", count=count
        )
    assert values(gauges.policy_reports(NOW)) == [(3, 3)]


def test_the_age_of_backup_and_drill_is_unknown_until_there_was_one(tmp_path, settings):
    settings.DATA = tmp_path
    (tmp_path / "backup.json").write_text("half writ")
    assert values(gauges.backup_age(NOW), gauges.drill_age(NOW), gauges.drill_minutes(NOW)) == [(None, 0)] * 3
    (tmp_path / "backup.json").write_text(json.dumps({"at": ago(hours=30).isoformat()}))
    told = {"promise": "P5", "at": ago(days=9).isoformat(), "held": True, "n": 12}
    drill.keep(told | {"figures": {"rto_minutes": 3.5}}, tmp_path)
    assert values(gauges.backup_age(NOW), gauges.drill_age(NOW), gauges.drill_minutes(NOW)) == [
        (30, 1), (9, 12), (3.5, 12),
    ]  # fmt: skip


def test_a_drill_that_failed_is_none(tmp_path, settings):
    settings.DATA = tmp_path
    drill.keep({"at": ago(days=1).isoformat(), "held": False, "n": 0, "figures": {}}, tmp_path)
    assert values(gauges.drill_age(NOW)) == [(None, 0)]


def test_the_oldest_envelope_with_one_copy_counts_only_where_there_is_a_second_place(settings):
    entry(ago(minutes=40), local_at=NOW)
    entry(ago(minutes=90), local_at=NOW, forget_at=NOW)
    settings.ZHIJIA_JOURNAL_SECOND = ""
    assert values(gauges.one_copy(NOW)) == [(None, 0)]
    settings.ZHIJIA_JOURNAL_SECOND = "/mnt/other"
    assert values(gauges.one_copy(NOW)) == [(40, 1)]


def test_the_lag_to_two_copies_is_that_of_99_in_100():
    assert values(gauges.lag_of_copies(NOW)) == [(None, 0)]
    for minutes in [1] * 98 + [7, 90]:
        entry(ago(minutes=100), local_at=NOW, second_at=ago(minutes=100 - minutes))
    assert values(gauges.lag_of_copies(NOW)) == [(90.0, 100)]
    JournalEntry.objects.filter(second_at=ago(minutes=10)).delete()
    entry(ago(minutes=100), local_at=NOW, second_at=ago(minutes=99))
    assert values(gauges.lag_of_copies(NOW)) == [(7.0, 100)]


def test_what_waits_for_the_journal_shows_its_age():
    assert values(gauges.oldest_waiting(NOW)) == [(0, 0)]
    entry(ago(minutes=12))
    entry(ago(minutes=30), local_at=NOW)
    assert values(gauges.oldest_waiting(NOW)) == [(12, 1)]


def test_the_commit_is_that_of_the_repository_or_the_version(settings, tmp_path):
    commit.cache_clear()
    assert len(commit().rstrip("+")) >= 7
    commit.cache_clear()
    settings.BASE_DIR = tmp_path
    assert commit() == settings.ZHIJIA_VERSION
    commit.cache_clear()
