"""The small world of appeals, and a real installation, for the days on which things go wrong."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.server import Server, copy_of_prepared, running
from zhijia.appeals.tests.conftest import world

__all__ = ["house", "world"]
FAULTS = Path(__file__).parent / "faults"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with database, static files and demo, to be copied."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    copy_of_prepared(shared, tmp_path_factory.mktemp("unused"))
    return shared / "prepared"


@pytest.fixture(scope="session")
def house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running demo installation whose processes can be killed at a chosen point (see ``faults``)."""
    own = tmp_path_factory.mktemp("bad-days")
    copy_of_prepared(prepared.parent, own)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(FAULTS))
        patch.setenv("ZHIJIA_FAULT", str(own / "fault"))
        with running(own) as started:
            yield started
