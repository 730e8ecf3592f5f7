"""Eight clients hand in over HTTP while processes of the real server are killed at random moments."""

import contextlib
import http.client
import json
import os
import queue
import random
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.browser.server import Server, is_healthy, start, stop
from tests.faults.checking import Tally, exactly_once, look
from tests.faults.installation import Place, fresh
from tests.setup.processes import family
from trust import Broken

CLIENTS = 8
LONGEST = 0.25
"""Seconds at most between two kills while everybody sends."""
PATH = "/api/v1/appeals"


@dataclass
class Crowd:
    """Clients that send, and send again what was not answered, until they are told to stop."""

    place: Place
    address: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)
    waiting: "queue.Queue[tuple[str, str]]" = field(default_factory=queue.Queue)
    receipts: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    unanswered: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Send new matters; what gets no answer goes back to the end of the line."""
        while not self.stopped.is_set():
            try:
                sent = self.waiting.get_nowait()
            except queue.Empty:
                sent = fresh()
            if not self.send(*sent):
                self.waiting.put(sent)
                time.sleep(0.02)

    def send(self, key: str, text: str) -> bool:
        """Send once; note the receipt on the disk; say whether there was an answer."""
        told = json.dumps({"text": text, "place": "130500"}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        request = urllib.request.Request(self.address + PATH, told, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                receipt = json.loads(answer.read())["public_id"]
        except urllib.error.HTTPError as refused:
            with refused:
                return self._refused(refused, key)
        except (OSError, ValueError, http.client.HTTPException):  # nothing, or half an answer
            self.unanswered.add(key)
            return False
        self._note(key, receipt)
        return True

    def _refused(self, refused: urllib.error.HTTPError, key: str) -> bool:
        if refused.code == 429:  # a process that dies takes its share of a minute's requests with it
            return False
        if refused.code not in (502, 503, 504):
            self.wrong.append(f"{refused.code} {refused.read()[:200]!r}")
        self.unanswered.add(key)
        return False

    def _note(self, key: str, receipt: str) -> None:
        with self.lock, self.place.acks.open("a") as file:
            if self.receipts.setdefault(key, receipt) != receipt:
                self.wrong.append(f"{key} got two receipts")
            file.write(f"{key} {receipt}\n")
            file.flush()
            os.fsync(file.fileno())


def forget_limits(place: Place) -> None:
    """Let everybody send as much as at the beginning of a minute."""
    with contextlib.closing(sqlite3.connect(place.data / "zhijia.sqlite3", timeout=20)) as database, database:
        database.execute("DELETE FROM core_cache WHERE cache_key LIKE '%rate|%'")


WEAK = {"DJANGO_SETTINGS_MODULE": "tests.faults.weak_settings"}
"""A server that answers before it commits."""
CONTROL = 4


def control(place: Place) -> int:
    """Kill a server that answers too early; return how many acknowledged submissions are gone."""
    lost = int(prove(place, kills=CONTROL, weak=True)["lost"])
    if not lost:
        raise Broken("a server that answers before it commits lost nothing: the kills prove nothing")
    return lost


def prove(place: Place, *, kills: int, weak: bool = False) -> dict[str, Any]:
    """Kill so often; then everything is sent again and everything is compared."""
    crowd, rng, shots = Crowd(place), random.Random(kills), {"parent": 0, "child": 0}
    told = {"ZHIJIA_API_PER_MINUTE": "1000000000"} | (WEAK if weak else {})
    saved = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    server = start(place.data, "--prepare")
    try:
        crowd.address = server.address
        threads = [threading.Thread(target=crowd.run, daemon=True) for _n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for number in range(kills):
            server = _once_more(server, crowd, rng, shots, number=number, weak=weak)
            if weak and gone(place):
                break
        crowd.stopped.set()
        for thread in threads:
            thread.join(60)
        if not weak:
            _finish(crowd)
    finally:
        stop(server)
        for name, value in saved.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    if weak:
        return {"lost": len(gone(place))}
    return _result(place, crowd, kills, shots)


def _once_more(
    server: Server, crowd: Crowd, rng: random.Random, shots: dict[str, int], *, number: int, weak: bool
) -> Server:
    """Kill at a random moment; a server that answers too early, and all of it, right after a receipt."""
    if weak:
        _await_receipt(crowd)
        return _shoot(server, crowd, rng, shots, everything=True)
    time.sleep(rng.uniform(0.01, LONGEST))
    server = _shoot(server, crowd, rng, shots, everything=number % 3 == 2)
    forget_limits(crowd.place)
    return server


def _await_receipt(crowd: Crowd) -> None:
    """Wait for the next receipt: a server that answers too early has not committed it yet."""
    known, until = len(crowd.receipts), time.monotonic() + 30
    while len(crowd.receipts) == known:
        if time.monotonic() > until:
            raise Broken(f"the weak server gives no receipts: {crowd.wrong[:2]}")
        time.sleep(0.005)


def gone(place: Place) -> set[str]:
    """Return which acknowledged submissions are not in the database."""
    database = sqlite3.connect(place.data / "zhijia.sqlite3", timeout=20)
    with contextlib.closing(database):
        rows = {str(uuid.UUID(row[0])) for row in database.execute("SELECT public_id FROM appeals_appeal")}
    return set(place.acked().values()) - rows


def _shoot(
    server: Server, crowd: Crowd, rng: random.Random, shots: dict[str, int], *, everything: bool
) -> Server:
    """Kill one process, or all of them; wait until the server answers again."""
    pids = family(server.process.pid)
    if everything or len(pids) < 2:
        shots["parent"] += 1
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.process.wait()
        server = start(server.data)
        crowd.address = server.address
        return server
    shots["child"] += 1
    with contextlib.suppress(ProcessLookupError):
        os.kill(rng.choice(pids[1:]), signal.SIGKILL)
    until = time.monotonic() + 30
    while not is_healthy(server.address.replace("localhost", "127.0.0.1")):
        if time.monotonic() > until:
            raise Broken("the server did not come back after a kill")
        time.sleep(0.02)
    return server


def _finish(crowd: Crowd) -> None:
    """Send again what has no receipt, until each has."""
    left = list(crowd.waiting.queue)
    for key, text in left:
        for _try in range(100):
            if crowd.send(key, text):
                break
            time.sleep(0.05)
        else:
            raise Broken(f"no answer at all for {key}")


def _result(place: Place, crowd: Crowd, kills: int, shots: dict[str, int]) -> dict[str, Any]:
    if crowd.wrong:
        raise Broken(f"answers that should not be: {crowd.wrong[:5]}")
    tally = Tally(trials=kills, killed=kills, keys=dict(crowd.receipts))
    with place.zygote() as zygote:
        found = look(zygote, deep=True)
    acked = place.acked()
    lost = set(acked.values()) - set(found["rows"])
    if lost:
        raise Broken(f"{len(lost)} acknowledged submissions are gone")
    exactly_once(place, found, tally)
    saved = sum(1 for key in crowd.unanswered if key in crowd.receipts)
    return {"kills": kills, **shots, "acked": len(acked), "lost": len(lost), "info": saved,
            "bound_per_crash": round(3 / max(kills, 1), 5)}  # fmt: skip
