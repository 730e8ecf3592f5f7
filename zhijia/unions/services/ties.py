"""What ties an officer to an employer: declared by him or by a steward over him, never taken back early."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import NotAllowed
from zhijia.core.services import load_locked, require
from zhijia.unions.enums import Tie
from zhijia.unions.errors import BadTerm, TieStands
from zhijia.unions.models import Affiliation, Employer
from zhijia.unions.permissions import may_declare_for
from zhijia.unions.selectors import forget_conflicts


@transaction.atomic
def declare_affiliation(
    *,
    employer: Employer,
    from_on: dt.date,
    until_on: dt.date | None = None,
    kind: str = Tie.WORK,
    user: User | None = None,
    by: User,
    now: dt.datetime,
) -> Affiliation:
    """Declare what ties ``user`` (``by`` himself unless given) to an employer.

    Hides the employer's matters from him until 24 months after ``until_on``. Declared again, it may
    only last longer. Raises ``NotAllowed``, ``BadTerm``, ``TieStands``.
    """
    person = user or by
    _check_may_declare(by, person, now)
    if until_on is not None and until_on < from_on:
        raise BadTerm
    named: dict[str, Any] = {
        "tenant": employer.tenant,
        "user": person,
        "employer": employer,
        "kind": Tie(kind),
        "from_on": from_on,
    }
    known = Affiliation.objects.select_for_update().filter(**named).first()
    if known is not None:
        _check_not_shorter(known, until_on)
    made, _ = Affiliation.objects.update_or_create(
        **named, defaults={"until_on": until_on, "declared_at": now, "declared_by": by}
    )
    forget_conflicts(person)
    data = {"user": person.pk, "kind": made.kind}
    audit.record("affiliation.declared", obj=made, by=by, now=now, tenant=employer.tenant, data=data)
    return made


@transaction.atomic
def end_affiliation(*, affiliation_id: int, until_on: dt.date, by: User, now: dt.datetime) -> Affiliation:
    """Write down the last day of a declared tie: not before the day it was declared as going on.

    One that a steward declared, only a steward ends. Raises ``NotAllowed``, ``BadTerm``, ``TieStands``.
    """
    found = load_locked(Affiliation.objects.select_related("user"), pk=affiliation_id)
    _check_may_declare(by, found.user, now)
    if found.user_id == by.pk and found.declared_by_id not in (None, by.pk):
        raise NotAllowed
    if until_on < found.from_on:
        raise BadTerm
    if found.until_on is not None or until_on < local_date(found.declared_at):
        _check_not_shorter(found, until_on)
    found.until_on = until_on
    found.save(update_fields=["until_on"])
    forget_conflicts(found.user)
    audit.record("affiliation.ended", obj=found, by=by, now=now, tenant=found.tenant)
    return found


def _check_may_declare(by: Actor, person: User, now: dt.datetime) -> None:
    if getattr(by, "pk", None) == person.pk:
        require(by, "unions.declare_employment")
    elif not may_declare_for(by, person, local_date(now)):
        raise NotAllowed


def _check_not_shorter(known: Affiliation, until_on: dt.date | None) -> None:
    """Raise ``TieStands`` if the new last day would hide less than what stands."""
    if until_on is not None and (known.until_on is None or until_on < known.until_on):
        raise TieStands
