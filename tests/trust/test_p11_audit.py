"""P11 in small: each way to rewrite the audit is tried some times, and the controls are lost."""

import pytest

from trust import Broken, p11_audit
from trust.audit_attacks import ATTACKS
from trust.audit_world import World


@pytest.fixture
def world(db, tmp_path, settings) -> World:
    """A small audit, its witness and its keys."""
    settings.ZHIJIA_KEY_FILE = str(tmp_path / "keys" / "master.key")
    made = World.build(tmp_path, seed=7)
    assert made.refuses(made.copy()) == (False, False)
    return made


def test_whoever_rewrites_rows_heads_or_keys_is_noticed_in_both_places(world) -> None:
    told = p11_audit.rewritten(world, 3 * len(ATTACKS))
    assert told == {"rewritten": 36, "kinds": dict.fromkeys(ATTACKS, 3)}


def test_every_byte_of_an_export_counts(world) -> None:
    assert p11_audit.spoilt(world, 120) == {"spoilt": 120}


def test_a_stranger_with_the_one_file_notices_it_too(world) -> None:
    assert p11_audit.by_the_tool(world, 2) == {"by_the_tool_alone": 2}


def test_without_a_witness_behind_it_and_with_a_blind_check_the_rewriter_wins(world) -> None:
    told = p11_audit.controls(world, 8)
    assert told["control_lost_without_witness"] == told["control_lost_after_the_witnessed_head"] == 8
    assert told["control_lost_by_a_blind_check"] > 0


def test_a_check_that_overlooks_something_breaks_the_promise(world, monkeypatch) -> None:
    monkeypatch.setattr(World, "database_is_refused", lambda self, **more: False)
    with pytest.raises(Broken, match="on the database was not noticed"):
        p11_audit.rewritten(world, 1)


def test_the_witnessed_head_is_never_older_than_an_hour(db, tmp_path, settings) -> None:
    settings.ZHIJIA_KEY_FILE = str(tmp_path / "keys" / "master.key")
    assert p11_audit.checkpoint_age(tmp_path, hours=4)["oldest_checkpoint_minutes"] <= 60


def test_the_speed_of_a_check_is_measured(db) -> None:
    assert all(figure > 1000 for figure in p11_audit.speed(3000).values())
