"""The program that runs the proofs: it ends, it kills, and it calls nothing proved that nobody tried."""

import multiprocessing
import signal
import subprocess
import sys
import time
from typing import Any

from tests.setup.processes import family, is_alive, within
from trust import __main__ as runner

HELD: dict[str, Any] = {"promise": "P3", "held": True, "figures": {}}
BROKEN: dict[str, Any] = {"promise": "P4", "held": False, "figures": {}, "broken": "it does not hold"}
NOT_HERE: dict[str, Any] = {"promise": "P21", "held": None, "figures": {}, "not_here": "Chromium"}
IN_PART: dict[str, Any] = {
    "promise": "P2",
    "held": True,
    "figures": {"postgresql": {"not_here": "PostgreSQL"}},
}
SLOW: dict[str, Any] = {"promise": "P6", "held": None, "figures": {}, "not_proven": "ended after 9 s"}


def test_a_run_in_which_everything_held_passes() -> None:
    assert runner.judge([HELD], allow_missing=False) == {
        "held": ["P3"], "broken": [], "not_proven": {}, "passed": True,
    }  # fmt: skip


def test_what_could_not_run_is_named_and_the_run_does_not_pass() -> None:
    told = runner.judge([HELD, NOT_HERE, IN_PART], allow_missing=False)
    assert told["held"] == ["P3"]
    assert told["not_proven"] == {"P21": "Chromium", "P2": "PostgreSQL"}
    assert not told["passed"]
    assert runner.judge([HELD, NOT_HERE, IN_PART], allow_missing=True)["passed"]


def test_neither_a_broken_promise_nor_a_slow_proof_passes_because_something_may_be_missing() -> None:
    assert not runner.judge([HELD, BROKEN], allow_missing=True)["passed"]
    assert not runner.judge([HELD, SLOW], allow_missing=True)["passed"]


def test_a_proof_that_goes_on_too_long_is_ended_and_is_no_proof() -> None:
    began = time.monotonic()
    told = runner.prove("p25_no_score_of_people", long=False, seconds=0.05)
    assert told["held"] is None
    assert "ended" in told["not_proven"]
    assert time.monotonic() - began < runner.GRACE + 10


def _stubborn() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.run([sys.executable, "-c", "import time; time.sleep(300)"], check=False)


def test_whoever_does_not_end_when_told_is_killed_with_all_that_he_started(monkeypatch: Any) -> None:
    monkeypatch.setattr(runner, "GRACE", 0.5)
    process = multiprocessing.get_context("fork").Process(target=_stubborn)
    process.start()
    assert within(10, lambda: len(family(process.pid or 0)) == 2)
    pids = family(process.pid or 0)
    runner.end(process, at_once=False)
    assert within(5, lambda: not any(is_alive(pid) for pid in pids))
