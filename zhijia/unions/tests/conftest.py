from typing import Any

import pytest


@pytest.fixture
def tree(db: None) -> Any:
    """Return a small real tree."""
    from zhijia.unions.tests.factories import Tree  # models load only after the settings

    return Tree()
