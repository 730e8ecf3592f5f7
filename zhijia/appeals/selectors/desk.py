"""What an officer's desk and the global search show of appeals."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.urls import reverse

from zhijia.appeals.models import Appeal
from zhijia.appeals.selectors.queue import REVIEW_ROLES, conditions, due_soon, flags_for, late, says
from zhijia.appeals.selectors.words import state_words
from zhijia.appeals.workflow import TABLE
from zhijia.core.clock import local_date
from zhijia.core.manifest import DeskCard, SearchHit
from zhijia.core.words import _
from zhijia.unions import selectors as unions

# Which tabs stand on the desk: label, order, and who sees them (None: everybody).
CARDS = {
    "mine": (_("Appeals: mine"), 10),
    "new": (_("Appeals: new"), 20),
    "unassigned": (_("Appeals: without a handler"), 30),
    "late": (_("Appeals: late"), 40),
    "reviews": (_("Appeals: reviews to decide"), 50),
    "supervised": (_("Appeals: supervised"), 60),
}


def desk_cards(user: Any, now: dt.datetime) -> Iterator[DeskCard]:
    """Yield the officer's queues with counts; two queries whatever their size."""
    on = local_date(now)
    roles = {p.role for p in unions.posts_of(user, on)}
    if not roles:
        return
    asked = {key: q for key, q in conditions(user, now).items() if key in CARDS}
    if not roles & set(REVIEW_ROLES):
        asked.pop("reviews")
    columns: dict[str, Count] = {}
    for key, q in asked.items():
        columns |= {
            f"{key}_all": Count("pk", filter=q),
            f"{key}_late": Count("pk", filter=q & late(now)),
            f"{key}_soon": Count("pk", filter=q & due_soon(now)),
        }
    rows = Appeal.objects.work_for(user, on).filter(state__in=TABLE.open_states)
    counted = rows.aggregate(**columns)
    address = reverse("appeals:queue")
    for key in asked:
        label, order = CARDS[key]
        yield DeskCard(
            label,
            f"{address}?tab={key}",
            counted[f"{key}_all"],
            counted[f"{key}_late"],
            counted[f"{key}_soon"],
            order,
        )
    flags = flags_for(user, on).count()
    if flags:
        yield DeskCard(_("Several people, one employer"), reverse("appeals:flags"), flags, order=70)


def search_hits(user: Any, query: str, limit: int, now: dt.datetime) -> Iterator[SearchHit]:
    """Yield matters by number: the officer's work, and everybody's own."""
    on = local_date(now)
    if not getattr(user, "is_authenticated", False):
        return
    work = Appeal.objects.work_for(user, on).filter(says(query))
    work = work.select_related("category").order_by("-received_at")[:limit]
    yield from (_hit(a, "appeals:work") for a in work)
    own = Appeal.objects.own(user).filter(says(query)).select_related("category")
    own = own.order_by("-received_at")[:limit]
    yield from (_hit(a, "appeals:detail") for a in own)


def _hit(appeal: Appeal, name: str) -> SearchHit:
    return SearchHit(
        title=" ".join(part for part in (appeal.number, str(appeal.category or "")) if part),
        url=reverse(name, args=[appeal.public_id]),
        kind=_("Appeal"),
        excerpt=state_words(appeal.state) if name == "appeals:work" else str(appeal.get_state_display()),
        changed_at=appeal.changed_at,
    )


def holds_post(user: Any, on: dt.date, *roles: str) -> bool:
    """Say whether the person holds one of these roles anywhere."""
    return any(p.role in roles for p in unions.posts_of(user, on))
