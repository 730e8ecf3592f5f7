"""What an app contributes to the house, said in one file.

A lower app offers a slot (a dataclass here); an upper app fills it in its ``manifest.py``.
Nothing else is edited when an app joins: menu, home page, desk, search, statistics, timers,
URLs, API and the personal-data map are all built from the manifests.
"""

import datetime as dt
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from zhijia.core.housekeeping import forget_tasks


@dataclass(frozen=True)
class MenuEntry:
    """A door in the navigation."""

    label: Any
    url_name: str
    audience: str
    """``public``, ``worker`` or ``officer``."""
    icon: str = "dot"
    """Name of an icon in ``core/templates/cotton/icon``."""
    order: int = 100
    hint: Any = ""
    visible: Callable[[Any], bool] | None = None
    """``visible(user)``; None shows it to the whole audience."""


@dataclass(frozen=True)
class Matter:
    """One line of a worker's "my matters": what it is, where it stands, what happens next."""

    title: str
    url: str
    state: str
    happens_next: str
    due_on: dt.date | None
    changed_at: dt.datetime
    needs_you: bool = False
    kind: Any = ""


@dataclass(frozen=True)
class DeskCard:
    """A queue on the officer's desk: how many, how many late, and the way in."""

    label: Any
    url: str
    count: int
    overdue: int = 0
    due_soon: int = 0
    order: int = 100
    hint: Any = ""


@dataclass(frozen=True)
class SearchHit:
    """One result of the global search."""

    title: str
    url: str
    kind: Any
    excerpt: str = ""
    changed_at: dt.datetime | None = None


@dataclass(frozen=True)
class Timer:
    """A timed job: called again and again; must be safe to repeat."""

    name: str
    call: Callable[[dt.datetime], int]
    """``call(now)`` returns how many things it changed."""
    every: dt.timedelta = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Indicator:
    """A figure with a written definition, computed from live tables."""

    key: str
    label: Any
    definition: Any
    """How it is counted: numerator, denominator, moment of counting."""
    unit: str
    """``count``, ``percent``, ``days`` or ``hours``."""
    compute: Callable[..., Any]
    """``compute(scope, start, end)`` returns a number or None; see ``statistics.selectors``."""
    drill_down: str = ""
    """URL name of the list behind the figure."""
    source: Any = ""
    public: bool = False


@dataclass(frozen=True)
class MessageKind:
    """A message to a person. The text outside the app never says what it is about."""

    key: str
    title: Any
    body: Any
    """In-app text with named placeholders."""
    audience: str = "worker"


@dataclass(frozen=True)
class PersonalField:
    """A column that holds something about a person, and how it is erased."""

    model: str
    field: str
    level: str
    """``C0`` about nobody, ``C1`` internal, ``C2`` personal, ``C3`` sealed."""
    purpose: Any
    erasure: str
    """``clear``, ``delete``, ``keep`` (with the reason in ``purpose``) or ``shred``."""
    thing: Any = ""
    """What it is, in words of the person it is about; without it, the names of table and column."""


def personal_fields(
    model: str, level: str, purpose: Any, erasure: str, *names: str, thing: Any = ""
) -> tuple[PersonalField, ...]:
    """Return one entry for each named column of a model that is held for the same purpose."""
    return tuple(PersonalField(model, name, level, purpose, erasure, thing) for name in names)


@dataclass(frozen=True)
class Manifest:
    """Everything an app tells the others."""

    app: str
    order: int = 100
    urls: str = ""
    """Dotted path of the URL module, mounted at ``prefix``."""
    prefix: str = ""
    api_router: str = ""
    """Dotted path of a ninja router, mounted at ``/api/v1/<api_prefix>``."""
    api_prefix: str = ""
    menu: tuple[MenuEntry, ...] = ()
    matters: Callable[[Any, dt.datetime], Iterable[Matter]] | None = None
    desk: Callable[[Any, dt.datetime], Iterable[DeskCard]] | None = None
    search: Callable[[Any, str, int], Iterable[SearchHit]] | None = None
    """``search(user, query, limit)`` yields only what the user may see."""
    timers: tuple[Timer, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    messages: tuple[MessageKind, ...] = ()
    audit_labels: tuple[tuple[str, Any], ...] = ()
    personal_data: tuple[PersonalField, ...] = ()
    workflows: tuple[Any, ...] = ()
    offline_pages: tuple[str, ...] = ()
    """URL names of pages that a device may keep: the same for every stranger, nothing private."""
    demo: str = ""
    """Dotted path of ``load(stdout, size)``, which generates demo data; called in ``order``."""


@cache
def manifests() -> tuple[Manifest, ...]:
    """Return the manifest of every installed app of the house, by ``order`` then name."""
    found = []
    for config in apps.get_app_configs():
        name = f"{config.name}.manifest"
        if config.name.startswith("zhijia.") and find_spec(name):
            found.append(importlib.import_module(name).MANIFEST)
    return tuple(sorted(found, key=lambda m: (m.order, m.app)))


def contributions(slot: str) -> Iterator[Any]:
    """Yield what the manifests put into ``slot``: tuples are flattened, empty ones skipped."""
    for manifest in manifests():
        value = getattr(manifest, slot)
        if isinstance(value, tuple):
            yield from value
        elif value:
            yield value


MANIFEST = Manifest(
    app="core",
    order=0,
    urls="zhijia.core.urls",
    offline_pages=("core:offline", "core:drafts"),
    personal_data=(
        *personal_fields(
            "core.IdempotencyRecord",
            "C3",
            _("So that sending twice makes one"),
            "delete",
            "answer",
            thing=_("The answer to what you sent in the last days"),
        ),
        *personal_fields(
            "core.IdempotencyRecord",
            "C2",
            _("So that sending twice makes one"),
            "delete",
            "scope",
            "key",
            "body_hash",
            thing=_("That you sent something, and a digest of it"),
        ),
    ),
    timers=(Timer("core.forget_tasks", forget_tasks, dt.timedelta(days=1)),),
)
