"""Who pays dues to a body in a month, as its treasurer may know it.

A member pays where he belongs on the last day of the month, or today while it runs; so nobody pays
twice in the month of a transfer. Who joined in secret from his employer pays to the nearest union
above that is tied to no employer, and the one at his workplace does not find him.
"""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from zhijia.membership.enums import Kind, State
from zhijia.membership.models import Membership, MembershipStep
from zhijia.membership.models.person import masked
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import ancestors, scope_of


@dataclass(frozen=True)
class RollPayer:
    """A full membership on the day that counts."""

    row: Membership
    is_free: bool
    """Retained, or held by the union above: pays nothing (Charter art. 8)."""
    is_new_form: bool
    """Works in a new form of employment: a fixed sum of the place instead of a share of the wage."""

    @property
    def reference(self) -> str:
        """Return by which the books know the member."""
        return str(self.row.pk)


def counting_day(month_on: dt.date, today: dt.date) -> dt.date:
    """Return the day on which a month's dues follow from the roll: its last one, or today."""
    last = month_on.replace(day=calendar.monthrange(month_on.year, month_on.month)[1])
    return min(last, today)


def roll_payers(body: UnionBody, user: Any, *, month_on: dt.date, today: dt.date) -> list[RollPayer]:
    """Return who counts for the dues of a month, by order of entry; four queries."""
    day = counting_day(month_on, today)
    rows = _rows(body, user, today)
    rows = rows.filter(Q(ended_on=None) | Q(ended_on__gt=day), kind=Kind.FULL, joined_on__lte=day)
    found = list(rows.select_related("worker").order_by("id"))
    states = _states(rows, day)
    return [
        RollPayer(row, states.get(row.pk, row.state) != State.ACTIVE, row.worker.trade != "") for row in found
    ]


def pays_to(body: UnionBody, user: Any, reference: str, today: dt.date) -> bool:
    """Say whether a reference is that of a membership whose dues go to a body, also of one that has ended."""
    is_number = reference.isdecimal() and len(reference) < 19
    return is_number and _rows(body, user, today).filter(pk=int(reference)).exists()


def _rows(body: UnionBody, user: Any, today: dt.date) -> QuerySet[Membership]:
    """Return the memberships whose dues go to a body, without what must not exist for the reader."""
    rows = Membership.objects.known_to(user, today)
    if body.employer_id:
        return rows.filter(tenant=body.tenant, body=body).exclude(is_discreet=True)
    return rows.filter(Q(tenant=body.tenant, body=body) | Q(is_discreet=True, body__in=_tied_below(body)))


def _tied_below(body: UnionBody) -> list[int]:
    """Return bodies of employers with secret members whose nearest untied union above is this one."""
    secret = Membership.objects.filter(
        scope_of([body]).own_q(), is_discreet=True, body__employer__isnull=False
    )
    rows = UnionBody.objects.filter(pk__in=secret.values("body"))
    return [one.pk for one in rows if _nearest_untied(one) == body.pk]


def _nearest_untied(body: UnionBody) -> int | None:
    return next((above.pk for above in ancestors(body) if above.employer_id is None), None)


def _states(rows: QuerySet[Membership], day: dt.date) -> dict[int, str]:
    """Return in which state each membership was at the end of a day."""
    steps = MembershipStep.objects.filter(membership__in=rows.values("pk"), counts_on__lte=day).order_by("id")
    return dict(steps.values_list("membership", "after"))


def names_of_references(references: Iterable[str]) -> dict[str, str]:
    """Return the names behind references that a treasurer's page shows; others are left out."""
    ids = [int(one) for one in references if one.isdecimal() and len(one) < 19]
    rows = Membership.objects.filter(pk__in=ids).select_related("worker")
    return {str(row.pk): masked(row.worker.details())["name"] for row in rows}
