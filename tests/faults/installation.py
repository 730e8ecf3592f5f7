"""A small installation whose processes can be killed, starved and unplugged."""

import contextlib
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests import empty_database
from tests.browser.server import FORGET, ROOT

SOURCE = Path(__file__).parent / "faults.c"
FOUND = """
from django.utils import timezone
from zhijia.core.actors import SYSTEM
from zhijia.unions.enums import BodyKind, Level
from zhijia.unions.services import found_body
told = {"kind": BodyKind.FEDERATION, "by": SYSTEM, "now": timezone.now()}
above = found_body(name="河北省总工会", level=Level.PROVINCE, place="130000", tenant=13, parent=None, **told)
found_body(name="邢台市总工会", level=Level.CITY, place="130500", parent=above, **told)
"""
SIZE = 2
"""Submissions in a trial."""
_serial = itertools.count(1)


class NoCompiler(Exception):
    """There is no C compiler on this machine."""


class Died(Exception):
    """The child was killed before it answered."""


@cache
def library() -> Path:
    """Return the compiled library; compile it once for each version of its source."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    made = Path(tempfile.gettempdir()) / f"zhijia-faults-{os.getuid()}-{digest}.so"
    if not made.exists():
        compiler = shutil.which("gcc") or shutil.which("cc")
        if compiler is None:
            raise NoCompiler("a C compiler is needed (Debian: gcc)")
        fresh = made.with_suffix(f".{os.getpid()}")
        command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(fresh), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True, capture_output=True)
        fresh.rename(made)
    return made


@dataclass
class Place:
    """Where an installation, its shadows and its acknowledgements lie."""

    base: Path
    database: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The installation."""
        return self.base / "data"

    @property
    def acks(self) -> Path:
        """File of what was acknowledged: key and id, a line each."""
        return self.base / "acks"

    @property
    def shadow(self) -> Path:
        """What the disk holds."""
        return self.base / "shadow"

    def environment(self) -> dict[str, str]:
        """Return the environment of its processes, without faults."""
        kept = {name: value for name, value in os.environ.items() if name not in FORGET}
        kept.pop("ZHIJIA_JOURNAL_SECOND", None)
        told = {"ZHIJIA_DATA": str(self.data), "ZHIJIA_DEVELOPMENT": "1"}
        return kept | told | ({"DATABASE_URL": self.database} if self.database else {}) | self.more

    def zhijia(self, *arguments: str) -> str:
        """Run a command of the house; return what it printed."""
        command = [sys.executable, "-m", "zhijia.config.command_line", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{arguments[:2]}: {done.stdout[-1000:]}{done.stderr[-2000:]}")
        return done.stdout

    def prepare(self) -> "Place":
        """Make tables, a province and a city."""
        self.data.mkdir(parents=True)
        empty_database.give_tables(self.data, self.zhijia, database=self.database)
        self.zhijia("shell", "-v0", "-c", FOUND)
        (self.data / "static").mkdir(exist_ok=True)
        return self

    def copy(self, base: Path) -> "Place":
        """Return a copy; the installation must stand still."""
        base.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.data, base / "data")
        return Place(base, self.database, self.more)

    def acked(self) -> dict[str, str]:
        """Return what was acknowledged: key and id."""
        if not self.acks.exists():
            return {}
        return dict(line.split() for line in self.acks.read_text().splitlines())

    @contextlib.contextmanager
    def zygote(self, *, shadow: bool = False) -> Iterator["Zygote"]:
        """Run the process from which fresh ones come."""
        zygote = Zygote(self, shadow=shadow)
        try:
            yield zygote
        finally:
            zygote.stop()


class Zygote:
    """A loaded process that forks a fresh one for each connection."""

    def __init__(self, place: Place, *, shadow: bool) -> None:
        self.room = tempfile.TemporaryDirectory(prefix="z")  # the path of a socket has 107 bytes at most
        self.address = f"{self.room.name}/z"
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.address)
        listener.listen(64)
        told = {"FAULTS_DIR": str(place.base), "FAULTS_DATA": str(place.data), "FAULTS_ACKS": str(place.acks),
                "LD_PRELOAD": str(library())}  # fmt: skip
        if shadow:
            told["FAULTS_SHADOW"] = str(place.shadow)
        with (place.base / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.zygote", str(listener.fileno())], cwd=ROOT,
                env=place.environment() | told, stdout=subprocess.PIPE, stderr=log,
                pass_fds=[listener.fileno()], start_new_session=True,
            )  # fmt: skip
        listener.close()
        assert self.process.stdout is not None
        if self.process.stdout.readline() != b"ready\n":
            self.stop()
            raise RuntimeError("it did not load:\n" + (place.base / "log").read_text()[-3000:])

    @contextlib.contextmanager
    def worker(self) -> Iterator["Child"]:
        """Return a fresh process."""
        child = Child(self.address)
        try:
            yield child
        finally:
            child.close()

    def stop(self) -> None:
        """End it and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.room.cleanup()


class Child:
    """A fresh process at the other end of a line."""

    def __init__(self, address: str) -> None:
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(address)
        self.line.settimeout(60)
        self.stream = self.line.makefile("rw", encoding="utf-8")

    def __call__(self, do: str, **told: Any) -> Any:
        """Have it do something; raise ``Died`` when it does not live to answer."""
        self.begin(do, **told)
        return self.end()

    def begin(self, do: str, **told: Any) -> None:
        """Tell it what to do, without waiting."""
        with self._mourning():
            self.stream.write(json.dumps({"do": do, **told}) + "\n")
            self.stream.flush()

    def end(self) -> Any:
        """Wait for its answer."""
        with self._mourning():
            answer = self.stream.readline()
            if not answer:
                raise Died
            return json.loads(answer)

    @contextlib.contextmanager
    def _mourning(self) -> Iterator[None]:
        try:
            yield
        except (BrokenPipeError, ConnectionResetError):
            raise Died from None

    def close(self) -> None:
        """Hang up: the process ends."""
        with contextlib.suppress(OSError):
            self.stream.close()
        self.line.close()


def fresh() -> tuple[str, str]:
    """Return a key and a text that nobody used before."""
    number = next(_serial)
    return f"trial-{os.getpid():07d}-{number:09d}", f"第{number}次：老板拖欠我们三个月工资。"


def power_cut(place: Place, base: Path, seed: int) -> Place:
    """Return what the disk holds after a power cut: the late shadows for ``seed`` 0, for 1 the early ones.

    Any other seed mixes: each file is, at random, as in one of the shadows or as the processes saw it last.
    """
    chosen, rng = Place(base, place.database, place.more), random.Random(seed)
    sources = [place.shadow / "late", place.shadow / "early", place.data]
    names = {path.relative_to(source) for source in sources for path in source.rglob("*") if path.is_file()}
    for name in sorted(names):
        if name.suffix == ".part":
            continue
        source = sources[seed] / name if seed < 2 else rng.choice(sources) / name
        if source.exists():
            (chosen.data / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(source, chosen.data / name)
    shutil.copy2(place.acks, chosen.acks) if place.acks.exists() else None
    return chosen
