"""Runs the proofs one after the other, each in a process of its own, and keeps each one's last result.

Each proof and the whole run have a deadline; a proof that goes on longer is told to end, then killed. What
did not run, or not to its end, is no proof: it is told loudly and the run does not count as passed.
"""

import argparse
import datetime as dt
import json
import multiprocessing
import os
import pkgutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import trust
from tests.setup.processes import family
from trust.running import run

FOLDER = Path(os.environ.get("ZHIJIA_DATA", "var")) / "trust"
Result = dict[str, Any]
WHOLE = {False: 600, True: 3 * 3600}
"""Seconds for all proofs together: of ``make trust``, and of the nightly run."""
EACH = {False: 280, True: 3600}
"""Seconds for one proof."""
ALONE = ("p06_", "p16_")
AT_ONCE = 2
LONGEST = ("p21_", "p01_", "p02_")
"""Begun first, so that none of them is left alone at the end."""
GRACE = 15
"""Seconds in which a proof that is told to end may stop its servers and clear its folders away."""


def names(wanted: list[str]) -> list[str]:
    """Return the modules of the wanted promises (``P11``), or of all, in order."""
    found = sorted(
        m.name for m in pkgutil.iter_modules(trust.__path__) if m.name[0] == "p" and m.name[1].isdigit()
    )
    chosen = {f"p{int(promise[1:]):02d}" for promise in wanted}
    return [name for name in found if not chosen or name.split("_")[0] in chosen]


def commit() -> str:
    """Return the commit that is proved, with ``+`` when files differ from it."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "unknown"


def prove(name: str, *, long: bool, seconds: float | None = None) -> Result:
    """Run one proof in a fresh process and return its result; a proof that dies has not held."""
    limit = EACH[long] if seconds is None else seconds
    here, there = multiprocessing.get_context("spawn").Pipe(duplex=False)
    began = time.monotonic()
    process = multiprocessing.get_context("spawn").Process(target=run, args=(name, long, there))
    process.start()
    there.close()
    told = {"promise": f"P{int(name[1:3])}", "title": name, "held": False, "n": 0, "figures": {}}
    try:
        in_time = here.poll(limit)
        told = here.recv() if in_time else told | _too_slow(limit)
    except EOFError:
        told["broken"] = "the proof ended without an answer"
    end(process, at_once=in_time)
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return told | {"seconds": round(time.monotonic() - began, 1), "at": at, "commit": commit(), "long": long}


def _too_slow(limit: float) -> Result:
    return {"held": None, "not_proven": f"the proof was ended after {limit:.0f} s, before it had an answer"}


def end(process: BaseProcess, *, at_once: bool) -> None:
    """Wait for a proof that has answered; tell a slow one to end, and kill what is left of it."""
    if not at_once:
        process.terminate()
    process.join(GRACE)
    left = family(process.pid) if process.is_alive() and process.pid else []
    for pid in left:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.join()


def keep(result: Result) -> None:
    """Keep the last result of a promise for the dashboard; a proof that could not run replaces nothing."""
    if result["held"] is None:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    fresh = FOLDER / f".{result['promise']}.{os.getpid()}"
    fresh.write_text(json.dumps(result, ensure_ascii=False))
    fresh.rename(FOLDER / f"{result['promise']}.json")


def missing(told: Any) -> list[str]:
    """Return what a proof, or a part of one, lacked on this machine."""
    if not isinstance(told, dict):
        return []
    own = [str(told["not_here"])] if "not_here" in told else []
    return own + [lacked for part in told.values() for lacked in missing(part)]


def prove_all(chosen: list[str], *, long: bool) -> list[Result]:
    """Run these proofs, two at a time, within the time of the whole run; print and keep each result.

    Those that compare times run by themselves, before the others.
    """
    until = time.monotonic() + WHOLE[long]

    def prove_one(name: str) -> Result:
        left = until - time.monotonic()
        result = prove(name, long=long, seconds=max(0.0, min(EACH[long], left)))
        print(json.dumps(result, ensure_ascii=False), flush=True)
        keep(result)
        return result

    alone = [name for name in chosen if name.startswith(ALONE)]
    results = {name: prove_one(name) for name in alone}
    others = sorted(set(chosen) - set(results), key=lambda name: (not name.startswith(LONGEST), name))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results |= dict(zip(others, pool.map(prove_one, others), strict=True))
    return [results[name] for name in chosen]


def judge(results: list[Result], *, allow_missing: bool) -> Result:
    """Return the last line: which promises held, which did not, and which nobody tried to the end."""
    told: Result = {"held": [], "broken": [], "not_proven": {}}
    for result in results:
        lacked = missing(result) + ([result["not_proven"]] if "not_proven" in result else [])
        if result["held"] is False:
            told["broken"].append(result["promise"])
        elif lacked:
            told["not_proven"][result["promise"]] = "; ".join(lacked)
        else:
            told["held"].append(result["promise"])
    slow = any("not_proven" in result for result in results)
    told["passed"] = not (told["broken"] or slow or (told["not_proven"] and not allow_missing))
    return told


def main() -> int:
    """Return 0 when every promise was proved, 1 when one was not, 2 when none was asked."""
    parser = argparse.ArgumentParser(prog="python -m trust", description=__doc__)
    parser.add_argument("promise", nargs="*", help="P1, P11 …; all when none is named")
    parser.add_argument("--long", action="store_true", help="the nightly size")
    parser.add_argument(
        "--allow-missing", action="store_true", help="pass though a program that a proof needs is not here"
    )
    asked, began = parser.parse_args(), time.monotonic()
    results = prove_all(names(asked.promise), long=asked.long)
    if not results:
        print("there is no proof of this promise", file=sys.stderr)
        return 2
    told = judge(results, allow_missing=asked.allow_missing)
    for promise, lacked in told["not_proven"].items():
        print(f"NOT PROVEN: {promise}: {lacked}", file=sys.stderr)
    print(json.dumps({"total_seconds": round(time.monotonic() - began, 1), **told}, ensure_ascii=False))
    return 0 if told["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
