"""Two entries of one person become one: what belongs to them moves, memberships and totals stay right."""

import datetime as dt
from collections import Counter, defaultdict

from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.errors import WrongState
from zhijia.core.sealing import seal_json, unseal_json
from zhijia.membership.enums import CorrectionState, Ending, IdStanding, Kind
from zhijia.membership.models import (
    Correction,
    Employment,
    Identity,
    Membership,
    Pair,
    PastFact,
    Transfer,
    Worker,
)  # fmt: skip
from zhijia.membership.roster.pair_errors import ChooseMembership, TwoAccounts, TwoNumbers, TwoTenants
from zhijia.membership.services.base import counts, finish, note_changes

TAKEN_OVER = ("education", "work_status", "engagement", "trade", "industry", "place")
"""Codes that the kept entry takes from the other where it says nothing itself."""


def refuse_two_people(kept: Worker, gone: Worker) -> None:
    """Raise ``TwoTenants``, ``WrongState``, ``TwoAccounts`` or ``TwoNumbers`` for two people."""
    if kept.tenant != gone.tenant:
        raise TwoTenants
    if kept.merged_into_id or gone.merged_into_id:
        raise WrongState
    if kept.account_id and gone.account_id:
        raise TwoAccounts
    if kept.id_index and gone.id_index and kept.id_index != gone.id_index:
        raise TwoNumbers


def end_second(kept: Worker, gone: Worker, membership_id: int | None, by: Actor, now: dt.datetime) -> None:
    """Leave one open full membership, the one that the officer chose, and one in each body."""
    rows = (
        Membership.objects.select_for_update().filter(worker__in=(kept, gone), ended_on=None).order_by("id")
    )
    running = list(rows)
    full = [row for row in running if row.kind == Kind.FULL]
    chosen = next((row for row in full if row.pk == membership_id), None)
    if len(full) > 1 and chosen is None:
        raise ChooseMembership
    for row in running:
        other_full = row.kind == Kind.FULL and chosen is not None and row.pk != chosen.pk
        first_here = next(
            one for one in [*([chosen] if chosen else []), *running] if one.body_id == row.body_id
        )
        if (other_full and len(full) > 1) or first_here.pk != row.pk:
            _strike_out(row, by, now)


def _strike_out(membership: Membership, by: Actor, now: dt.datetime) -> None:
    on = max(local_date(now), membership.joined_on)
    finish("strike_out", membership, on=on, by=by, now=now, ending=Ending.MISTAKE)


def figures(*workers: Worker) -> Counter[tuple[int, int, str]]:
    """Return what the memberships of workers add to the totals, by tenant, body and figure."""
    found: Counter[tuple[int, int, str]] = Counter()
    for worker in workers:
        for row in Membership.objects.counted().filter(worker=worker):
            told = counts(worker, row.state)
            found.update({(row.tenant, row.body_id, name): told[name] for name in told})
    return found


def count(
    before: Counter[tuple[int, int, str]], after: Counter[tuple[int, int, str]], now: dt.datetime
) -> None:
    """Note by body how the totals changed."""
    changes: defaultdict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for tenant, body, name in before.keys() | after.keys():
        key = (tenant, body, name)
        changes[tenant, body][name] = after[key] - before[key]
    note_changes(changes, now)


def move(kept: Worker, gone: Worker, now: dt.datetime) -> None:
    """Let everything of one entry belong to the other."""
    Membership.objects.filter(worker=gone).update(worker=kept)
    Transfer.objects.filter(worker=gone).update(worker=kept)
    _move_employments(kept, gone, now)
    for fact in PastFact.objects.filter(worker=gone):
        value = fact.read()
        fact.worker = kept
        fact.value = seal_json(value, purpose="roll", place=fact.place)
        fact.save(update_fields=["worker", "value"])
    _move_corrections(kept, gone)
    Identity.objects.filter(worker_id=gone.pk).update(worker_id=kept.pk, tenant=kept.tenant)


def _move_employments(kept: Worker, gone: Worker, now: dt.datetime) -> None:
    """Move employments; of two that run at one employer, the moved one ends."""
    running = set(Employment.objects.filter(worker=kept, until_on=None).values_list("employer_id", flat=True))
    for row in Employment.objects.filter(worker=gone):
        if row.until_on is None and row.employer_id is not None and row.employer_id in running:
            row.until_on = max(local_date(now), row.from_on or local_date(now))
        row.worker = kept
        row.save(update_fields=["worker", "until_on"])


def _move_corrections(kept: Worker, gone: Worker) -> None:
    """Move corrections; of two open ones of one field the kept entry's stays."""
    asked = set(
        Correction.objects.filter(worker=kept, state=CorrectionState.ASKED).values_list("field", flat=True)
    )
    for row in Correction.objects.filter(worker=gone):
        if row.state == CorrectionState.ASKED and row.field in asked:
            row.delete()
            continue
        value = unseal_json(row.value, purpose="roll", place=row.place)
        row.worker = kept
        row.value = seal_json(value, purpose="roll", place=row.place)
        row.save(update_fields=["worker", "value"])


def take_over(kept: Worker, gone: Worker, now: dt.datetime) -> None:
    """Fill what the kept entry does not say from the other, which is marked as merged."""
    details, other = kept.details(), gone.details()
    proven = kept.id_standing in (IdStanding.PLAUSIBLE, IdStanding.SEEN)
    if not proven and gone.id_standing in (IdStanding.PLAUSIBLE, IdStanding.SEEN):
        details |= {name: other.get(name, "") for name in ("id_kind", "id_number", "born_on")}
        kept.id_index, kept.id_standing = gone.id_index, gone.id_standing
        kept.sex, kept.birth_year = gone.sex, gone.birth_year
    kept.seal_details({**other, **{name: value for name, value in details.items() if value}})
    kept.phone_index = kept.phone_index or gone.phone_index
    for name in TAKEN_OVER:
        setattr(kept, name, getattr(kept, name) or getattr(gone, name))
    kept.is_migrant, kept.changed_at = kept.is_migrant or gone.is_migrant, now
    account, gone.account = kept.account or gone.account, None
    gone.merged_into, gone.id_index, gone.phone_index, gone.changed_at = kept, None, None, now
    gone.save(update_fields=["merged_into", "id_index", "phone_index", "account", "changed_at"])
    kept.account = account
    kept.save(
        update_fields=["person", "id_index", "id_standing", "phone_index", "sex", "birth_year", "is_migrant",
                       "account",
                       "changed_at", *TAKEN_OVER]
    )  # fmt: skip


def settle_pairs(pair: Pair, kept: Worker, gone: Worker) -> None:
    """Let what was decided about the entry that went stand for the one that stays; drop what was not."""
    rows = (Pair.objects.filter(first=gone) | Pair.objects.filter(second=gone)).exclude(pk=pair.pk)
    for row in rows.select_related(None):
        other = row.second_id if row.first_id == gone.pk else row.first_id
        row.first_id, row.second_id = min(kept.pk, other), max(kept.pk, other)
        if Pair.objects.filter(tenant=row.tenant, first=row.first_id, second=row.second_id).exists():
            row.delete()
        else:
            row.save(update_fields=["first", "second"])
