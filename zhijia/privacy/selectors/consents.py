"""The closed list of purposes that rest on consent, and what a person chose."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from zhijia.core.manifest import contributions
from zhijia.core.rights import ConsentKind, OwnMatter
from zhijia.privacy.errors import UnknownConsent
from zhijia.privacy.models import Consent


def kinds() -> dict[str, ConsentKind]:
    """Return every purpose that rests on consent, by key."""
    return {kind.key: kind for kind in contributions("consents")}


def kind_of(key: str) -> ConsentKind:
    """Return a purpose; raise ``UnknownConsent``."""
    try:
        return kinds()[key]
    except KeyError:
        raise UnknownConsent from None


def given(*, person: Any, key: str, owner: str = "") -> QuerySet[Consent]:
    """Return the consent in force for a purpose, to the words of today; at most one row."""
    rows = Consent.objects.filter(kind=key, owner=owner, withdrawn_at=None)
    rows = rows.filter(person=person) if person is not None else rows.filter(person=None)
    return rows.filter(shown__version=kind_of(key).version)


def has_consent(*, person: Any, key: str, owner: str = "") -> bool:
    """Say whether a person agrees to a purpose now; who agreed to older words is asked again (PIPL 14)."""
    return given(person=person, key=key, owner=owner).exists()


@dataclass(frozen=True)
class Choice:
    """One switch of the page of choices."""

    kind: ConsentKind
    is_given: bool
    since: dt.datetime | None
    asked_again: bool
    """He agreed to older words, which no longer count."""


def choices_of(user: Any) -> list[Choice]:
    """Return one switch for each purpose that holds for the whole platform."""
    rows = Consent.objects.filter(person=user, owner="", withdrawn_at=None).select_related("shown")
    now = {row.kind: row for row in rows}
    return [_choice(kind, now.get(kind.key)) for kind in kinds().values() if not kind.per_matter]


def _choice(kind: ConsentKind, row: Consent | None) -> Choice:
    counts = row is not None and row.shown.version == kind.version
    return Choice(kind, counts, row.given_at if row and counts else None, row is not None and not counts)


@dataclass(frozen=True)
class MatterChoice:
    """One switch of one matter."""

    kind: ConsentKind
    owner: str
    title: str
    is_given: bool


def matter_choices_of(matters: Iterable[OwnMatter]) -> list[MatterChoice]:
    """Return the switches of a person's own matters that stand on the page of choices."""
    wanted = [kind for kind in kinds().values() if kind.per_matter and not kind.elsewhere]
    return [
        MatterChoice(
            kind, one.reference, one.title, has_consent(person=None, key=kind.key, owner=one.reference)
        )
        for one in matters
        for kind in wanted
    ]


@dataclass(frozen=True)
class ConsentLine:
    """One line of the history of choices."""

    title: str
    text: str
    version: int
    given_at: dt.datetime
    withdrawn_at: dt.datetime | None
    owner: str


def history_of(user: Any, matters: Iterable[str] = ()) -> list[ConsentLine]:
    """Return every consent given or taken back, for the platform and for the person's ``matters``."""
    wanted = Q(person=user) | Q(person=None, owner__in=list(matters))
    rows = Consent.objects.filter(wanted).select_related("shown").order_by("-given_at", "-pk")
    known = kinds()
    return [
        ConsentLine(
            title=str(known[row.kind].title) if row.kind in known else row.kind, text=row.shown.text,
            version=row.shown.version, given_at=row.given_at, withdrawn_at=row.withdrawn_at, owner=row.owner,
        )
        for row in rows
    ]  # fmt: skip
