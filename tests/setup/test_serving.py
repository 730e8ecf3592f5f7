"""``zhijia serve`` as an operator meets it: real processes, real signals."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.server import ROOT, Server, environment, is_healthy, running, start, stop
from tests.setup.processes import children, family, is_alive, memory, within

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that is ready to be served."""
    folder = tmp_path_factory.mktemp("serving")
    with running(folder, "--prepare"):
        pass
    return folder


@pytest.fixture
def server(data: Path):  # type: ignore[no-untyped-def]
    with running(data) as started:
        yield started


def _port(server: Server) -> int:
    return int(server.address.rsplit(":", 1)[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _gone(pids: list[int]) -> bool:
    return not any(is_alive(pid) for pid in pids)


def test_ctrl_c_stops_everything_it_started_and_frees_the_port(server: Server) -> None:
    # Parent, web master, two web workers, background.
    assert within(10, lambda: len(family(server.process.pid)) == 5)
    members = family(server.process.pid)
    os.killpg(server.process.pid, signal.SIGINT)
    assert server.process.wait(timeout=15) == 0
    assert within(2, lambda: _gone(members))
    assert _is_free(_port(server))


def test_being_told_to_stop_by_a_service_manager_is_a_success(server: Server) -> None:
    members = family(server.process.pid)
    server.process.terminate()
    assert server.process.wait(timeout=15) == 0
    assert within(2, lambda: _gone(members))


def test_children_do_not_outlive_a_parent_that_was_killed(server: Server) -> None:
    members = family(server.process.pid)
    server.process.kill()
    server.process.wait()
    assert within(15, lambda: _gone(members))
    assert _is_free(_port(server))


def test_a_child_that_dies_is_started_again(server: Server) -> None:
    for victim in children(server.process.pid):
        os.kill(victim, signal.SIGKILL)
        assert within(10, lambda victim=victim: victim not in children(server.process.pid))
    assert within(15, lambda: len(family(server.process.pid)) == 5)
    assert within(10, lambda: is_healthy(server.address))


def test_a_request_gets_a_healthy_answer_that_tells_nothing_private(server: Server) -> None:
    with urllib.request.urlopen(f"{server.address}/healthz", timeout=10) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert json.load(answer) == {"status": "ok", "version": "0.1.0"}


def test_a_whole_installation_at_rest_stays_under_its_budget(server: Server) -> None:
    for path in ("/", "/accounts/login/", "/open/", "/healthz"):
        urllib.request.urlopen(server.address + path, timeout=20).close()
    assert sum(memory(pid) for pid in family(server.process.pid)) / 1024 <= 250


def _serve(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhijia.config.command_line", "serve", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(data), capture_output=True, text=True, timeout=60, check=False
    )


def test_a_taken_port_is_refused_with_a_sentence(data: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = _serve(data, "--port", str(port))
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "PORT=" in done.stderr


def test_an_unprepared_database_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    done = _serve(tmp_path)
    assert done.returncode == 2
    assert "zhijia migrate" in done.stderr


def _start_seconds(data: Path) -> float:
    begun = time.monotonic()
    server = start(data, "--prepare")
    elapsed = time.monotonic() - begun
    stop(server)
    return elapsed


def test_a_second_start_takes_less_than_five_seconds(data: Path) -> None:
    # The best of three: what else the machine does is not our budget.
    assert any(_start_seconds(data) < 5 for _try in range(3))


def test_stopping_leaves_no_half_written_journal(data: Path) -> None:
    with running(data):
        pass
    assert [p.name for p in data.glob("*.sqlite3-journal")] == []
