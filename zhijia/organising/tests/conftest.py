import pytest


@pytest.fixture
def world(db):
    """Return the small tree with who acts in it."""
    from zhijia.organising.tests.factories import World  # models load only after the settings

    return World()
