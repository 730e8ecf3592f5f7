"""The parent process: forks its children, starts a crashed one again, and takes them along when it goes."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import structlog

log = structlog.get_logger(__name__)
PR_SET_PDEATHSIG = 1
PATIENCE = 12.0
"""Seconds that children have to finish what they do after being told to stop."""
GLANCE = 0.3
"""Seconds between looks at the children."""
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when its parent goes, however it goes (Linux only)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it went before we could ask
        os._exit(0)


@dataclass
class Child:
    """Something that runs in its own process for ever."""

    name: str
    work: Callable[[], None]
    pid: int = 0
    crashes: int = 0
    started: float = field(default=0.0)

    def pause(self) -> float:
        """Return the seconds to wait before the next start: longer after each quick crash."""
        lived = time.monotonic() - self.started
        self.crashes = 0 if lived > 60 else self.crashes + 1
        return float(min(30, 2**self.crashes / 2)) if self.crashes else 0.0


class Supervisor:
    """Keeps children running until it is told to stop."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.stopping = False

    def run(self) -> None:
        """Fork every child and stay until a signal says stop; return when all are gone."""
        for stop in STOPS:
            signal.signal(stop, self._stop)
        for child in self.children:
            self._start(child)
        while not self.stopping:
            self._watch()
        self._end()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        self._tell(signal.SIGTERM)

    def _start(self, child: Child) -> None:
        parent = os.getpid()
        # A signal between the fork and the child's own handlers must not be swallowed.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        child.started = time.monotonic()
        child.pid = os.fork()
        if child.pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
            return
        for stop in STOPS:
            signal.signal(stop, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        die_with_parent(parent)
        self._work(child)

    def _work(self, child: Child) -> None:
        """Run the child's work in the new process; never return from it."""
        status = 1
        try:
            child.work()
            status = 0
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1
        except BaseException:  # the process ends here
            log.exception("child_failed", child=child.name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _watch(self) -> None:
        """Wait for a child to end or for a signal; start a crashed child again."""
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            pid, status = 0, 0
        if not pid:
            time.sleep(GLANCE)
            return
        child = next((c for c in self.children if c.pid == pid), None)
        if child is None or self.stopping:
            return
        log.error("child_ended", child=child.name, status=os.waitstatus_to_exitcode(status))
        until = time.monotonic() + child.pause()
        while time.monotonic() < until and not self.stopping:
            time.sleep(GLANCE)
        if not self.stopping:
            self._start(child)

    def _tell(self, number: signal.Signals) -> None:
        for child in self.children:
            if child.pid:
                try:
                    os.kill(child.pid, number)
                except ProcessLookupError:
                    child.pid = 0

    def _end(self) -> None:
        """Wait for the children to finish; end by force those that do not."""
        until = time.monotonic() + PATIENCE
        while self._alive() and time.monotonic() < until:
            time.sleep(0.05)
        if self._alive():
            self._tell(signal.SIGKILL)
            while self._alive():
                time.sleep(0.05)

    def _alive(self) -> bool:
        """Reap what has ended; say whether a child still runs."""
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return False
        return True
