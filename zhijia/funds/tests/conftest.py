from typing import Any

import pytest


@pytest.fixture
def money(db: None) -> Any:
    """Return a county with its money."""
    from zhijia.funds.tests.factories import Money  # models load only after the settings

    return Money()
