"""What membership puts on a worker's page and on an officer's desk."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.core.clock import local_date
from zhijia.core.manifest import DeskCard, Matter
from zhijia.membership import selectors
from zhijia.membership.models import Application
from zhijia.membership.workflow import APPLICATION


def matters(user: Any, now: dt.datetime) -> Iterator[Matter]:
    """Yield the applications of a worker that are not over."""
    rows = Application.objects.filter(account=user, state__in=("submitted", "question", "review", "refused"))
    for row in rows.select_related("body").order_by("-changed_at"):
        state = APPLICATION.state(row.state)
        yield Matter(
            title=_("Joining: %(union)s") % {"union": row.body.name},
            url=reverse("membership:application", args=[row.public_id]), state=str(state.label),
            happens_next=str(state.happens_next), due_on=row.due_on if row.state != "refused" else None,
            changed_at=row.changed_at, needs_you=row.state == "question", kind=_("Membership"),
        )  # fmt: skip


def cards(user: Any, now: dt.datetime) -> Iterator[DeskCard]:
    """Yield what waits for who keeps a roll."""
    on = local_date(now)
    if not selectors.may_keep_some_roll(user, on):
        return
    rows = selectors.applications_for(user, on)
    yield DeskCard(
        _("Applications to join"), reverse("membership:applications"), rows.count(),
        overdue=rows.filter(due_on__lt=on).count(), order=40,
    )  # fmt: skip
    transfers, corrections = selectors.transfers_for(user, on), selectors.corrections_for(user, on)
    if count := transfers.count():
        yield DeskCard(_("Transfers"), reverse("membership:transfers"), count, order=41)
    if count := corrections.count():
        yield DeskCard(
            _("Corrections"), reverse("membership:corrections"), count,
            overdue=corrections.filter(due_on__lt=on).count(), order=42,
        )  # fmt: skip
