"""Kept totals: changes folded in, everything counted anew each night, moved along with a body.

Whoever changes them locks the one row of ``TotalsState`` first and commits once: so two workers, a
repetition or a crash in the middle never count a change twice, nor lose one.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from zhijia.core.clock import CHINA, local_date
from zhijia.core.services import load_locked
from zhijia.membership.models import BodyTotals, TotalsDelta, TotalsState
from zhijia.membership.models.totals import FIGURES
from zhijia.membership.totals import statements
from zhijia.membership.totals.dialects import pieces
from zhijia.regulations.periods import add_months
from zhijia.regulations.selectors import value
from zhijia.unions import paths
from zhijia.unions.enums import Level
from zhijia.unions.models import UnionBody

log = structlog.get_logger(__name__)
AT_ONCE = 5000
"""Changes that one transaction folds."""
NIGHT = 2
"""Hour of the day, in China, from which the recount of the day may run."""
NAMED = 50
"""Bodies that the log names after a recount that mended some."""
LOWEST = Level.TOWNSHIP
"""No body down to here belongs to an employer or stands below one; hidden members are counted no deeper."""
Changes = dict[int, Counter[str]]


def lock_totals() -> TotalsState:
    """Return the state of the totals, locked until the transaction ends."""
    TotalsState.objects.get_or_create(pk=1, defaults={"tenant": 0})
    return load_locked(TotalsState.objects.all(), pk=1)


# Folding ------------------------------------------------------------------------------------------


def fold_totals(*, now: dt.datetime) -> int:
    """Timer: fold what has changed into the totals; return how many changes."""
    folded = done = _fold_some(now)
    while done == AT_ONCE:
        folded += (done := _fold_some(now))
    return folded


@transaction.atomic
def _fold_some(now: dt.datetime) -> int:
    state = lock_totals()
    found = list(TotalsDelta.objects.order_by("id").values_list("id", "body_id", *FIGURES)[:AT_ONCE])
    if not found:
        return 0
    own: Changes = defaultdict(Counter)
    for _pk, body_id, *figures in found:
        own[body_id].update(dict(zip(FIGURES, figures, strict=True)))
    add_to_totals(own=own, sums=_along_the_path(own), now=now)
    TotalsDelta.objects.filter(pk__in=[row[0] for row in found]).delete()
    state.folded_at = now
    state.save(update_fields=["folded_at"])
    return len(found)


def _along_the_path(own: Changes) -> Changes:
    """Return what changes in each body and in all above it."""
    sums: Changes = defaultdict(Counter)
    for pk, path in UnionBody.objects.filter(pk__in=own).values_list("pk", "path"):
        for above in paths.ids_of(path):
            sums[above].update(own[pk])
    return sums


def add_to_totals(*, own: Changes, sums: Changes, now: dt.datetime) -> None:
    """Add changes to the kept figures, in the caller's transaction; a figure never falls below zero.

    Where it would, something was counted wrong before: the recount of the night mends and reports it.
    """
    _make_rows(sums, now)
    own_names = [f"own_{name}" for name in FIGURES]
    assign = ", ".join(f"{name} = {{larger}}({name} + %s, 0)" for name in (*own_names, *FIGURES))
    statement = f"UPDATE {{totals}} SET {assign}, counted_at = %s WHERE body_id = %s".format(**pieces())  # noqa: S608
    moment = statements.adapted(now)
    none: Counter[str] = Counter()
    rows = [
        (*(own.get(pk, none)[name] for name in FIGURES), *(sums[pk][name] for name in FIGURES), moment, pk)
        for pk in sorted(sums)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _make_rows(ids: Iterable[int], now: dt.datetime) -> None:
    """Make the missing rows of bodies, all figures zero."""
    wanted = set(ids)
    wanted -= set(BodyTotals.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    bodies = UnionBody.objects.filter(pk__in=wanted).values_list("pk", "tenant")
    BodyTotals.objects.bulk_create(
        (BodyTotals(body_id=pk, tenant=tenant, counted_at=now) for pk, tenant in bodies),
        ignore_conflicts=True,
    )


# Moving -------------------------------------------------------------------------------------------


def carry_totals(body: UnionBody, old_path: str, now: dt.datetime) -> None:
    """Take the figures of a moved body and all below it from the bodies above, and give them to the new ones.

    Called inside the move. Changes that still wait are folded along the new path. What a recount alone
    counts (workers, coverage, hidden members) follows in the night.
    """
    lock_totals()
    kept = BodyTotals.objects.filter(pk=body.pk).first()
    if kept is None:
        return
    before, after = set(paths.ids_of(old_path)), set(paths.ids_of(body.path))
    _make_rows(after, now)
    for ids, sign in ((before - after, -1), (after - before, 1)):
        change: dict[str, Any] = {
            name: Greatest(F(name) + sign * getattr(kept, name), 0) for name in (*FIGURES, "bodies")
        }
        BodyTotals.objects.filter(pk__in=ids).update(**change, counted_at=now)


# The recount of the night -------------------------------------------------------------------------


@dataclass(frozen=True)
class Mended:
    """A body whose totals were wrong, and by how much."""

    body_id: int
    own: int
    sums: int


def recount_if_due(*, now: dt.datetime) -> int:
    """Timer: count everything anew once a night; return how many bodies were mended."""
    state = TotalsState.objects.filter(pk=1).first()
    last = state.recounted_at if state else None
    if last is not None and (local_date(last) == local_date(now) or now.astimezone(CHINA).hour < NIGHT):
        return 0
    return len(recount_totals(now=now))


@transaction.atomic
def recount_totals(*, now: dt.datetime) -> list[Mended]:
    """Count every total anew from the roll, mend what was wrong, and return what that was.

    Members may join and leave meanwhile: their changes wait until the totals are free again.
    """
    state = lock_totals()
    is_first = state.recounted_at is None
    statements.widen()
    statements.count_own(now)
    statements.add_up(now)
    statements.add_up_reported(local_date(now))
    _release_hidden(state, now)
    rows = BodyTotals.objects.filter(mended_at=now).order_by("body_id")
    mended = (
        [] if is_first else [Mended(*row) for row in rows.values_list("body_id", "mended_own", "mended_sums")]
    )
    state.recounted_at, state.drifted = now, len(mended)
    state.save(update_fields=["recounted_at", "drifted", "hidden_on"])
    if mended:
        named = [(one.body_id, one.own, one.sums) for one in mended[:NAMED]]
        log.warning("totals_mended", bodies=len(mended), own=sum(one.own for one in mended), named=named)
    return mended


def _release_hidden(state: TotalsState, now: dt.datetime) -> None:
    """Count hidden members up to the end of a period of the house, when another has passed."""
    today = local_date(now)
    first = today.replace(day=1)
    months = int(value("membership.hidden_release", on=today).value)
    if state.hidden_on is not None and first < add_months(state.hidden_on, months):
        return
    least, base = (int(value(f"statistics.{key}", on=today).value) for key in ("threshold", "rounding"))
    statements.add_up_hidden(first, lowest=LOWEST, least=least, base=base)
    state.hidden_on = first
