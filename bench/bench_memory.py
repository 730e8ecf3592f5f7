"""Memory of one full installation at rest, and the time of a second start."""

import tempfile
import time
import urllib.request
from pathlib import Path

from tests.browser.server import running, start, stop
from tests.setup.processes import family, memory

PAGES = ("/", "/accounts/login/", "/open/", "/healthz")
BUDGET = 250


def main() -> None:
    """Print both, beside their budgets."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        begun = time.monotonic()
        stop(start(data, "--prepare", "--demo"))
        print(f"first start with demo   {time.monotonic() - begun:6.1f} s")
        begun = time.monotonic()
        stop(start(data, "--prepare", "--demo"))
        print(f"second start and stop   {time.monotonic() - begun:6.1f} s      budget 5 s")
        with running(data) as server:
            for page in PAGES * 20:
                urllib.request.urlopen(server.address + page, timeout=20).close()
            time.sleep(3)
            members = family(server.process.pid)
            total = sum(memory(pid) for pid in members) / 1024
            print(f"at rest, {len(members)} processes    {total:6.0f} MB PSS  budget {BUDGET} MB")
