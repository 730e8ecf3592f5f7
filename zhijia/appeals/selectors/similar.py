"""Matters that look alike: the same employer or kind, within a year, ranked by their words."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from zhijia.appeals.models import Appeal
from zhijia.appeals.selectors.words import state_words
from zhijia.appeals.suggestions import similar_answers
from zhijia.core.clock import local_date
from zhijia.core.text import likeness, tidy

WINDOW = dt.timedelta(days=365)
CANDIDATES = 200
SHOWN = 5
ALIKE = 0.5
"""Shared grams from which two texts are probably about the same thing."""


@dataclass(frozen=True)
class Similar:
    """One matter beside the present one."""

    appeal: Appeal
    percent: int
    same_employer: bool
    probably_same: bool

    @property
    def state(self) -> str:
        """Where it stands, in an officer's words."""
        return state_words(self.appeal.state)


def similar_to(
    *,
    text: str,
    user: Any,
    now: dt.datetime,
    tenant: int | None = None,
    employer_id: int | None = None,
    category_id: int | None = None,
    without: int | None = None,
) -> list[Similar]:
    """Return up to five matters like ``text`` among those the officer sees; two queries at most.

    Candidates are of the same employer or the same kind within 12 months, the newest 200. Those
    that read alike come first; what room is left goes to the same employer's newest.
    """
    wanted = tidy(text)
    if len(wanted) < 4 or not (employer_id or category_id):
        return []
    near = Q(employer=employer_id) if employer_id else Q(pk__in=())
    near |= Q(category=category_id) if category_id else Q(pk__in=())
    rows = Appeal.objects.work_for(user, local_date(now)).filter(near, received_at__gte=now - WINDOW)
    if tenant is not None:
        rows = rows.filter(tenant=tenant)
    if without is not None:
        rows = rows.exclude(pk=without)
    texts = list(rows.order_by("-received_at").values_list("pk", "text", "employer")[:CANDIDATES])
    ranked = dict(similar_answers(wanted, [(pk, body) for pk, body, _ in texts], SHOWN))
    same = [pk for pk, _, employer in texts if employer_id and employer == employer_id and pk not in ranked]
    ranked |= dict.fromkeys(same[: SHOWN - len(ranked)], 0.0)
    found = Appeal.objects.select_related("employer", "category", "handling_body").in_bulk(ranked)
    return [_similar(found[pk], score, wanted, employer_id) for pk, score in ranked.items()]


def _similar(appeal: Appeal, score: float, text: str, employer_id: int | None) -> Similar:
    same = employer_id is not None and appeal.employer_id == employer_id
    near = likeness(text, appeal.text)
    return Similar(appeal, round(score * 100), same, same and near >= ALIKE)
