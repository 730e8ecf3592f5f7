"""Notes which rows and files a submission makes, so that its envelope holds all of them.

Rows are noted when Django has saved them; nothing is decided here, so no business effect hangs on it. An
insertion that Django does not tell (``bulk_create``, raw SQL) must be told by ``note``: else the envelope
would lack rows, and ``RowsUnseen`` says so in the first test.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models.signals import post_save

INSERT = re.compile(r'^INSERT (?:OR \w+ )?INTO "?(\w+)"?')


class RowsUnseen(RuntimeError):
    """Rows were inserted that nobody noted: a programming error."""


@dataclass(frozen=True)
class SealedFile:
    """A file on disk that belongs to a submission: sealed bytes, the name says nothing."""

    name: str
    """Path below ``ZHIJIA_ATTACHMENTS``."""
    sha256: str
    size: int


@dataclass
class Collected:
    """What was noted so far."""

    rows: dict[tuple[str, Any], None] = field(default_factory=dict)
    """(model label, primary key) in the order of their making."""
    files: dict[str, SealedFile] = field(default_factory=dict)
    inserted: set[str] = field(default_factory=set)
    """Names of the house's tables into which something was inserted."""

    def check(self) -> None:
        """Raise ``RowsUnseen`` when an insertion went past."""
        seen = {apps.get_model(label)._meta.db_table for label, _pk in self.rows}
        if missed := self.inserted - seen:
            raise RowsUnseen(f"tell journal.note(…) of the rows inserted into {', '.join(sorted(missed))}")


_now: ContextVar[Collected | None] = ContextVar("journal.collected", default=None)
_paused: ContextVar[bool] = ContextVar("journal.paused", default=False)


@contextmanager
def collecting() -> Iterator[Collected]:
    """Note what is saved within the block."""
    collected = Collected()
    token = _now.set(collected)
    try:
        with connection.execute_wrapper(_watch(collected)):
            yield collected
    finally:
        _now.reset(token)


@contextmanager
def paused() -> Iterator[None]:
    """Keep no journal within the block: invented matters (the demo) are nobody's submission."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


def is_paused() -> bool:
    """Say whether no journal is kept now."""
    return _paused.get()


def note(*rows: models.Model) -> None:
    """Note rows that were inserted without ``save``, once they have their keys."""
    collected = _now.get()
    if collected is not None:
        for row in rows:
            collected.rows[row._meta.label, row.pk] = None


def note_file(path: Path) -> None:
    """Note a sealed file below ``ZHIJIA_ATTACHMENTS`` that was just written."""
    collected = _now.get()
    if collected is not None:
        name = path.relative_to(Path(settings.ZHIJIA_ATTACHMENTS)).as_posix()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        collected.files[name] = SealedFile(name, digest, path.stat().st_size)


@cache
def house_tables() -> set[str]:
    """Return the tables of our own apps; what others keep (sessions, tasks) is not part of a submission."""
    return {m._meta.db_table for m in apps.get_models(include_auto_created=True) if is_ours(m)}


def is_ours(model: type[models.Model]) -> bool:
    """Say whether a model belongs to one of our apps."""
    return model.__module__.startswith("zhijia.") or model._meta.app_config.name.startswith("zhijia.")


def _watch(collected: Collected) -> Callable[..., Any]:
    ours = house_tables()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found = INSERT.match(sql)
        if found and found[1] in ours:
            collected.inserted.add(found[1])
        return execute(sql, params, many, context)

    return watch


def _saved(sender: type[models.Model], instance: models.Model, created: bool, raw: bool, **more: Any) -> None:
    collected = _now.get()
    if collected is not None and created and not raw and is_ours(sender):
        collected.rows[instance._meta.label, instance.pk] = None


def listen() -> None:
    """Begin to hear of saved rows; called once when the app starts."""
    post_save.connect(_saved, dispatch_uid="zhijia.core.journal")
