"""Giving and taking back consent: one purpose at a time, both equally easy (PIPL 14 to 16, 29)."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from zhijia.audit import services as audit
from zhijia.core.actors import Actor, ReceiptHolder
from zhijia.core.errors import NotFound
from zhijia.core.rights import ConsentKind
from zhijia.privacy.errors import GivenPerMatter
from zhijia.privacy.models import Consent, ConsentText
from zhijia.privacy.selectors.consents import given, kind_of
from zhijia.privacy.selectors.requests import own_matters
from zhijia.unions.models import UnionBody


@transaction.atomic
def set_consent(*, user: Any, key: str, agrees: bool, by: Actor, now: dt.datetime) -> bool:
    """Turn one switch of the page of choices; return whether anything changed.

    Raises ``UnknownConsent``, ``GivenPerMatter``.
    """
    kind = kind_of(key)
    if kind.per_matter:
        raise GivenPerMatter
    change = give_consent if agrees else withdraw_consent
    changed = change(person=user, key=key, tenant=user.tenant, by=by, now=now)
    if kind.changed is not None:
        kind.changed(user, agrees, now)
    return changed


@transaction.atomic
def set_matter_consent(*, user: Any, key: str, owner: str, agrees: bool, by: Actor, now: dt.datetime) -> bool:
    """Turn one switch of one of the person's own matters; return whether anything changed.

    Raises ``UnknownConsent``, ``GivenPerMatter`` (switched elsewhere), ``NotFound``.
    """
    kind = kind_of(key)
    if not kind.per_matter or kind.elsewhere:
        raise GivenPerMatter
    matter = next((one for one in own_matters(user, now) if one.reference == owner), None)
    if matter is None:
        raise NotFound
    tenant, doer = UnionBody.objects.get(pk=matter.body_id).tenant, ReceiptHolder(matter=owner)
    change = give_consent if agrees else withdraw_consent
    return change(person=None, owner=owner, key=key, tenant=tenant, by=doer, now=now)


@transaction.atomic
def give_consent(*, person: Any, key: str, tenant: int, by: Actor, now: dt.datetime, owner: str = "") -> bool:
    """Write down that somebody agreed, and to which words; return False if he had agreed to these already.

    For one matter ``person`` is None and ``owner`` names it: no table leads from a person to his matters.
    """
    kind = kind_of(key)
    if given(person=person, key=key, owner=owner).exists():
        return False
    # Consent to older words ends where that to the new ones begins.
    _rows(person, key, owner, tenant).update(withdrawn_at=now)
    Consent.objects.create(
        tenant=tenant, person=person, kind=key, owner=owner, shown=_words(kind), given_at=now
    )
    data = {"kind": key, "version": kind.version}
    audit.record("consent.given", obj=_about(person, owner), by=by, now=now, tenant=tenant, data=data)
    return True


@transaction.atomic
def withdraw_consent(
    *, person: Any, key: str, tenant: int, by: Actor, now: dt.datetime, owner: str = ""
) -> bool:
    """Take a consent back from now on; return False if there was none."""
    kind_of(key)
    if not _rows(person, key, owner, tenant).update(withdrawn_at=now):
        return False
    about = _about(person, owner)
    audit.record("consent.withdrawn", obj=about, by=by, now=now, tenant=tenant, data={"kind": key})
    return True


def _rows(person: Any, key: str, owner: str, tenant: int) -> Any:
    rows = Consent.objects.filter(tenant=tenant, kind=key, owner=owner, withdrawn_at=None)
    return rows.filter(person=person) if person is not None else rows.filter(person=None)


def _about(person: Any, owner: str) -> str:
    return owner or f"user:{person.pk}"


def _words(kind: ConsentKind) -> ConsentText:
    """Return the row that keeps the words as the reader sees them now."""
    language = get_language() or "zh-hans"
    known = ConsentText.objects.filter(kind=kind.key, version=kind.version, language=language)
    found = known.first()
    if found is None:
        try:
            with transaction.atomic():
                return ConsentText.objects.create(
                    kind=kind.key, version=kind.version, language=language, text=str(kind.text)
                )
        except IntegrityError:
            found = known.get()
    return found


@transaction.atomic
def note_copy(*, user: Any, form: str, by: Actor, now: dt.datetime) -> None:
    """Write down that a person took a copy of his data, before it is made."""
    audit.record_read(
        "data.copied", obj=f"user:{user.pk}", by=by, now=now, tenant=user.tenant, data={"form": form}
    )
