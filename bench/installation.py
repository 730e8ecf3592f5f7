"""A large installation to measure, and what its processes cost."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from tests.browser.server import environment
from tests.setup.processes import family

TICKS = os.sysconf("SC_CLK_TCK")
SESSION = """
import base64
import json
from types import SimpleNamespace
from django.conf import settings
from django.test import Client
from django.utils import timezone
from zhijia.accounts.models import User
from zhijia.accounts.services import create_token
from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals.models import Appeal
from zhijia.core.actors import SYSTEM
from zhijia.unions.demo import PASSWORD
from zhijia.vault.services import open_user_key
from zhijia.vault.session import COOKIE, keep
worker = User.objects.get_by_phone("13900000001")
scopes = ("appeals:submit", "appeals:read")
officer = User.objects.get_by_phone("13800000002")
browser = sign_in(Client(), officer)
request = SimpleNamespace(session=browser.session, COOKIES={})
keep(request, f"user:{officer.pk}", open_user_key(user=officer, password=PASSWORD, now=timezone.now()))
request.session.save()
cases = Appeal.objects.filter(handler__isnull=False, state="handling", tenant=13, place__startswith="1305")
cases = cases.order_by("pk")
print(json.dumps({
    "cookie": settings.SESSION_COOKIE_NAME, "officer": browser.cookies[settings.SESSION_COOKIE_NAME].value
    + f"; {COOKIE}=" + base64.urlsafe_b64encode(request.keyring_secret).decode(),
    "token": create_token(user=worker, name="bench", scopes=scopes, days=1, by=SYSTEM, now=timezone.now())[1],
    "cases": [str(a.public_id) for a in cases[:200]],
    "appeals": Appeal.objects.count(), "members": User.objects.filter(is_officer=False).count(),
}))
"""


def zhijia(data: Path, *arguments: str, database: str = "") -> str:
    """Run a command of the house on the installation in ``data``; return what it printed."""
    told = environment(data) | ({"DATABASE_URL": database} if database else {})
    command = [sys.executable, "-m", "zhijia.config.command_line", *arguments]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"zhijia {' '.join(arguments)}: {done.stderr[-2000:]}")
    return done.stdout


def prepare(data: Path, database: str = "") -> dict:
    """Make the large installation once (200 000 members, 100 000 appeals); return keys to it."""
    ready = data / "bench-ready"
    if not ready.exists():
        data.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        zhijia(data, "migrate", "-v0", database=database)
        zhijia(data, "createcachetable", database=database)
        zhijia(data, "demo", "--size", "large", database=database)
        print(f"  made in {time.monotonic() - begun:.0f} s (kept in {data})")
        ready.touch()
    zhijia(data, "collectstatic", "--noinput", "-v0", database=database)
    return json.loads(zhijia(data, "shell", "-v0", "-c", SESSION, database=database).strip().splitlines()[-1])


def cpu_seconds(pids: list[int]) -> float:
    """Return user and system time of processes so far."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


@dataclass
class Timing:
    """Wall milliseconds of each request and CPU milliseconds a request of the server."""

    wall: list[float] = field(default_factory=list)
    cpu: float = 0.0
    size: int = 0

    def share(self, percent: int) -> float:
        """Return a percentile of the wall times."""
        return quantiles(self.wall, n=100, method="inclusive")[percent - 1]


class Client:
    """One kept-open connection."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        parts = urlsplit(address)
        self.connection = HTTPConnection(parts.hostname or "localhost", parts.port, timeout=60)
        self.headers = headers

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
        """Send a request; return the body; anything but 200 and 201 is an error."""
        self.connection.request(method, path, body, self.headers | headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"{method} {path}: {answer.status} {content[:300]!r}")
        return content


def measure(pid: int, requests: list, warm: int = 10) -> Timing:
    """Call each of ``requests`` once in turn after a warm-up."""
    for call in requests[:warm]:
        call()
    pids, timing = family(pid), Timing()
    before = cpu_seconds(pids)
    for call in requests[warm:]:
        began = time.perf_counter()
        timing.size = len(call())
        timing.wall.append((time.perf_counter() - began) * 1000)
    timing.cpu = (cpu_seconds(pids) - before) * 1000 / len(timing.wall)
    return timing
