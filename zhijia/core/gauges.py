"""Figures of how well the house keeps its promises, each with its number of cases and its age.

An app puts its own into the slot ``gauges`` of its manifest; a gauge is read when somebody looks.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reading:
    """What a gauge shows."""

    value: float | int | str | None
    """None when there is nothing to show yet."""
    n: int
    """How many cases stand behind it."""
    at: dt.datetime | None
    """When it was true; None for a thing that has never happened."""


@dataclass(frozen=True)
class Gauge:
    """A figure that is read from the running installation."""

    key: str
    label: Any
    meaning: Any
    """What it says, and what to do when it is not good."""
    read: Callable[[dt.datetime], Reading]
    """``read(now)``: a few queries at most."""
    is_good: Callable[[Any], bool]
    unit: str = ""
    """``count``, ``minutes``, ``seconds``, ``percent`` or nothing."""
    period: dt.timedelta = dt.timedelta(days=1)
    """An older figure counts as unknown, never as good."""
    public: bool = False
