"""What a worker reads about the own matters."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format

from zhijia.appeals.models import Appeal, ReceiptLookup
from zhijia.appeals.selectors.progress import WITH_WORKER, happens_next, next_due
from zhijia.appeals.workflow import TABLE
from zhijia.audit.selectors import tenants
from zhijia.core.actors import Actor, ReceiptHolder
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.manifest import Matter
from zhijia.core.paging import Page, paginate
from zhijia.core.words import _

AT_HOME = 20
"""Matters shown on the home page."""
RECENT = dt.timedelta(days=30)
"""How long a closed matter stays on the home page."""
PAGE = 20
RELATED = ("handling_body", "category", "employer", "handler", "group")


def own_appeals(user: Any) -> Any:
    """Return the appeals the person wrote with his account, newest change first."""
    rows = Appeal.objects.own(user).filter(tenant__in=tenants())
    return rows.select_related("category").order_by("-changed_at")


def own_appeal(by: Actor, public_id: uuid.UUID | str, now: dt.datetime) -> Appeal:
    """Return one's own appeal, by account or by receipt; raise ``NotFound``.

    Officers do not reach the matters of others here: their page is the work page.
    """
    rows = Appeal.objects.own(by)
    if isinstance(by, ReceiptHolder):
        rows = Appeal.objects.visible_to(by, local_date(now))
    rows = rows.filter(public_id=public_id, tenant__in=tenants())
    found = rows.select_related(*RELATED).first()
    if found is None:
        raise NotFound
    if not isinstance(by, ReceiptHolder):
        found.__dict__["_written_by"] = {by.pk: True}
    return found


def appeal_of_receipt(key: str) -> uuid.UUID | None:
    """Return the public id of the appeal a receipt opens, by its look-up key."""
    return ReceiptLookup.objects.filter(receipt_index=key).values_list("public_id", flat=True).first()


def my_page(user: Any, now: dt.datetime, cursor: str | None) -> Page:
    """Return one page of one's own appeals as matters."""
    rows = own_appeals(user)
    page = paginate(rows, cursor, PAGE, ["-changed_at"])
    return Page([matter(a) for a in page.items], page.next_cursor, page.previous_cursor)


def matters_of(user: Any, now: dt.datetime) -> Iterator[Matter]:
    """Yield the matters for the home page: the open ones and those closed lately."""
    for appeal in own_appeals(user)[:AT_HOME]:
        if appeal.is_open or appeal.changed_at > now - RECENT:
            yield matter(appeal)


def own_title(appeal: Appeal) -> str:
    """Return how a worker tells his matters apart without opening one: kind and day."""
    kind = str(appeal.category) if appeal.category else str(_("Request for help"))
    return f"{kind} · {date_format(local_date(appeal.received_at), 'DATE_FORMAT')}"


def matter(appeal: Appeal) -> Matter:
    """Return the line of "my matters" for an appeal; what was written stays shut."""
    state = TABLE.state(appeal.state)
    return Matter(
        title=own_title(appeal),
        url=reverse("appeals:detail", args=[appeal.public_id]),
        state=str(state.label),
        happens_next=happens_next(appeal),
        due_on=next_due(appeal),
        changed_at=appeal.changed_at,
        needs_you=appeal.state in WITH_WORKER,
        kind=_("Request for help"),
    )
