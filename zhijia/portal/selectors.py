"""What stands on the home page, the desk and the search page: gathered from the manifests."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zhijia.core.manifest import DeskCard, Matter, SearchHit, contributions
from zhijia.core.text import tidy
from zhijia.unions.models import Post
from zhijia.unions.selectors import posts_of

FAR = dt.date.max
HITS = 8
"""Results shown of each kind."""
LONGEST_QUERY = 60


def matters_for(user: Any, now: dt.datetime) -> list[Matter]:
    """Return a person's own matters: waiting ones first, then the nearest date, then the newest."""
    found = [matter for call in contributions("matters") for matter in call(user, now)]
    return sorted(found, key=lambda m: (not m.needs_you, m.due_on or FAR, -m.changed_at.timestamp()))


@dataclass(frozen=True)
class Desk:
    """An officer's queues and why he sees them."""

    cards: tuple[DeskCard, ...]
    posts: tuple[Post, ...]

    @property
    def overdue(self) -> int:
        """How many things are late, over the queue that holds most of them (queues overlap)."""
        return max((card.overdue for card in self.cards), default=0)

    @property
    def due_soon(self) -> int:
        """How many things are due soon, over the queue that holds most of them."""
        return max((card.due_soon for card in self.cards), default=0)


def desk_for(user: Any, now: dt.datetime, on: dt.date) -> Desk:
    """Return the officer's queues by their order: his own assignments come first."""
    cards = [card for call in contributions("desk") for card in call(user, now)]
    return Desk(tuple(sorted(cards, key=lambda card: card.order)), posts_of(user, on))


@dataclass(frozen=True)
class Hits:
    """Results of one kind."""

    kind: str
    hits: tuple[SearchHit, ...]


def search_everywhere(user: Any, query: str, limit: int = HITS) -> list[Hits]:
    """Ask every app; each one answers only with what the person may see."""
    wanted = tidy(query)[:LONGEST_QUERY]
    if not wanted:
        return []
    found = [hit for call in contributions("search") for hit in call(user, wanted, limit)]
    return list(_by_kind(found))


def _by_kind(hits: Iterable[SearchHit]) -> Iterable[Hits]:
    kinds: dict[str, list[SearchHit]] = {}
    for hit in hits:
        kinds.setdefault(str(hit.kind), []).append(hit)
    return (Hits(kind, tuple(group)) for kind, group in kinds.items())
