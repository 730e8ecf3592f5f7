"""The check of all rows, before anything is written."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from zhijia.audit.services import record
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.services import load_locked
from zhijia.membership.enums import ImportState
from zhijia.membership.models import RosterImport
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.roster.sources import Unreadable
from zhijia.membership.roster.surveying import Survey
from zhijia.membership.roster.writing import SomebodyElse
from zhijia.membership.services.importing.base import before_writing, figures, opened
from zhijia.membership.services.importing.columns import check_columns
from zhijia.membership.services.roster_queue import queue


@transaction.atomic
def begin_check(*, roster_id: int, by: Actor, now: dt.datetime, in_background: bool = True) -> RosterImport:
    """Let the file be checked; raise ``ColumnsMissing``, ``ColumnTwice``, ``WrongState``."""
    roster = before_writing(roster_id, by, now)
    check_columns(Layout.of(roster.layout))
    roster.state, roster.changed_at, roster.rows_looked_at = ImportState.CHECKING, now, 0
    roster.save(update_fields=["state", "changed_at", "rows_looked_at"])
    if in_background:
        queue("check", roster)
    return roster


def check_roster(*, roster_id: int, now: dt.datetime) -> Iterator[int]:
    """Check every row; yield the rows looked at. A run that somebody else took over ends quietly."""
    roster = RosterImport.objects.select_related("body").get(pk=roster_id)
    try:
        survey = Survey(roster, now)
        survey.begin()
        yield from survey.run(opened(roster))
        with transaction.atomic():
            survey.end()
            record("roster.checked", obj=roster, by=SYSTEM, now=now, data=figures(roster))
    except SomebodyElse:
        return
    except Unreadable as error:
        _give_up(roster, error, now)
    except FileNotFoundError:
        _give_up(roster, Unreadable("gone"), now)


@transaction.atomic
def _give_up(roster: RosterImport, error: Unreadable, now: dt.datetime) -> None:
    roster = load_locked(RosterImport.objects.all(), pk=roster.pk)
    roster.layout = {**roster.layout, "reason": error.code, "row": error.row}
    roster.state, roster.changed_at, roster.ended_at = ImportState.UNREADABLE, now, now
    roster.save(update_fields=["layout", "state", "changed_at", "ended_at"])
    record("roster.unreadable", obj=roster, by=SYSTEM, now=now, data={"code": error.code})
