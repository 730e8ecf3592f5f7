"""The small world of appeals, for the days on which things go wrong."""

from zhijia.appeals.tests.conftest import world

__all__ = ["world"]
