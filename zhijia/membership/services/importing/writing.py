"""Writing of the good rows; runs that were cut off go on."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from zhijia.audit.services import record
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.errors import WrongState
from zhijia.core.services import load_locked
from zhijia.membership.enums import ImportState
from zhijia.membership.models import RosterImport
from zhijia.membership.roster import storing
from zhijia.membership.roster.writing import SomebodyElse, Writer
from zhijia.membership.services.importing.base import figures, load_roster
from zhijia.membership.services.roster_queue import queue

STALE = dt.timedelta(minutes=30)
"""After so long without a step a run is taken up again; two at once do no harm."""


@transaction.atomic
def begin_writing(*, roster_id: int, by: Actor, now: dt.datetime, in_background: bool = True) -> RosterImport:
    """Let the good rows be written; whoever comes second meets ``WrongState``."""
    roster = load_roster(roster_id=roster_id, by=by, now=now)
    if roster.state != ImportState.CHECKED:
        raise WrongState
    roster.state, roster.changed_at = ImportState.WRITING, now
    roster.save(update_fields=["state", "changed_at"])
    record("roster.begun", obj=roster, by=by, now=now, data=figures(roster))
    if in_background:
        queue("write", roster)
    return roster


def write_roster(*, roster_id: int, now: dt.datetime) -> Iterator[int]:
    """Write what is left; yield the rows done. Another run of the same import ends this one quietly."""
    roster = RosterImport.objects.select_related("body").get(pk=roster_id)
    if roster.state != ImportState.WRITING:
        return
    try:
        yield from Writer(roster, now).run()
        _end(roster, now)
    except SomebodyElse:
        return


@transaction.atomic
def _end(roster: RosterImport, now: dt.datetime) -> None:
    roster = load_locked(RosterImport.objects.all(), pk=roster.pk)
    if roster.state != ImportState.WRITING:
        raise SomebodyElse
    roster.state, roster.changed_at, roster.ended_at = ImportState.DONE, now, now
    roster.save(update_fields=["state", "changed_at", "ended_at"])
    facts = {"good": roster.rows_good, "written": roster.rows_written}
    record("roster.written", obj=roster, by=SYSTEM, now=now, data=facts)
    transaction.on_commit(lambda: storing.forget(roster, "ready"))
    queue("pairs", roster)


def resume_rosters(*, now: dt.datetime) -> int:
    """Put runs that were cut off into the queue again; return how many. Called by a timer."""
    stale = RosterImport.objects.filter(
        state__in=(ImportState.CHECKING, ImportState.WRITING), changed_at__lt=now - STALE
    )
    for roster in stale:
        with transaction.atomic():
            RosterImport.objects.filter(pk=roster.pk).update(changed_at=now)
            queue("check" if roster.state == ImportState.CHECKING else "write", roster)
    return len(stale)
