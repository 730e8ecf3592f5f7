"""P1: kill at every system call that changes something, and at random moments over HTTP; then look and retry.

The calls are counted by a library between the process and the kernel (``tests/faults/faults.c``), which
kills before a call or in the middle of a write; ``strace`` kills the same process from outside as a second
opinion. Kill -9 says nothing about power cuts: see P2.
"""

import contextlib
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.faults import http_kills
from tests.faults.checking import Tally, exactly_once, look, retry, trial
from tests.faults.installation import Child, Died, NoCompiler, Place, Zygote, fresh, library
from trust import Broken, NotHere

PROMISE = "P1"
TITLE = "Once a receipt is shown, the submission survives a crash at any instant"
TRACED = ("pwrite64", "write", "fdatasync", "fsync", "unlink", "sendto")
EVERY = {False: 2, True: 1}
"""The short run kills before every other call."""
HALVES = {False: 16, True: 1}
"""Every so-manieth call is killed in its middle as well."""
STEP = {False: 4, True: 1}
"""The controls try every so-manieth call; unless each, until something is lost."""
STRACED = {False: 1, True: 1000}
"""Kills by strace for each of these calls."""
RANDOM = {False: 3, True: 3000}
"""Kills at random moments over HTTP."""


def prove(*, long: bool) -> dict[str, Any]:
    """Return the figures, or raise ``Broken``."""
    try:
        library()
    except NoCompiler as missing:
        raise NotHere(str(missing)) from None
    with tempfile.TemporaryDirectory(prefix="zhijia-p01-") as folder:
        base = Path(folder)
        prepared = Place(base / "prepared").prepare()
        points = every_point(prepared.copy(base / "points"), halves=HALVES[long], every=EVERY[long])
        traced = by_strace(prepared.copy(base / "strace"), STRACED[long])
        controls = weakened(prepared, base, STEP[long])
        if "not_here" not in traced:
            controls["control_strace_lost"] = weakly_traced(prepared.copy(base / "weakly-traced"))
        random = http_kills.prove(prepared.copy(base / "http"), kills=RANDOM[long])
        controls["control_http_lost"] = http_kills.control(prepared.copy(base / "weak-http"))
    lost = points["lost"] + traced.get("lost", 0) + random["lost"]
    return {
        "n": points["trials"] + traced.get("trials", 0) + random["kills"],
        "acked": points["acked"] + traced.get("acked", 0) + random["acked"],
        "lost": lost,
        "saved_not_acked": points["info"] + traced.get("info", 0) + random["info"],
        "kill_points": points, "strace": traced, "random_kills": random, **controls,
    }  # fmt: skip


def every_point(place: Place, *, halves: int, every: int = 1) -> dict[str, Any]:
    """Kill before the first, second, … call until a sender lives; then in the middle of every n-th one.

    ``every`` leaves calls out, for a shorter run.
    """
    tally, points = Tally(), 0
    with place.zygote() as zygote:
        while trial(place, zygote, tally, kill_at=points + 1):
            points += every
        for number in range(1, points + 1, halves):
            trial(place, zygote, tally, kill_at=number, torn=True)
        exactly_once(place, look(zygote, deep=True), tally)
    if points < 20:
        raise Broken(f"only {points} calls were seen: the faults do not reach the program")
    return {**tally.figures(), "points": points, "covered_percent": 100 // every}


def by_strace(place: Place, kills: int) -> dict[str, Any]:
    """Kill at the first ``kills`` passings of each kind of call, from outside, until a sender lives."""
    if shutil.which("strace") is None:
        return {"not_here": "strace"}
    tally = Tally()
    with place.zygote() as zygote:
        for call in TRACED:
            for number in range(1, kills + 1):
                if not _straced(place, zygote, tally, call, number):
                    break
        if tally.killed == 0:
            return {"not_here": "strace may not trace here"}
        exactly_once(place, look(zygote, deep=True), tally)
    return tally.figures()


def weakly_traced(place: Place) -> int:
    """Acknowledge before the commit; kills from outside at its syncs must find what was lost."""
    tally = Tally()
    with place.zygote() as zygote:
        for number in range(1, 9):
            _straced(place, zygote, tally, "fdatasync", number, "ack_before_commit")
            if tally.lost:
                return tally.lost
    raise Broken("killed by strace, a receipt before the commit lost nothing: the kills come from nowhere")


def _straced(place: Place, zygote: Zygote, tally: Tally, call: str, number: int, weaken: str = "") -> bool:
    key, text = fresh()
    with zygote.worker() as child:
        if weaken:
            child("weaken", how=weaken)
        pid = child("pid")
        rule = ["-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}"]
        command = ["strace", "-qq", "-o", "/dev/null", "-p", str(pid), *rule]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as tracer:
            killed = _send_traced(child, tracer, pid, (key, text))
            tracer.terminate()
    if killed is None:
        return False
    tally.trials, tally.killed = tally.trials + 1, tally.killed + killed
    with zygote.worker() as child:
        found = child("look")
        acked = place.acked()
        tally.acked = len(acked)
        tally.lost = len(set(acked.values()) - set(found["rows"]))
        if weaken:
            return killed
        if tally.lost or set(acked.values()) - set(found["journal"]):
            raise Broken(f"acknowledged and lost at {call} {number}")
        tally.info += len(set(found["rows"]) - set(tally.keys.values()) - set(acked.values()))
        retry(child, [(key, text)], tally)
    return killed


def _send_traced(
    child: Child, tracer: "subprocess.Popen[bytes]", pid: int, sent: tuple[str, str]
) -> bool | None:
    """Say whether the sender died; None when the tracer could not hold it."""
    until = time.monotonic() + 5
    while not _is_traced(pid):
        if tracer.poll() is not None or time.monotonic() > until:
            return None
        time.sleep(0.01)
    with contextlib.suppress(Died):
        child("send", key=sent[0], text=sent[1])
        return False
    return True


def _is_traced(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text()
    return True


def weakened(prepared: Place, base: Path, step: int) -> dict[str, int]:
    """Acknowledge too early, in two ways; the same kills must then find losses."""
    found = {}
    for how, figure in (("ack_before_commit", "lost"), ("ack_before_journal", "lost_in_journal")):
        place, tally, number = prepared.copy(base / how), Tally(), 1
        with place.zygote() as zygote:
            while trial(place, zygote, tally, weaken=how, kill_at=number):
                number += step
                if step > 1 and getattr(tally, figure):
                    break
        if not getattr(tally, figure):
            raise Broken(f"the control {how} lost nothing: this proof would notice nothing")
        found[f"control_{how}_lost"] = getattr(tally, figure)
    return found
