"""Entries that may be one person: found, looked at by an officer, put together or kept apart for good."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from zhijia.audit.services import record
from zhijia.core.actors import Actor, System
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound, WrongState
from zhijia.core.services import load_locked
from zhijia.membership.enums import PairState
from zhijia.membership.models import Membership, Pair, RosterImport, Worker
from zhijia.membership.permissions import Ask
from zhijia.membership.roster.pairs import Alike, alike_by_phone, alike_in_body, bodies_over
from zhijia.membership.services.merging import (
    count,
    end_second,
    figures,
    move,
    refuse_two_people,
    settle_pairs,
    take_over,
)
from zhijia.unions.models import UnionBody

# Finding -------------------------------------------------------------------------------------------


def find_pairs_of_roster(*, roster_id: int, now: dt.datetime) -> int:
    """Look at the people whom an import wrote; return how many new pairs were noted."""
    roster = RosterImport.objects.filter(pk=roster_id).first()
    if roster is None:
        return 0
    rows = Membership.objects.filter(roster_import=roster_id)
    noted = 0
    for tenant, body in rows.order_by().values_list("tenant", "body_id").distinct():
        workers = rows.filter(tenant=tenant, body=body).values_list("worker_id", flat=True)
        found = {*alike_in_body(tenant, body), *alike_by_phone(tenant, workers.iterator())}
        noted += note_pairs(tenant=tenant, found=found, now=now)
    return noted


def find_pairs_in_body(*, body_id: int, now: dt.datetime) -> int:
    """Look at all members of one body; return how many new pairs were noted."""
    body = UnionBody.objects.get(pk=body_id)
    workers = Membership.objects.filter(tenant=body.tenant, body=body, ended_on=None).values_list(
        "worker_id", flat=True
    )
    found = {*alike_in_body(body.tenant, body.pk), *alike_by_phone(body.tenant, workers.iterator())}
    return note_pairs(tenant=body.tenant, found=found, now=now)


@transaction.atomic
def note_pairs(*, tenant: int, found: Iterable[Alike], now: dt.datetime) -> int:
    """Note pairs that nobody noted before: what was decided once is never asked again."""
    over = bodies_over(sorted(found, key=lambda pair: (pair.first, pair.second, pair.ground)))
    before = Pair.objects.filter(tenant=tenant).count()
    Pair.objects.bulk_create(
        (
            Pair(
                tenant=tenant, first_id=pair.first, second_id=pair.second, ground=pair.ground, body_id=body,
                found_at=now,
            )
            for pair, body in over.items()
        ),
        ignore_conflicts=True, batch_size=500,
    )  # fmt: skip
    return Pair.objects.filter(tenant=tenant).count() - before


# Deciding ------------------------------------------------------------------------------------------


@transaction.atomic
def keep_apart(*, pair_id: int, by: Actor, now: dt.datetime) -> Pair:
    """Remember that two entries are two people; raise ``NotFound``, ``WrongState``."""
    pair = _open_pair(pair_id, by, now)
    _decide(pair, PairState.DISTINCT, by, now)
    record(
        "pair.kept_apart", obj=pair, by=by, now=now, data={"first": pair.first_id, "second": pair.second_id}
    )
    return pair


@transaction.atomic
def merge_workers(
    *, pair_id: int, keep_id: int, by: Actor, now: dt.datetime, membership_id: int | None = None
) -> Worker:
    """Put two entries together: everything moves to ``keep_id``, the other is marked as merged into it.

    ``membership_id`` names the full membership that goes on where both entries have one; the other
    ends as entered by mistake. Raises ``NotFound``, ``WrongState``, ``ChooseMembership``,
    ``TwoAccounts``, ``TwoNumbers``, ``TwoTenants``.
    """
    pair = _open_pair(pair_id, by, now)
    if keep_id not in (pair.first_id, pair.second_id):
        raise NotFound
    # Always in one order, so that two officers never wait for each other.
    both = {pk: load_locked(Worker.objects.all(), pk=pk) for pk in (pair.first_id, pair.second_id)}
    kept = both.pop(keep_id)
    (gone,) = both.values()
    refuse_two_people(kept, gone)
    end_second(kept, gone, membership_id, by, now)
    before = figures(kept, gone)
    move(kept, gone, now)
    take_over(kept, gone, now)
    count(before, figures(kept), now)
    settle_pairs(pair, kept, gone)
    _decide(pair, PairState.MERGED, by, now)
    record("worker.merged", obj=kept, by=by, now=now, data={"gone": gone.pk, "pair": pair.pk})
    return kept


def _open_pair(pair_id: int, by: Actor, now: dt.datetime) -> Pair:
    from rules import permissions

    pair = load_locked(Pair.objects.select_related("body", "first", "second"), pk=pair_id)
    accounts = {pair.first.account_id, pair.second.account_id} - {None}
    asks = [Ask(local_date(now), pair.body, account) for account in accounts or {None}]
    may = permissions.permissions["membership.keep_roll"].test
    if not isinstance(by, System) and not all(may(by, ask) for ask in asks):
        raise NotFound
    if pair.state != PairState.OPEN:
        raise WrongState
    return pair


def _decide(pair: Pair, state: PairState, by: Actor, now: dt.datetime) -> None:
    pair.state, pair.decided_at, pair.decided_by = state, now, by
    pair.save(update_fields=["state", "decided_at", "decided_by"])
