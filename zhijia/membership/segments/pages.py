"""What the pages show of groups: the list in words, and who a group means today."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zhijia.membership.models import Segment
from zhijia.membership.segments.choosing import how_many, members
from zhijia.membership.segments.questions import Question, questions_of
from zhijia.membership.segments.words import in_words
from zhijia.membership.selectors import RollLine, roll_lines

FIRST = 10
"""Entries that are shown beside the number."""


@dataclass(frozen=True)
class SegmentLine:
    """A group in a list."""

    row: Segment
    words: str
    is_known: bool


def lines_of(segments: Iterable[Segment]) -> list[SegmentLine]:
    """Return the groups with their conditions in words."""
    rows = list(segments)
    return [
        SegmentLine(row, in_words(asked), asked.is_known)
        for row, asked in zip(rows, questions_of(rows), strict=True)
    ]


@dataclass(frozen=True)
class Found:
    """Who is meant today, for who keeps the roll: how many, and the first of them."""

    words: str
    is_known: bool
    count: int
    lines: tuple[RollLine, ...]

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return self.count - len(self.lines)


def found(asked: Question, user: Any, on: dt.date) -> Found:
    """Return who a question means today. The number is never kept, only asked."""
    rows = members(asked, user, on).select_related("worker", "body").order_by("body", "id")
    count = how_many(asked, user, on)
    return Found(in_words(asked), asked.is_known, count, tuple(roll_lines(rows[:FIRST])))
