"""Starts the sandbox and reads what comes out of it, no more than was agreed."""

import json
import shutil
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

INSIDE = Path(__file__).with_name("inside.py")
WALLED, BARE = "walled", "bare"
"""Behind Bubblewrap (no network, none of our files), or only without new descriptors."""
MOST_FRAME = 16 * 1024 * 1024
MOST_BYTES = 8 * 1024 * 1024 * 1024
PATIENCE = {"look": 20.0, "pdf": 240.0, "docx": 120.0, "xlsx": 120.0}
"""Seconds until a task is ended from outside."""
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives")


class SandboxRefused(Exception):
    """The file cannot be read; ``code`` says why: damaged, locked, too-many-pages, too-large …"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoSandbox(Exception):
    """The wall that the settings ask for cannot be built here."""


@dataclass(frozen=True)
class Points:
    """A picture as bare RGB points."""

    width: int
    height: int
    rgb: bytes


Frame = dict[str, Any] | Points


def fence() -> str:
    """Return which fence this machine gives; raise ``NoSandbox`` when the settings ask for more."""
    wanted = settings.ZHIJIA_SANDBOX
    if wanted != "limits" and _bubblewrap_works():
        return WALLED
    if wanted == "bubblewrap":
        raise NoSandbox("ZHIJIA_SANDBOX=bubblewrap, but bwrap is not installed or may not be used")
    return BARE


def run(task: str, file: BinaryIO) -> Iterator[Frame]:
    """Yield the frames of a task (``look``, ``pdf``, ``docx``, ``xlsx``) over a file.

    Raises ``SandboxRefused`` when the file cannot be read, also after some frames; ``NoSandbox``.
    """
    within = fence()
    command = [*(_wall() if within == WALLED else []), sys.executable, "-I", "-B", str(INSIDE), task, within]
    process = subprocess.Popen(  # noqa: S603  (a fixed command; the file comes on standard input)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
    )
    end = threading.Timer(PATIENCE[task], process.kill)
    feeder = threading.Thread(target=_feed, args=(process.stdin, file), daemon=True)
    end.start()
    feeder.start()
    try:
        yield from _frames(process.stdout)  # type: ignore[arg-type]
    finally:
        end.cancel()
        process.kill()
        process.stdout.close()  # type: ignore[union-attr]
        process.wait()
        feeder.join()


def _feed(pipe: Any, file: BinaryIO) -> None:
    file.seek(0)
    try:
        shutil.copyfileobj(file, pipe)
        pipe.close()
    except OSError:  # the program went before it had read all
        pass


def _frames(out: BinaryIO) -> Iterator[Frame]:
    budget = MOST_BYTES
    while True:
        head = out.read(5)
        if len(head) < 5:
            raise SandboxRefused("too-large")  # ended by a limit: memory, time, its own crash
        length = struct.unpack(">I", head[1:])[0]
        budget -= length
        if length > MOST_FRAME or budget < 0:
            raise SandboxRefused("too-large")
        content = out.read(length)
        frame = _frame(head[:1], content, length)
        if isinstance(frame, dict) and "refused" in frame:
            raise SandboxRefused(str(frame["refused"])[:40])
        if isinstance(frame, dict) and frame.get("end"):
            return
        yield frame


def _frame(kind: bytes, content: bytes, length: int) -> Frame:
    """Read one frame; trust nothing in it, because whoever broke the program wrote it."""
    if len(content) != length:
        raise SandboxRefused("too-large")
    if kind == b"J":
        try:
            value = json.loads(content)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise SandboxRefused("damaged")
        return value
    width, height = struct.unpack(">II", content[:8]) if kind == b"P" and length > 8 else (0, 0)
    if not width or not height or width * height * 3 != length - 8:
        raise SandboxRefused("damaged")
    return Points(width, height, content[8:])


@cache
def _bubblewrap_works() -> bool:
    """Try once whether this kernel lets us build the wall."""
    if not shutil.which("bwrap"):
        return False
    try:
        done = subprocess.run(  # noqa: S603
            [*_wall(), sys.executable, "-I", "-c", ""], capture_output=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@cache
def _wall() -> tuple[str, ...]:
    """Return the command that runs another without network and with nothing to read but programs."""
    readable = [*_SYSTEM, sys.base_prefix, sys.prefix, str(INSIDE)]
    binds = [word for path in dict.fromkeys(readable) for word in ("--ro-bind-try", path, path)]
    walls = ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv")
    own = ("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp")  # noqa: S108  (its own)
    return (shutil.which("bwrap") or "bwrap", *walls, *own, *binds, "--chdir", "/", "--")
