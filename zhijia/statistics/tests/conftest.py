from typing import Any

import pytest


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a made-up service into the house for one test; return its ledger of cases."""
    from zhijia.core import manifest
    from zhijia.statistics.tests.factories import Ledger

    made = Ledger([])
    known = (*(m for m in manifest.manifests() if not m.indicators), made.manifest())
    monkeypatch.setattr(manifest, "manifests", lambda: known)
    return made


@pytest.fixture
def tree(db: None) -> Any:
    """Return a small real tree."""
    from zhijia.unions.tests.factories import Tree

    return Tree()
