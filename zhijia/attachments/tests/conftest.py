from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """A folder of its own for the sealed bytes."""
    settings.ZHIJIA_ATTACHMENTS = str(tmp_path / "attachments")
    return tmp_path / "attachments"
