from pathlib import Path

import pytest


@pytest.fixture
def data_folder(tmp_path: Path, settings) -> Path:
    """An installation folder of its own, so that imported calendars do not reach other tests."""
    settings.DATA = tmp_path
    return tmp_path
