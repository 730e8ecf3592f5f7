"""Filing, the desk queue and the case page with 200 000 members and 100 000 appeals.

Kept in ``var/bench`` between runs. BENCH_DATABASE=postgresql://… measures on PostgreSQL.
"""

import json
import os
import threading
import time
import uuid
from pathlib import Path

from bench.installation import Client, Timing, measure, prepare
from tests.browser.server import ROOT, running

FILED = 400
READ = 150
CLIENTS = 4
# What peers and hand-written code reach on the same kind of work, CPU milliseconds a request.
REFERENCE = {
    "file": "goal 8; RT 337, helpdesk 11-15, bare insert 0.4-0.6",
    "queue": "goal 12; RT 405, helpdesk 84-108, ceiling 4.3",
    "case": "goal 8; RT 140, helpdesk 21-28, ceiling 1.3-1.9",
}
BUDGET = {"file": 250, "queue": 150, "case": 150}


def main() -> None:
    """Print the figures beside the references."""
    database = os.environ.get("BENCH_DATABASE", "")
    data = Path(os.environ.get("BENCH_DATA", ROOT / "var" / ("bench-postgres" if database else "bench")))
    if database:
        os.environ["DATABASE_URL"] = database
    os.environ["ZHIJIA_API_PER_MINUTE"] = "1000000"
    keys = prepare(data, database)
    print(f"{keys['members']} members, {keys['appeals']} appeals, {'PostgreSQL' if database else 'SQLite'}")
    # A notice is queued, not yet sent: as the references count it.
    with running(data, "--web-only") as server:
        _report(server.address, server.process.pid, keys)
    with running(data) as server:
        rate = _throughput(server.address, keys)
        told = f"{rate:.0f} a second, {CLIENTS} clients at once, background work running"
        print(f"submissions with receipt: {told}")


def _report(address: str, pid: int, keys: dict) -> None:
    page = Client(address, {"Cookie": f"{keys['cookie']}={keys['officer']}"})
    cases = [f"/appeals/work/{i}/" for i in keys["cases"]]
    worker = _worker(address, keys)
    figures = {
        "file": measure(pid, [lambda: _file(worker)] * 200),
        "queue": measure(pid, [lambda: page.send("GET", "/appeals/work/")] * READ),
        "case": measure(pid, [lambda c=c: page.send("GET", c) for c in (cases * 3)[:READ]]),
    }
    print(f"{'':8}{'p50 ms':>8}{'p95 ms':>8}{'CPU ms':>8}{'kB':>6}  p95 budget, CPU reference")
    for name, timing in figures.items():
        print(_line(name, timing))


def _line(name: str, timing: Timing) -> str:
    return (
        f"{name:8}{timing.share(50):8.1f}{timing.share(95):8.1f}{timing.cpu:8.1f}{timing.size / 1000:6.0f}"
        f"  {BUDGET[name]} ms, {REFERENCE[name]}"
    )


def _worker(address: str, keys: dict) -> Client:
    return Client(address, {"Authorization": f"Bearer {keys['token']}", "Content-Type": "application/json"})


def _file(worker: Client) -> bytes:
    told = {"text": "单位拖欠工资两个月，多次催要没有结果，请工会帮忙。", "place": "130582", 
            "category": "WAGE.ARREARS", "confidentiality": "sealed"}  # fmt: skip
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    answer = worker.send("POST", "/api/v1/appeals", json.dumps(told).encode(), **headers)
    if len(json.loads(answer)["receipt"]) != 20:
        raise SystemExit("a submission came back without a receipt")
    return answer


def _throughput(address: str, keys: dict) -> float:
    def work() -> None:
        worker = _worker(address, keys)
        for _n in range(FILED // CLIENTS):
            _file(worker)

    threads = [threading.Thread(target=work) for _n in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return FILED / (time.perf_counter() - began)
