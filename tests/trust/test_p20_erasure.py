"""P20 in small: every byte is read after an erasure, and each thing that is switched off is noticed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trust.canaries import Needles, canary, forms_of, search

ROOT = Path(__file__).resolve().parents[2]
SMALL = """
import json
from trust import p20_erasure as proof
from trust.house import empty_house
with empty_house() as folder, proof.everything_logged(folder), proof.place_for_backups(folder):
    told = proof.erased_for_good(folder, people=1) | proof.controls(folder) | proof.restored(folder)
    print(json.dumps(told))
"""


@pytest.mark.parametrize("form", range(14))
def test_the_search_sees_a_text_in_every_form(tmp_path: Path, form: int) -> None:
    text = canary("x")
    written = list(forms_of(text))[form]
    (tmp_path / "file").write_bytes(b"\0" * 4_194_300 + written + b"\1" * 9)
    assert search(tmp_path, Needles.of_texts({"x": text})).count == 1


def test_the_search_finds_nothing_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(canary("x").encode())
    told = search(tmp_path, Needles.of_texts({"x": canary("x")}))
    assert (told.count, told.files, told.bytes_read > 0) == (0, 1, True)


@pytest.mark.sqlite_only
def test_nothing_of_an_erased_person_is_left_and_each_weakness_would_be_seen() -> None:
    forgotten = ("DATABASE_URL", "ZHIJIA_DATA", "ZHIJIA_TEST_DATABASE")
    kept = {name: value for name, value in os.environ.items() if name not in forgotten}
    done = subprocess.run(
        [sys.executable, "-c", SMALL], cwd=ROOT, env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["found_day_7"], told["found_after_restore"]) == (0, 0)
    assert told["canaries"] > 20
    for control in ("control_without_secure_delete", "control_keys_kept", "control_journal_kept",
                    "control_found_without_ledger"):  # fmt: skip
        assert told[control] > 0, control
