"""What is done with an import besides: thrown away, mended, forgotten."""

import datetime as dt

from django.db import transaction

from zhijia.audit.services import record, record_read
from zhijia.core.actors import Actor
from zhijia.core.errors import WrongState
from zhijia.membership.enums import ImportState
from zhijia.membership.models import RosterImport
from zhijia.membership.roster import storing
from zhijia.membership.roster.mending import corrected_rows
from zhijia.membership.services.importing.base import before_writing, load_roster, opened, readable


@transaction.atomic
def drop_roster(*, roster_id: int, by: Actor, now: dt.datetime) -> None:
    """Throw an import away before it is written, with its file; raise ``WrongState``."""
    roster = before_writing(roster_id, by, now)
    roster.state, roster.changed_at, roster.ended_at = ImportState.DROPPED, now, now
    roster.save(update_fields=["state", "changed_at", "ended_at"])
    roster.problems.all().delete()
    record("roster.dropped", obj=roster, by=by, now=now, data={})
    transaction.on_commit(lambda: storing.forget(roster, "original", "ready"))


@transaction.atomic
def read_corrected_rows(*, roster_id: int, by: Actor, now: dt.datetime) -> bytes:
    """Return a workbook with the bad rows and what is wrong with them; the reading is written down."""
    roster = load_roster(roster_id=roster_id, by=by, now=now)
    if roster.state not in (ImportState.CHECKED, ImportState.WRITING, ImportState.DONE):
        raise WrongState
    record_read("roster.problems_read", obj=roster, by=by, now=now, data={"bad": roster.rows_bad})
    with readable():
        return corrected_rows(roster, opened(roster))


def forget_rosters(*, before: dt.datetime) -> int:
    """Delete imports uploaded before an instant, with their files; return how many."""
    old = list(RosterImport.objects.filter(made_at__lt=before))
    for roster in old:
        storing.forget(roster, "original", "ready")
        roster.delete()
    return len(old)
