"""P1 in its short form, part by part."""

from pathlib import Path

import pytest

from tests.faults import http_kills
from tests.faults.installation import Place
from trust import p01_receipts_survive_a_crash as p01

pytestmark = pytest.mark.sqlite_only


def test_killed_at_one_call_in_three_nothing_acknowledged_is_lost_and_a_retry_makes_one(
    small: Place, tmp_path: Path
) -> None:
    told = p01.every_point(small.copy(tmp_path), halves=32, every=3)
    assert (told["lost"], told["lost_in_journal"]) == (0, 0)
    assert told["points"] >= 100
    print(told)


def test_a_receipt_that_is_shown_too_early_is_noticed(small: Place, tmp_path: Path) -> None:
    told = p01.weakened(small, tmp_path, 8)
    assert min(told.values()) > 0, told


def test_killed_from_outside_at_real_system_calls(small: Place, tmp_path: Path) -> None:
    told = p01.by_strace(small.copy(tmp_path), 1)
    if "not_here" in told:
        pytest.skip(told["not_here"])
    assert (told["lost"], told["lost_in_journal"]) == (0, 0)


def test_killed_at_random_while_eight_clients_send_over_http(small: Place, tmp_path: Path) -> None:
    told = http_kills.prove(small.copy(tmp_path), kills=3)
    assert told["lost"] == 0
    assert told["acked"] >= http_kills.CLIENTS
    assert told["parent"] == 1


def test_a_server_that_answers_before_it_commits_is_noticed(small: Place, tmp_path: Path) -> None:
    assert http_kills.control(small.copy(tmp_path)) > 0
