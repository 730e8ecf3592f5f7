"""P2 in its short form, part by part."""

from pathlib import Path

import pytest

from tests.faults import cluster
from tests.faults.installation import Place
from tests.faults.power import cut_power
from trust import p02_receipts_survive_a_power_cut as p02


@pytest.mark.sqlite_only
def test_no_disk_that_a_power_cut_may_leave_lacks_what_was_acknowledged(small: Place, tmp_path: Path) -> None:
    told = cut_power(small.copy(tmp_path), cuts=6, seed=3)
    assert (told.disks, told.lossy, told.lossy_in_journal) == (24, 0, 0)


@pytest.mark.sqlite_only
def test_a_weaker_setting_loses_something_and_the_journal_brings_it_back(
    small: Place, tmp_path: Path
) -> None:
    told = p02.weakened(small, tmp_path, 6)
    assert told["control_synchronous_full"]["brought_back_by_replay"] > 0
    assert told["control_journal_without_sync"]["with_loss"] > 0


@pytest.mark.sqlite_only
def test_a_sync_that_fails_is_told_and_nothing_is_acknowledged(small: Place, tmp_path: Path) -> None:
    told = p02.failing_syncs(small.copy(tmp_path))
    assert told["sync_points"] >= 5
    assert set(told["answers"]) <= {"503", "507"}


@pytest.mark.sqlite_only
def test_a_full_disk_is_told_and_what_did_not_fit_comes_later(small: Place, tmp_path: Path) -> None:
    told = p02.full_disk(small.copy(tmp_path), step=16384)
    assert set(told["answers"]) <= {"503", "507"}
    assert told["lost"] == 0


@pytest.mark.sqlite_only
def test_whoever_does_not_hear_an_error_is_noticed(small: Place, tmp_path: Path) -> None:
    told = p02.deaf(small, tmp_path, {"sync_points": 20}, {"fits_in_bytes": 1 << 18})
    assert len(told) == 4
    assert all(each["false_acks"] for each in told.values())


@pytest.mark.postgres_only
def test_a_whole_postgresql_is_killed_and_loses_only_what_it_was_told_not_to_wait_for(tmp_path: Path) -> None:
    told = cluster.prove(tmp_path / "cluster", kills=2)
    if "not_here" in told:
        pytest.skip(told["not_here"])
    assert (told["lost"], told["lost_in_journal"]) == (0, 0)
    assert told["control_synchronous_commit_off_lost"] > 0
