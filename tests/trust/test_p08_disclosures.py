"""P8 in small: the watch, the worker's page and the audit agree, and a killed opening never goes unseen."""

import json
import os
import subprocess
import sys

import pytest

from tests.trust import openings_game
from trust import Broken, p08_disclosures

KILLS = """
import json
from trust import p08_disclosures as proof
from trust.house import empty_house
with empty_house() as folder:
    print(json.dumps(proof.killed(folder, every=9) | proof.killed_the_wrong_way_round(folder)))
"""


@pytest.mark.django_db
def test_every_opening_is_in_the_workers_list_and_in_the_audit_and_nothing_else_is() -> None:
    told = p08_disclosures.played(games=1, moves=120)
    assert told["unlogged_openings"] == 0
    assert told["opened"] > 20


@pytest.mark.django_db
def test_openings_that_nobody_wrote_down_are_noticed() -> None:
    assert p08_disclosures.without_logging()["control_lost"] > 0


@pytest.mark.django_db
def test_a_game_in_which_nothing_opens_proves_nothing(monkeypatch) -> None:
    monkeypatch.setattr(openings_game, "MOVES", ("stranger",))
    with pytest.raises(Broken, match="too little"):
        p08_disclosures.played(games=1, moves=5)


@pytest.mark.sqlite_only
@pytest.mark.django_db
def test_nothing_opens_while_the_audit_takes_no_rows() -> None:
    assert p08_disclosures.when_the_chain_cannot_grow() == {"opened_when_the_audit_is_full": 0}


@pytest.mark.sqlite_only
def test_whoever_is_killed_while_opening_has_been_written_down_before() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIJIA_")}
    done = subprocess.run(
        [sys.executable, "-c", KILLS], env=kept, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["kill_points"] >= 8
    assert told["written_not_opened"] > 0
    assert told["control_unseen_opening_at_call"] > 0
