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

from zhijia.core.boot_gate.findings import Finding
from zhijia.core.gauges import Gauge
from zhijia.core.housekeeping import (
    end_sessions,
    forget_cache,
    forget_policy_reports,
    forget_tasks,
    prune_journal,
    sweep_journal,
)
from zhijia.core.journal.boot import second_place
from zhijia.core.journal.rekeying import REKEYS as JOURNAL_REKEYS
from zhijia.core.own_gauges import GAUGES
from zhijia.core.rekeying import Rekey, sealed_column
from zhijia.core.rights import ConsentKind, Eraser, Ground, Holder, Keeping, keepings


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


@dataclass(frozen=True)
class FileFolder:
    """A folder of files that rows refer to; backup copies them, restore puts them back."""

    setting: str
    """Name of the setting that holds the folder, e.g. ``ZHIJIA_ATTACHMENTS``."""
    referenced: Callable[[str], Iterable[str]]
    """``referenced(using)`` yields each file that rows of that database refer to, relative to the folder.

    ``using`` names a Django database; in a backup it is the frozen state of all tables.
    """


@dataclass(frozen=True)
class Replay:
    """Who puts rows of a table back from the intake journal, where inserting them is not enough."""

    model: str
    """Label, e.g. ``audit.Entry``."""
    call: Callable[[dict[str, Any], dt.datetime], int]
    """``call(values, now)`` returns how many rows it wrote; ``values`` by attribute name."""


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
    audit_checks: tuple[Callable[[int, dt.datetime], Iterable[tuple[int, str]]], ...] = ()
    """``check(tenant, now)`` yields (row of the chain, what disagrees) for ``zhijia audit verify``."""
    personal_data: tuple[PersonalField, ...] = ()
    keeping: tuple[Keeping, ...] = ()
    """How long each table of the map is kept; see ``core.rights`` for these four slots."""
    held: Holder | None = None
    consents: tuple[ConsentKind, ...] = ()
    erasers: tuple[Eraser, ...] = ()
    workflows: tuple[Any, ...] = ()
    offline_pages: tuple[str, ...] = ()
    """URL names of pages that a device may keep: the same for every stranger, nothing private."""
    boot_checks: tuple[Callable[[], Finding | None], ...] = ()
    """Asked at each start and by ``zhijia doctor``; must be quick, and bear an empty database."""
    file_folders: tuple[FileFolder, ...] = ()
    """Files outside the database that belong to it."""
    backup_facts: Callable[[str], dict[str, Any]] | None = None
    """``backup_facts(using)`` returns what a restore must find again (JSON), e.g. the heads of the audit."""
    after_restore: tuple[Callable[[dt.datetime], int], ...] = ()
    """Called in order of the manifests after a restore, before the house opens: ``call(now)`` returns how
    many things it changed. Must be safe to repeat; whatever it raises keeps the house closed.
    """
    after_move: tuple[Callable[..., None], ...] = ()
    """Called when a union body was moved, in the same transaction: ``call(body, old_path, now)``."""
    replays: tuple[Replay, ...] = ()
    """See ``core.journal.replaying``."""
    gauges: tuple[Gauge, ...] = ()
    """Figures for the operator's page, and for the public one."""
    rekeys: tuple[Rekey, ...] = ()
    """What lies under the installation's own keys, so that ``zhijia rekey`` leaves nothing under old ones."""
    demo_crowd: str = ""
    """Dotted path of ``load(stdout, members, seed)``, which generates a whole province after the demo."""
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


IN_JOURNAL = _("So that what was received survives the loss of the database")
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
        *personal_fields(
            "core.JournalEntry", "C3", IN_JOURNAL, "delete", "sealed",
            thing=_("A sealed copy of what you sent, until a disk outside the database has it"),
        ),
        *personal_fields(
            "core.JournalEntry", "C1", IN_JOURNAL, "delete",
            "token", "about", "files", "since_file", "file",
            thing=_("Where the safety copy of what you sent stands"),
        ),
        *personal_fields(
            "core.PolicyReport", "C0", _("To see that no page breaks its own rules"), "keep", "*"
        ),
    ),
    keeping=(
        *keepings(
            "retention.submission", _("the sending"), "core.forget_old_submissions", Ground.SERVICE,
            "core.IdempotencyRecord",
        ),
        *keepings(
            "retention.backup", _("the sending"), "core.prune_journal", Ground.SERVICE, "core.JournalEntry"
        ),
    ),
    boot_checks=(second_place,),
    gauges=GAUGES,
    rekeys=(
        *JOURNAL_REKEYS,
        sealed_column(
            "core.IdempotencyRecord", "answer", "idempotency", lambda row: f"{row.scope}|{row.key}"
        ),
    ),
    after_restore=(end_sessions,),
    timers=(
        Timer("core.forget_tasks", forget_tasks, dt.timedelta(days=1)),
        Timer("core.forget_cache", forget_cache, dt.timedelta(hours=1)),
        Timer("core.forget_policy_reports", forget_policy_reports, dt.timedelta(days=1)),
        Timer("core.sweep_journal", sweep_journal, dt.timedelta(seconds=10)),
        Timer("core.prune_journal", prune_journal, dt.timedelta(days=1)),
    ),
)  # fmt: skip
