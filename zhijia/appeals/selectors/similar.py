"""Matters that may belong together: the same employer or kind, within a year. Texts are not compared:

what a worker wrote is sealed to whoever works on his matter, so nothing searches through the texts.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Q, Value, When

from zhijia.appeals.models import Appeal
from zhijia.appeals.selectors.words import state_words
from zhijia.core.clock import local_date

WINDOW = dt.timedelta(days=365)
SHOWN = 5
NEAR = dt.timedelta(days=30)
"""Same employer, same kind, and this close in time: probably about the same thing."""


@dataclass(frozen=True)
class Similar:
    """One matter beside the present one."""

    appeal: Appeal
    same_employer: bool
    same_kind: bool
    probably_same: bool

    @property
    def state(self) -> str:
        """Where it stands, in an officer's words."""
        return state_words(self.appeal.state)


def similar_to(
    *,
    user: Any,
    now: dt.datetime,
    tenant: int | None = None,
    employer_id: int | None = None,
    category_id: int | None = None,
    without: int | None = None,
) -> list[Similar]:
    """Return up to five matters of the same employer or kind among those the officer sees; one query.

    Those of the same employer and kind come first, then those of the employer, then those of the
    kind; the newest first.
    """
    if not (employer_id or category_id):
        return []
    employer = Q(employer=employer_id) if employer_id else Q(pk__in=())
    kind = Q(category=category_id) if category_id else Q(pk__in=())
    rows = Appeal.objects.work_for(user, local_date(now)).filter(employer | kind)
    rows = rows.filter(received_at__gte=now - WINDOW)
    if tenant is not None:
        rows = rows.filter(tenant=tenant)
    if without is not None:
        rows = rows.exclude(pk=without)
    rows = rows.alias(
        far=Case(When(employer=employer_id or 0, then=Value(0)), default=Value(1)),
        other=Case(When(category=category_id or 0, then=Value(0)), default=Value(1)),
    ).order_by("far", "other", "-received_at")
    found = rows.select_related("employer", "category", "handling_body")[:SHOWN]
    return [_similar(appeal, employer_id, category_id, now) for appeal in found]


def _similar(appeal: Appeal, employer_id: int | None, category_id: int | None, now: dt.datetime) -> Similar:
    employer = employer_id is not None and appeal.employer_id == employer_id
    kind = category_id is not None and appeal.category_id == category_id
    return Similar(appeal, employer, kind, employer and kind and appeal.received_at > now - NEAR)
