"""A small installation to be harmed, made once for all test processes."""

import fcntl
import os

import pytest

from tests.faults.installation import NoCompiler, Place, library


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A prepared installation that nobody touches: tests work on copies of it."""
    try:
        library()
    except NoCompiler as missing:
        pytest.skip(str(missing))
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "small"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "ready").exists():
            Place(shared).prepare()
            (shared / "ready").touch()
    return Place(shared)
