"""What the tests of membership begin with: the small tree of unions, and a place for rosters."""

from pathlib import Path
from typing import Any

import pytest

from zhijia.unions.tests.factories import Tree


@pytest.fixture
def tree(db: None) -> Tree:
    """Return the small tree."""
    return Tree()


@pytest.fixture(autouse=True)
def _folder_of_rosters(settings: Any, tmp_path: Path) -> None:
    settings.ZHIJIA_ROSTERS = str(tmp_path / "rosters")
