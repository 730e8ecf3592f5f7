"""The privacy notice and the public table of periods, written by the manifests and the rules themselves."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import override

from zhijia.core.manifest import PersonalField, contributions, manifests
from zhijia.core.rights import ARTICLES, ConsentKind, Keeping
from zhijia.privacy.selectors.consents import kinds
from zhijia.privacy.selectors.own import keeping_of, kept_in_words
from zhijia.regulations.enums import Certainty
from zhijia.regulations.selectors import title_of, value


@dataclass(frozen=True)
class NoticeLine:
    """One kind of thing that the platform may hold."""

    thing: str
    purposes: tuple[str, ...]
    ground: str
    article: str
    kept: str
    since: str
    is_sealed: bool


@dataclass(frozen=True)
class NoticeArea:
    """What one part of the platform may hold."""

    title: str
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True)
class Notice:
    """The whole notice (PIPL 17): who, what for, how, which kinds, how long, which rights."""

    operator: str
    contact: str
    areas: tuple[NoticeArea, ...]
    consents: tuple[ConsentKind, ...]
    version: str
    """Changes with any word, purpose or period of the notice."""


def notice(on: dt.date) -> Notice:
    """Return the notice as it holds on a day, in the reader's language."""
    areas = tuple(area for m in manifests() if (area := _area(m, on)).lines)
    return Notice(
        operator=settings.ZHIJIA_OPERATOR, contact=settings.ZHIJIA_OPERATOR_CONTACT, areas=areas,
        consents=tuple(kinds().values()), version=version(on),
    )  # fmt: skip


def _area(manifest: Any, on: dt.date) -> NoticeArea:
    fields = [one for one in manifest.personal_data if one.level != "C0"]
    title = str(apps.get_app_config(manifest.app).verbose_name)
    return NoticeArea(title, tuple(_line(key, fields, on) for key in dict.fromkeys(_key(f) for f in fields)))


def _key(entry: PersonalField) -> tuple[str, str]:
    return str(entry.thing) or entry.model, entry.model


def _line(key: tuple[str, str], fields: list[PersonalField], on: dt.date) -> NoticeLine:
    entries = [one for one in fields if _key(one) == key]
    keeping: Keeping | None = keeping_of().get(key[1].lower())
    return NoticeLine(
        thing=str(entries[0].thing) or str(apps.get_model(key[1])._meta.verbose_name),
        purposes=tuple(dict.fromkeys(str(one.purpose) for one in entries)),
        ground=str(keeping.ground.label) if keeping else "",
        article=ARTICLES[keeping.ground] if keeping else "",
        kept=kept_in_words(keeping, on), since=str(keeping.since) if keeping and keeping.rule else "",
        is_sealed=any(one.level == "C3" for one in entries),
    )  # fmt: skip


def version(on: dt.date) -> str:
    """Return a short mark of everything the notice says, the same in every language."""
    with override("en"):
        fields = [(f.model, f.field, f.level, str(f.purpose)) for f in contributions("personal_data")]
        kept = [
            (k.model, str(value(k.rule, "", on).value) if k.rule else str(k.since), k.ground.value)
            for k in contributions("keeping")
        ]
        agreed = [(k.key, k.version, str(k.text)) for k in contributions("consents")]
    digest = hashlib.sha256(repr([sorted(fields), sorted(kept), sorted(agreed)]).encode()).hexdigest()
    return digest[:8]


@dataclass(frozen=True)
class PeriodLine:
    """One row of the public table of periods."""

    title: str
    kept: str
    since: str
    source: str
    certainty: str
    things: tuple[str, ...]


def periods(on: dt.date) -> list[PeriodLine]:
    """Return every period of keeping with what it covers and where it comes from."""
    by_rule: dict[str, list[Keeping]] = {}
    for one in contributions("keeping"):
        if one.rule:
            by_rule.setdefault(one.rule, []).append(one)
    return [_period(rule, found, on) for rule, found in by_rule.items()]


def _period(rule: str, found: list[Keeping], on: dt.date) -> PeriodLine:
    row = value(rule, "", on)
    own = row.certainty == Certainty.HOUSE
    return PeriodLine(
        title=title_of(rule), kept=kept_in_words(found[0], on), since=str(found[0].since),
        source="" if own else f"{row.source} {row.article}",
        certainty=str(Certainty(row.certainty).label),
        things=tuple(dict.fromkeys(thing for one in found for thing in _things(one.model))),
    )  # fmt: skip


def _things(model: str) -> list[str]:
    entries = [f for f in contributions("personal_data") if f.model.lower() == model.lower()]
    return [str(entry.thing) for entry in entries if entry.thing and entry.level != "C0"]
