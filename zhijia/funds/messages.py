"""Who is told what about payments. Outside the house every message reads the same."""

import datetime as dt

from django.urls import reverse

from zhijia.core.clock import local_date
from zhijia.core.manifest import MessageKind
from zhijia.core.words import _
from zhijia.funds.models import Spending
from zhijia.funds.permissions import COMMITTEE
from zhijia.notifications.services import notify
from zhijia.unions.selectors import holders

KINDS = (
    MessageKind("funds.spending_waits", _("A payment waits for approval"),
                _("A payment of your body was checked and waits for the committee."), audience="officer"),
    MessageKind("funds.spending_decided", _("A payment was decided"),
                _("Open it to read whether it was approved, and why not if it was not."), audience="officer"),
)  # fmt: skip


def tell_committee(spending: Spending, now: dt.datetime) -> None:
    """Tell those who can approve a checked payment."""
    for person in holders(spending.body, COMMITTEE, local_date(now)):
        if person.pk not in (spending.drafted_by_id, spending.checked_by_id, spending.payee_id):
            _tell("funds.spending_waits", person, spending, now)


def tell_drafter(spending: Spending, now: dt.datetime) -> None:
    """Tell who asked for a payment that it was decided."""
    _tell("funds.spending_decided", spending.drafted_by, spending, now)


def _tell(kind: str, person: object, spending: Spending, now: dt.datetime) -> None:
    url = reverse("funds:spending", args=[spending.body_id, spending.public_id])
    notify(kind=kind, to=person, now=now, url=url, tenant=spending.tenant)  # type: ignore[arg-type]
