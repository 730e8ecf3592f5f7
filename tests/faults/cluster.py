"""A PostgreSQL of our own, in a temporary folder, so that all of it may be killed."""

import contextlib
import os
import pwd
import random
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.browser.server import free_port
from tests.faults.checking import Tally, compare, exactly_once, look, retry
from tests.faults.installation import Died, Place, Zygote, fresh
from tests.setup.processes import family
from trust import Broken

FOLDERS = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/bin"))
CONTROL = 4
"""Kills with ``synchronous_commit=off``; one of them at least must lose something."""


class Cluster:
    """One database server."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.bin = next((b for b in FOLDERS if (b / "initdb").exists()), None)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]  # type: ignore[operator]
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, capture_output=True, cwd="/")

    def make(self) -> None:
        """Make the files."""
        if os.getuid() == 0:
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        self._run("initdb", "-D", str(self.folder / "pg"), "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--data-checksums")  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it has recovered."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-D", str(self.folder / "pg"), "-o", options, "-l", str(self.folder / "log"),
                  "-w", "-t", "60", "start")  # fmt: skip

    def kill(self) -> None:
        """Kill every process of it at once; wait until they are gone."""
        try:
            main = int((self.folder / "pg" / "postmaster.pid").read_text().split()[0])
        except FileNotFoundError:
            return
        pids = family(main)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < until:
            time.sleep(0.02)
        (self.folder / "pg" / "postmaster.pid").unlink(missing_ok=True)


def prove(base: Path, *, kills: int) -> dict[str, Any]:
    """Kill so often, then with ``synchronous_commit`` off; return the figures, or raise ``Broken``."""
    # Right below the temporary folder: the user of PostgreSQL may not look into anybody else's.
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="zhijia-postgresql-")))
    if not kills or cluster.bin is None or (os.getuid() == 0 and not shutil.which("runuser")):
        cluster.folder.rmdir()
        return {"not_here": "PostgreSQL server programs (Debian: postgresql)"}
    base.mkdir(parents=True)
    try:
        cluster.make()
        cluster.start()
        place = Place(base / "house", f"postgresql://postgres@127.0.0.1:{cluster.port}/postgres").prepare()
        tally = _kill_often(cluster, place, kills)
        lost = _control(cluster, place)
    finally:
        cluster.kill()
        shutil.rmtree(cluster.folder, ignore_errors=True)
    return {"kills": kills, **tally.figures(), "control_synchronous_commit_off_lost": lost}


def _until_killed(
    cluster: Cluster, zygote: Zygote, rng: random.Random, weaken: str = ""
) -> list[tuple[str, str]]:
    """Send until all of the server is killed at a random moment; return what was sent, answered or not."""
    sends, until = [], time.monotonic() + rng.uniform(0.1, 0.6)
    with zygote.worker() as child, contextlib.suppress(Died):
        if weaken:
            child("weaken", how=weaken)
        while True:
            sends.append(fresh())
            child.begin("send", key=sends[-1][0], text=sends[-1][1])
            if time.monotonic() > until:
                time.sleep(rng.uniform(0, 0.02))
                cluster.kill()
                child.end()
                return sends
            child.end()
    return sends


def _kill_often(cluster: Cluster, place: Place, kills: int) -> Tally:
    tally, rng = Tally(), random.Random(kills)
    with place.zygote() as zygote:
        for _kill in range(kills):
            known = set(tally.keys.values())
            sends = _until_killed(cluster, zygote, rng)
            cluster.start()
            tally.trials, tally.killed = tally.trials + 1, tally.killed + 1
            with zygote.worker() as child:
                compare(place, child("look"), tally, known)
                if tally.lost or tally.lost_in_journal:
                    raise Broken(f"PostgreSQL killed: {tally.figures()}")
                retry(child, sends, tally)
        exactly_once(place, look(zygote, deep=True), tally)
    return tally


def _control(cluster: Cluster, place: Place) -> int:
    tally, rng, lost = Tally(), random.Random(1), 0
    with place.zygote() as zygote:
        for _kill in range(CONTROL):
            _until_killed(cluster, zygote, rng, "asynchronous_commit")
            cluster.start()
            compare(place, look(zygote), tally, set())
            lost = max(lost, tally.lost)
    if not lost:
        raise Broken("synchronous_commit=off lost nothing: killing the server shows nothing here")
    return lost
