"""Upload: the file is kept sealed, and its columns are proposed."""

import datetime as dt
import hashlib
from pathlib import PurePath
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from zhijia.audit.services import record
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.services import require
from zhijia.membership.errors import WrongBody
from zhijia.membership.models import RosterImport
from zhijia.membership.permissions import Ask
from zhijia.membership.roster import mapping, storing
from zhijia.membership.roster.errors import RosterTooLarge
from zhijia.membership.services.importing.base import opened, readable
from zhijia.membership.services.importing.columns import remembered
from zhijia.unions.models import UnionBody

PIECE = 1 << 20


def upload_roster(
    *,
    body_id: int,
    file: BinaryIO,
    file_name: str,
    by: Actor,
    now: dt.datetime,
    joined_on: dt.date | None = None,
) -> RosterImport:
    """Keep a file sealed and propose what its columns mean.

    Raises ``NotFound`` for a body that is none or closed, ``NotAllowed``, ``RosterTooLarge``,
    ``RosterUnreadable``, ``StorageFull``.
    """
    body = UnionBody.objects.filter(pk=body_id).first()
    if body is None:
        raise NotFound
    require(by, "membership.import_roster", Ask(local_date(now), body))
    if not body.is_active:
        raise WrongBody
    digest, size = _measured(file)
    roster = RosterImport(
        tenant=body.tenant, body=body, file_name=PurePath(file_name).name[:200], digest=digest, size=size,
        made_at=now, made_by=_person(by), changed_at=now,
    )  # fmt: skip
    storing.keep(roster, file)
    try:
        with transaction.atomic(), readable():
            layout = remembered(mapping.propose(opened(roster)), body)
            layout.joined_on = (joined_on or local_date(now)).isoformat()
            roster.layout = layout.stored()
            roster.save(force_insert=True)
            record("roster.uploaded", obj=roster, by=by, now=now, data={"body": body.pk, "bytes": size})
    except BaseException:
        storing.forget(roster, "original")
        raise
    return roster


def _measured(file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(PIECE):
        size += len(piece)
        if size > settings.ZHIJIA_ROSTER_CAP:
            raise RosterTooLarge
        digest.update(piece)
    return digest.hexdigest(), size


def _person(by: Actor) -> Any:
    return by if getattr(by, "pk", None) else None
