"""Who would follow a body that is merged or dissolved, as numbers for the page before the approval."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from zhijia.membership.enums import Kind, State
from zhijia.membership.models import Application, Membership
from zhijia.unions.models import UnionBody


@dataclass(frozen=True)
class Following:
    """How many memberships go along. Whoever must not learn of some does not find them counted."""

    members: int
    retained: int
    further: int
    applications: int


def following(body: UnionBody, user: Any, on: dt.date) -> Following:
    """Return how many belong to exactly this body, for a reader; two queries."""
    full = Q(kind=Kind.FULL)
    rows = Membership.objects.open().filter(tenant=body.tenant, body=body).known_to(user, on)
    told = rows.aggregate(
        members=Count("pk", filter=full & ~Q(state=State.RETAINED)),
        retained=Count("pk", filter=full & Q(state=State.RETAINED)), further=Count("pk", filter=~full),
    )  # fmt: skip
    waiting = Application.objects.open().filter(tenant=body.tenant, body=body).known_to(user, on)
    return Following(**told, applications=waiting.count())
