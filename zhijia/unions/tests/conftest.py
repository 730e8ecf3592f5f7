import pytest

from zhijia.unions.tests.factories import Tree


@pytest.fixture
def tree(db: None) -> Tree:
    """Return a small real tree."""
    return Tree()
