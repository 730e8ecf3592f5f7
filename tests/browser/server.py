"""A whole installation in its own process tree, with its own data, for the browser to talk to."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import empty_database

ROOT = Path(__file__).resolve().parents[2]
FORGET = (
    "ZHIJIA_TESTING",
    "DATABASE_URL",
    "ZHIJIA_TEST_DATABASE",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "PYTHONDONTWRITEBYTECODE",
)


@dataclass
class Server:
    """A running installation."""

    address: str
    data: Path
    process: subprocess.Popen[bytes]

    def sign_ins(self) -> list[list[str]]:
        """Return the demo sign-ins as the start shows them."""
        return list(json.loads((self.data / "demo.json").read_text()))

    def zhijia(self, *arguments: str) -> str:
        """Run a command of the house on this installation; return what it printed."""
        command = [sys.executable, "-m", "zhijia.config.command_line", *arguments]
        done = subprocess.run(command, env=environment(self.data), capture_output=True, text=True, check=True)
        return done.stdout


def environment(data: Path) -> dict[str, str]:
    """Return the environment of an installation in ``data``."""
    kept = {name: value for name, value in os.environ.items() if name not in FORGET}
    return {**kept, "ZHIJIA_DATA": str(data), "ZHIJIA_DEVELOPMENT": "1"}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, *arguments: str, wait: float = 400) -> Server:
    """Start an installation and wait until it is healthy."""
    port = free_port()
    command = [sys.executable, "-m", "zhijia.config.command_line", "serve", "--port", str(port), *arguments]
    with (data / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(data), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    server = Server(f"http://localhost:{port}", data, process)
    until = time.monotonic() + wait
    while not is_healthy(f"http://127.0.0.1:{port}"):
        if process.poll() is not None or time.monotonic() > until:
            stop(server)
            raise RuntimeError("the installation did not start:\n" + (data / "serve.log").read_text()[-4000:])
        time.sleep(0.1)
    return server


def is_healthy(address: str) -> bool:
    """Say whether ``/healthz`` answers 200."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop(server: Server) -> int:
    """Stop an installation as Ctrl-C does; return its exit status."""
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGINT)
    try:
        return server.process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(server.process.pid, signal.SIGKILL)
        return server.process.wait()


@contextmanager
def running(data: Path, *arguments: str) -> Iterator[Server]:
    """Run an installation for the length of a block."""
    server = start(data, *arguments)
    try:
        yield server
    finally:
        stop(server)


def copy_of_prepared(shared: Path, own: Path) -> None:
    """Make ``own`` a data folder with database, static files and demo; prepare it once for all workers."""
    prepared = shared / "prepared"
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (prepared / "demo.json").exists():
            prepared.mkdir(exist_ok=True)
            empty_database.place(prepared / "zhijia.sqlite3")
            with running(prepared, "--prepare", "--demo"):
                pass
    shutil.copytree(prepared, own, dirs_exist_ok=True)
