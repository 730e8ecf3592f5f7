"""Taking a list out of the house leaves a trace."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from zhijia.appeals.errors import ExportTooLarge
from zhijia.audit.services import record_read
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotAllowed
from zhijia.unions import selectors as unions

EXPORT_LIMIT = 20_000


@transaction.atomic
def record_export(*, count: int, filters: Mapping[str, Any], by: Actor, now: dt.datetime) -> None:
    """Record that ``by`` takes ``count`` matters out; raise ``ExportTooLarge`` or ``NotAllowed``.

    ``filters`` holds codes and ids; words that were searched for stay out of the audit.
    """
    posts = unions.posts_of(by, local_date(now))
    if not posts:
        raise NotAllowed
    if count > EXPORT_LIMIT:
        raise ExportTooLarge(count=count, limit=EXPORT_LIMIT)
    kept = {name: value for name, value in filters.items() if name not in ("q", "employer", "cursor")}
    record_read(
        "appeal.exported", obj=f"appeals_export:{by.pk}", by=by, now=now, tenant=posts[0].tenant,
        data={"count": count, "filter": kept},
    )  # fmt: skip
