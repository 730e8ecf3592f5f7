"""Keys of its own for each test: signing keys are files, which no rollback takes back."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def keys_folder(tmp_path: Path, settings) -> Path:
    """Let the test's installation have no keys yet."""
    folder = tmp_path / "keys"
    settings.ZHIJIA_KEY_FILE = str(folder / "master.key")
    return folder
