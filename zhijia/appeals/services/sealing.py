"""What of a matter lies under which key, and who gets it at the beginning.

Four parts: what was told (``narrative``, whose key also seals every text that is added later), the
files (``evidence``), who the person is (``complainant``) and a number for neutral news (``contact``).
"""

import datetime as dt
from typing import Any

from zhijia.appeals.enums import Confidentiality
from zhijia.appeals.models import Appeal, OwnMatter
from zhijia.appeals.models.appeal import forget_own, own_index
from zhijia.appeals.permissions import COMPLAINANT, CONTACT, EVIDENCE, NARRATIVE
from zhijia.core.actors import Actor
from zhijia.core.boxes import Pair
from zhijia.unions.models import UnionBody
from zhijia.vault.enums import Group
from zhijia.vault.keys import Readers
from zhijia.vault.selectors import parts_of
from zhijia.vault.services import move_part, seal_parts
from zhijia.vault.services.parts import NewPart


def seal_matter(
    appeal: Appeal, *, pair: Pair, receipt: bytes, person: dict[str, str], author: Any, by: Actor,
    now: dt.datetime,
) -> bytes:  # fmt: skip
    """Seal the parts of a new matter and return the public half of ``evidence``.

    ``pair`` is the key to whose public half the texts were sealed; ``receipt`` the key that follows from
    the receipt, empty where there is none; ``person`` holds name and mobile; ``author`` the account.
    """
    desk = _readers(appeal, Group.DESK, receipt, author)
    evidence = NewPart({}, desk)
    parts = {NARRATIVE: NewPart({}, desk, pair), EVIDENCE: evidence}
    told = {name: value for name, value in person.items() if value}
    if told and not appeal.is_anonymous:
        named = appeal.confidentiality == Confidentiality.NAMED
        keeper = _readers(appeal, Group.DESK if named else Group.CUSTODY, receipt, author)
        parts[COMPLAINANT] = NewPart(told, keeper)
        if told.get("mobile") and author is None:
            parts[CONTACT] = NewPart({"mobile": told["mobile"]}, Readers(receipt=receipt, platform=True))
    seal_parts(owner=appeal.owner, parts=parts, tenant=appeal.tenant, now=now, by=by)
    return evidence.pair.public


def _readers(appeal: Appeal, group: str, receipt: bytes, author: Any) -> Readers:
    users = (author.pk,) if author is not None else ()
    return Readers(group=group, body=appeal.handling_body, receipt=receipt, users=users)


def remember_author(appeal: Appeal, author: Any) -> None:
    """Let the author find his matter; no other table leads from a person to a matter."""
    OwnMatter.of(author.pk, appeal).save(force_insert=True)
    forget_own(author)


def give_to_body(appeal: Appeal, body: UnionBody, *, by: Actor, now: dt.datetime) -> None:
    """Give what the desk reads to the officers of ``body`` and take it from those of the former one.

    Raises ``KeyLocked`` or ``KeyNotGiven`` when ``by`` cannot open it himself.
    """
    rows = parts_of(appeal.owner, tenant=appeal.tenant).filter(group=Group.DESK, erased_at=None)
    for part in list(rows.values_list("part", flat=True)):
        move_part(owner=appeal.owner, part=part, body=body, by=by, now=now, tenant=appeal.tenant)


def forget_author(appeal: Appeal) -> None:
    """Cut the last link between a person and an erased matter."""
    pk = appeal.author_pk
    if pk is None:
        return
    rows = OwnMatter.objects.filter(index=own_index(pk), tenant=appeal.tenant)
    OwnMatter.objects.filter(pk__in=[row.pk for row in rows if row.public_id == appeal.public_id]).delete()
