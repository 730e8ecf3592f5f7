"""Everything that the platform holds about one person, in plain words, from the manifests of all apps."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps
from django.utils.functional import Promise

from zhijia.core.clock import local_date
from zhijia.core.manifest import PersonalField, contributions, manifests
from zhijia.core.rights import ARTICLES, Ground, Held, Keeping
from zhijia.privacy.selectors import consents, requests
from zhijia.regulations.selectors import period_in_words
from zhijia.vault.selectors import DisclosureLine, disclosures_of


@dataclass(frozen=True)
class Kind:
    """One kind of thing held: what for, on which ground, how long."""

    title: str
    purposes: tuple[str, ...]
    ground: str
    article: str
    kept: str
    """Period in words with its beginning, or how the end is found."""


@dataclass(frozen=True)
class Shelf:
    """The things of one kind, or of one matter, that are held about a person."""

    kind: Kind
    things: tuple[Held, ...]


@dataclass(frozen=True)
class Matter:
    """One matter of the person: its things, and who opened it."""

    title: str
    owner: str
    url: str
    shelves: tuple[Shelf, ...]
    openings: tuple[DisclosureLine, ...]


@dataclass(frozen=True)
class MyData:
    """The page "my data", and the source of every copy."""

    at: dt.datetime
    proven: bool
    shelves: tuple[Shelf, ...]
    matters: tuple[Matter, ...]
    sharings: tuple[Any, ...]
    history: tuple[consents.ConsentLine, ...]
    requests: tuple[requests.RequestLine, ...]


def keeping_of() -> dict[str, Keeping]:
    """Return how long each table is kept, by the table's name."""
    return {one.model.lower(): one for one in contributions("keeping")}


def kind_of(model: str, on: dt.date) -> Kind:
    """Return what for, on which ground and how long a table is kept."""
    entries = [f for f in contributions("personal_data") if f.model == model and f.level != "C0"]
    keeping = keeping_of().get(model.lower())
    ground = keeping.ground if keeping else Ground.SERVICE
    return Kind(
        title=_title_of(model, entries),
        purposes=tuple(dict.fromkeys(str(entry.purpose) for entry in entries)),
        ground=str(ground.label), article=ARTICLES[ground], kept=kept_in_words(keeping, on),
    )  # fmt: skip


def _title_of(model: str, entries: list[PersonalField]) -> str:
    """Return what a table is called: by its app, else by the first thing that the map says it holds."""
    name = apps.get_model(model)._meta.verbose_name
    said = isinstance(name, Promise)  # given by the app, so it can be translated
    return str(name if said or not entries else entries[0].thing or name)


def kept_in_words(keeping: Keeping | None, on: dt.date) -> str:
    """Return the period of a table as people read it, without its beginning."""
    if keeping is None:
        return ""
    return period_in_words(keeping.rule, on) if keeping.rule else str(keeping.since)


def everything_about(user: Any, now: dt.datetime, *, proven: bool) -> MyData:
    """Return what is held about ``user``; sealed content only if he has just proved who he is."""
    things = [one for m in manifests() if m.held is not None for one in m.held(user, now, proven)]
    on = local_date(now)
    own = [one for one in things if not one.owner]
    owners = {one.owner for one in things if one.owner}
    return MyData(
        at=now, proven=proven, shelves=tuple(_shelves(own, on)), matters=tuple(_matters(things, on)),
        sharings=tuple(requests.sharings_of(user)), history=tuple(consents.history_of(user, owners)),
        requests=tuple(requests.requests_of(user)),
    )  # fmt: skip


def _shelves(things: list[Held], on: dt.date) -> Iterator[Shelf]:
    for model in dict.fromkeys(one.model for one in things):
        yield Shelf(kind_of(model, on), tuple(one for one in things if one.model == model))


def _matters(things: list[Held], on: dt.date) -> Iterator[Matter]:
    of_matters = [one for one in things if one.owner]
    for owner, group in groupby(of_matters, lambda one: one.owner):
        found = list(group)
        first = found[0]
        yield Matter(
            str(first.title), owner, first.url, tuple(_shelves(found, on)), tuple(disclosures_of(owner))
        )
