"""The small world for every test of appeals."""

import datetime as dt

import pytest

from zhijia.appeals.tests.factories import World, make_world


@pytest.fixture
def world(db: None, now: dt.datetime) -> World:
    """Return a county with an enterprise, its union, and a person for every part."""
    return make_world(now)
