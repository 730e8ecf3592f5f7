"""The door for other apps: "to whom" by a saved group."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from zhijia.core.errors import NotFound
from zhijia.membership.models import Membership, Segment
from zhijia.membership.segments.choosing import how_many, members
from zhijia.membership.segments.errors import SegmentUnclear
from zhijia.membership.segments.questions import Question, questions_of
from zhijia.membership.segments.words import in_words
from zhijia.regulations.selectors import value


@dataclass(frozen=True)
class Audience:
    """The people of a group on a day, as far as the officer who asks may see them."""

    segment: Segment
    asked: Question
    rows: QuerySet[Membership]
    """One running membership for each person."""
    user: Any
    on: dt.date

    def account_ids(self) -> QuerySet[Membership, int]:
        """Return the accounts to send to; who has none is not reached.

        Never show how many these are: that one single worker has an account tells that he may have
        asked for help. ``count`` is the number to show.
        """
        return self.rows.exclude(worker__account=None).values_list("worker__account_id", flat=True)

    def worker_ids(self) -> QuerySet[Membership, int]:
        """Return the ids of the people on the roll."""
        return self.rows.values_list("worker_id", flat=True)

    def count(self) -> int:
        """Return how many people these are, for who keeps the roll and sees each of them on it."""
        return how_many(self.asked, self.user, self.on)

    def count_for_others(self) -> int | None:
        """Return the number for who does not keep this roll: None when it is too small, else rounded.

        Threshold and rounding are those of released statistics (``statistics.threshold``, ``.rounding``).
        """
        count = self.count()
        if count < value("statistics.threshold", on=self.on).value:
            return None
        base = int(value("statistics.rounding", on=self.on).value)
        return int(count / base + 0.5) * base

    def describe(self) -> str:
        """Return the conditions in words, without a name or a number of members."""
        return in_words(self.asked)


def segment_seen_by(segment_id: int, user: Any, on: dt.date) -> Segment:
    """Return a group of a body whose roll the person keeps, not dropped; raise ``NotFound``."""
    rows = Segment.objects.visible_to(user, on).select_related("body")
    found: Segment | None = rows.filter(pk=segment_id, dropped_at=None).first()
    if found is None:
        raise NotFound
    return found


def segments_for(user: Any, on: dt.date) -> QuerySet[Segment]:
    """Return the groups that the person may use, by name."""
    rows: QuerySet[Segment] = Segment.objects.visible_to(user, on).filter(dropped_at=None)
    return rows.select_related("body").order_by("name", "id")


def audience(segment_id: int, *, user: Any, on: dt.date) -> Audience:
    """Return who a group means on a day, for the officer on whose behalf something is sent.

    A timer passes that officer too: the platform itself keeps no roll and reaches nobody. Ask anew
    each time; a list of people is never kept. Raises ``NotFound``, and ``SegmentUnclear`` when a
    condition is no longer known, so that nothing goes to too many or silently to nobody.
    """
    segment = segment_seen_by(segment_id, user, on)
    asked = questions_of([segment])[0]
    if not asked.is_known:
        raise SegmentUnclear(name=segment.name)
    return Audience(segment, asked, members(asked, user, on), user, on)


def describe(segment: Segment) -> str:
    """Return what a group asks, in words."""
    return in_words(questions_of([segment])[0])
