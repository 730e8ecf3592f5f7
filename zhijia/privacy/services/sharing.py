"""Giving data to another body: written down each time, and never without its ground (PIPL 23)."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from zhijia.audit import services as audit
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.services import require
from zhijia.core.text import tidy
from zhijia.privacy.enums import Basis
from zhijia.privacy.errors import BasisMissing, ConsentMissing
from zhijia.privacy.models import Sharing
from zhijia.privacy.permissions import Ask
from zhijia.privacy.selectors.consents import given
from zhijia.unions.models import UnionBody

CONSENT = "share_matter"


@transaction.atomic
def record_sharing(
    *, about_kind: str, about_id: uuid.UUID | None, person: Any, body: UnionBody, recipient: str,
    contact: str, purpose: str, kinds: str, basis: str, article: str = "", by: Actor, now: dt.datetime,
) -> Sharing:  # fmt: skip
    """Write down, before it is handed over, what goes to whom, what for and on which ground.

    Raises ``NotAllowed``, ``ConsentMissing`` (for ground ``consent``), ``BasisMissing`` (for ``duty``).
    """
    row = Sharing(
        tenant=body.tenant, about_kind=about_kind, about_id=about_id, person=person, body=body,
        recipient=tidy(recipient), contact=tidy(contact), purpose=tidy(purpose), kinds=tidy(kinds),
        basis=basis, article=tidy(article), shared_by=by, shared_at=now,
    )  # fmt: skip
    require(by, "privacy.record_sharing", Ask(row, local_date(now)))
    if basis == Basis.CONSENT:
        owner = f"{about_kind}:{about_id}" if about_id else ""
        row.consent = given(person=person, key=CONSENT, owner=owner).first()
        if row.consent is None:
            raise ConsentMissing
    elif not row.article:
        raise BasisMissing
    row.save(force_insert=True)
    reference = f"{about_kind}:{about_id or person.pk}"
    audit.record(
        "data.shared", obj=reference, by=by, now=now, tenant=body.tenant,
        data={"sharing": row.pk, "basis": basis},
    )  # fmt: skip
    return row
