"""P25 as a program: the tests of ``tests/constitution`` in figures, with their control."""

import json
import os
import subprocess
import sys

from tests.architecture.sources import ROOT


def test_the_proof_holds_and_its_control_is_noticed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    told = subprocess.run(
        [sys.executable, "-m", "trust", "P25"], cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"ZHIJIA_DATA": str(tmp_path)},
    )  # fmt: skip
    result, whole = map(json.loads, told.stdout.splitlines())
    assert result["held"], result
    assert (whole["held"], whole["passed"]) == (["P25"], True)
    assert result["figures"]["purposes"] == 9
    assert result["figures"]["control_noticed"] == 6
    assert result["n"] > 200
