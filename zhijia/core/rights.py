"""The rights of the person: what an app says about what it holds, for how long, and how it lets go.

Filled in the manifests, read by ``privacy``. Source: Personal Information Protection Law (PIPL,
个人信息保护法), articles 13 to 17, 19, 23, 29 and 44 to 50.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Ground(TextChoices):
    """Why the law allows holding it at all: the grounds of PIPL article 13, and no others."""

    CONSENT = "consent", _("you agreed to it, and may take that back at any time")
    SERVICE = "service", _("without it we cannot do what you asked us for")
    DUTY = "duty", _("the law gives the union this duty")
    SECURITY = "security", _("the law demands that we keep the platform safe")


ARTICLES = {
    Ground.CONSENT: "个人信息保护法 第十三条第一项",
    Ground.SERVICE: "个人信息保护法 第十三条第二项",
    Ground.DUTY: "个人信息保护法 第十三条第三项、工会法 第六条",
    Ground.SECURITY: "个人信息保护法 第十三条第三项、第五十一条",
}
"""Where each ground stands."""


@dataclass(frozen=True)
class Keeping:
    """How long the rows of one table are kept, and what lets them go."""

    model: str
    rule: str
    """Key of the period in ``regulations``; empty only for tables that hold nothing personal (C0, C1)."""
    since: Any
    """From when it is counted, in plain words; without a rule, how the end is found."""
    timer: str
    """Name of the timer that lets them go; empty only without a rule."""
    ground: Ground


def keepings(rule: str, since: Any, timer: str, ground: Ground, *models: str) -> tuple[Keeping, ...]:
    """Return one line for each table that is kept alike."""
    return tuple(Keeping(model, rule, since, timer, ground) for model in models)


@dataclass(frozen=True)
class HeldFile:
    """A file that belongs to something held."""

    name: str
    chunks: Callable[[], Iterator[bytes]]
    """Opens it when the copy is made, not before."""


@dataclass(frozen=True)
class Held:
    """One thing held about one person, as he reads it."""

    model: str
    """Table it lies in: leads to purpose, ground and period."""
    title: Any
    value: str = ""
    """What it says; empty where only its existence is told."""
    at: dt.datetime | None = None
    """Since when."""
    owner: str = ""
    """``type:id`` of the matter it belongs to, for who has seen it; empty for the account itself."""
    url: str = ""
    """Page on which the person sees the whole or puts it right."""
    is_sealed: bool = False
    """Sealed content: told only after a fresh proof of who asks."""
    files: tuple[HeldFile, ...] = ()


Holder = Callable[[Any, dt.datetime, bool], Iterable[Held]]
"""``held(user, now, proven)`` yields what is held about ``user``; sealed content only if ``proven``."""


@dataclass(frozen=True)
class ConsentKind:
    """A purpose that rests on consent alone: asked for by itself, refused without any drawback."""

    key: str
    version: int
    """Raised whenever ``text`` changes: who agreed to another text has not agreed to this one (PIPL 14)."""
    title: Any
    text: Any
    """The whole of what a person agrees to."""
    without: Any
    """What happens when he does not: the service goes on (PIPL 16)."""
    per_matter: bool = False
    """Given for one matter at a time, on that matter's page."""
    elsewhere: bool = False
    """Switched on the matter's own page, by the app that owns it."""
    is_sensitive: bool = False
    """Sensitive data (PIPL 28): always asked for by itself (29)."""
    to_others: bool = False
    """Hands data to another body (PIPL 23): asked for by itself, each handing over written down."""
    changed: Callable[[Any, bool, dt.datetime], None] | None = None
    """``changed(user, given, now)`` puts the choice into effect, in the same transaction."""


@dataclass(frozen=True)
class Eraser:
    """How an app lets go of one kind of thing, or of its part of an account."""

    kind: str
    """``account`` or the type of a matter, e.g. ``appeal``."""
    erase: Callable[..., dict[str, int]]
    """``erase(reference, now=)`` erases for good and says how many rows of what; safe to repeat."""
    obstacles: Callable[[str, dt.datetime], Iterable[Any]] | None = None
    """Yields, in plain words, what stands against erasing ``reference`` now."""
    matters: Callable[[str], Iterable[str]] | None = None
    """For ``account``: references of the matters that go with the account."""
    mine: Callable[[Any, dt.datetime], Iterable["OwnMatter"]] | None = None
    """For a matter: those of ``user`` that he may ask to have erased."""
    own: Callable[[Any], Collection[UUID]] | None = None
    """For a matter: ids of what ``user`` handed in. No row says so in clear, nor may any of ours."""
    author: Callable[[str], Any] | None = None
    """For a matter: the account to tell of news, or None."""
    visible: Callable[[Any, dt.date], Any] | None = None
    """For a matter: subquery of the ids that ``user`` may know of, evaluated in SQL (conflict wall)."""
    mark: Callable[[str], str] | None = None
    """Tells a record from a later one that got the same number after a restore (``core.erasures``)."""
    order: int = 100
    """Keys first, then rows, the account last."""


@dataclass(frozen=True)
class OwnMatter:
    """A matter that a person can choose in a request."""

    reference: str
    title: str
    body_id: int
    """The union body that answers for it."""
