"""Group and repeated matters: links between appeals, and the flag to the body above."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum

from zhijia.appeals import messages
from zhijia.appeals.models import Appeal, EmployerFlag, MatterGroup
from zhijia.appeals.permissions import Ask, ask
from zhijia.appeals.services.base import load, note_deed
from zhijia.audit.services import record
from zhijia.core.actors import Actor, actor_id
from zhijia.core.clock import local_date
from zhijia.core.errors import BadInput
from zhijia.core.services import load_locked, require
from zhijia.regulations.selectors import period, value
from zhijia.unions import selectors as unions
from zhijia.unions.models import Employer


@transaction.atomic
def link_appeals(
    *, appeal_id: int, other_number: str, title: str, by: Actor, now: dt.datetime
) -> MatterGroup:
    """Put two appeals of one tenant into one group; each keeps its receipt, notices and rating.

    Raises ``NotFound`` when either is not visible, ``NotAllowed``, ``BadInput`` for itself.
    """
    appeal = load(appeal_id=appeal_id, by=by, now=now)
    require(by, "appeals.link_appeals", ask(appeal, now))
    rows = Appeal.objects.visible_to(by, local_date(now)).filter(tenant=appeal.tenant)
    other = load_locked(rows, number=other_number)
    if other.pk == appeal.pk:
        raise BadInput
    group = other.group or appeal.group or _new_group(appeal, title, by, now)
    for member in (appeal, other):
        if member.group_id != group.pk:
            member.group = group
            member.save(update_fields=["group"])
            note_deed("appeal.linked", member, by=by, now=now, group=group.pk)
    return group


def _new_group(appeal: Appeal, title: str, by: Actor, now: dt.datetime) -> MatterGroup:
    return MatterGroup.objects.create(
        tenant=appeal.tenant,
        title=(title or _plain_title(appeal))[:120],
        employer=appeal.employer,
        created_at=now,
        created_by=actor_id(by),
    )


def _plain_title(appeal: Appeal) -> str:
    """Return a name that says nothing of what was written."""
    kind = str(appeal.category) if appeal.category else str(appeal.get_kind_display())
    return " · ".join(part for part in (kind, appeal.employer.name if appeal.employer else "") if part)


@transaction.atomic
def unlink_appeal(*, appeal_id: int, by: Actor, now: dt.datetime) -> Appeal:
    """Take an appeal out of its group."""
    appeal = load(appeal_id=appeal_id, by=by, now=now)
    require(by, "appeals.link_appeals", ask(appeal, now))
    group, appeal.group = appeal.group_id, None
    appeal.save(update_fields=["group"])
    note_deed("appeal.unlinked", appeal, by=by, now=now, group=group)
    return appeal


def raise_flag(*, appeal: Appeal, by: Actor, now: dt.datetime) -> EmployerFlag | None:
    """Tell the body above when five or more people complain of one employer within the window.

    Counts people, not names; the flag holds a number and the employer, nothing else. Call it before
    anything is recorded: it locks the employer, so that people who hand in at the same moment count
    one another, and the chain of records is locked last everywhere.
    """
    if appeal.employer_id is None:
        return None
    Employer.objects.select_for_update(no_key=True).get(pk=appeal.employer_id)
    on = local_date(now)
    least = int(value("appeal.group_flag", appeal.place, on).value)
    window = now - dt.timedelta(days=period("appeal.group_window", appeal.place, on).amount)
    rows = Appeal.objects.filter(tenant=appeal.tenant, employer=appeal.employer_id, received_at__gte=window)
    people = rows.filter(is_history=False).aggregate(n=Sum("people_count"))["n"] or 0
    if people < least:
        return None
    line = (*unions.ancestors(appeal.handling_body)[:1], appeal.handling_body)
    above = next(iter(unions.without_ties(line, appeal.employer_id)), None)
    if above is None:
        return None
    flag, fresh = EmployerFlag.objects.update_or_create(
        tenant=appeal.tenant,
        employer_id=appeal.employer_id,
        seen_at=None,
        defaults={"people_count": people},
        create_defaults={
            "people_count": people, "to_body": above, "raised_at": now, "window_start_at": window,
        },
    )  # fmt: skip
    if fresh:
        record("appeal.flag_raised", obj=flag, by=by, now=now, tenant=flag.tenant, data={"people": people})
        messages.tell_body(above, "appeal.flag_raised", now, tenant=flag.tenant, employer_id=flag.employer_id)
    return flag


@transaction.atomic
def acknowledge_flag(*, flag_id: int, by: Actor, now: dt.datetime) -> EmployerFlag:
    """Mark a flag as seen; the next five people raise a new one."""
    flag = load_locked(EmployerFlag.objects.select_related("to_body"), pk=flag_id, seen_at=None)
    require(by, "appeals.acknowledge_flag", Ask(None, local_date(now), flag.to_body))
    flag.seen_at, flag.seen_by = now, by
    flag.save(update_fields=["seen_at", "seen_by"])
    record("appeal.flag_seen", obj=flag, by=by, now=now, tenant=flag.tenant)
    return flag
