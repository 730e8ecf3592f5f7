"""Dues from the roll of members: who pays, by which wage, charged once for each month."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.services import require
from zhijia.funds.enums import WorkerGroup
from zhijia.funds.errors import BadAmount, MonthAhead
from zhijia.funds.permissions import Ask
from zhijia.funds.selectors.dues import known_wages
from zhijia.funds.services.charging import Charged, Payer, charge_dues
from zhijia.membership.selectors import RollPayer, roll_payers
from zhijia.unions.models import UnionBody


@dataclass(frozen=True)
class Collected:
    """What a run came to, and how many wait for somebody to tell their wage."""

    charged: Charged
    without_wage: int
    unknown: tuple[str, ...] = ()
    """References for which a wage was told and that do not count in this body and month."""


@transaction.atomic
def charge_from_roll(
    *, body: UnionBody, month_on: dt.date, wages: Mapping[str, int], by: Actor, now: dt.datetime
) -> Collected:
    """Charge the dues of a month from the roll; ``wages`` in fen by reference, else the last one known.

    Who has neither is left out and can be charged later: repeating charges nobody twice. Raises
    ``NotAllowed``, ``MonthAhead``, ``BadAmount``.
    """
    today = local_date(now)
    require(by, "funds.keep_books", Ask(body, today))
    if month_on > today:
        raise MonthAhead
    if any(wage < 0 for wage in wages.values()):
        raise BadAmount
    payers = roll_payers(body, by, month_on=month_on, today=today)
    known = known_wages(body, month_on)
    told = [(one, wages.get(one.reference) or known.get(one.reference, 0)) for one in payers]
    ready = [payer_of(one, wage) for one, wage in told if wage or not needs_wage(one)]
    charged = charge_dues(body=body, month_on=month_on, members=ready, by=by, now=now)
    unknown = sorted(set(wages) - {one.reference for one in payers})
    return Collected(charged, len(payers) - len(ready), tuple(unknown))


def needs_wage(payer: RollPayer) -> bool:
    """Say whether the dues follow from a wage: not of who is free, nor where the place has a fixed sum."""
    return not payer.is_free and not payer.is_new_form


def payer_of(payer: RollPayer, wage: int) -> Payer:
    """Return a member of the roll as the books know him."""
    group = WorkerGroup.NEW_FORM if payer.is_new_form else WorkerGroup.WAGE
    return Payer(payer.reference, wage, group, payer.row.joined_on, is_retained=payer.is_free)
