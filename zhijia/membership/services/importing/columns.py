"""Columns: what the officer says they mean, and what his colleagues said of the same header before."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.membership.enums import ImportState
from zhijia.membership.errors import BadDay
from zhijia.membership.models import RosterImport
from zhijia.membership.roster import mapping
from zhijia.membership.roster.errors import ColumnsMissing, ColumnTwice, SheetMissing
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.services.importing.base import before_writing, opened, readable
from zhijia.unions.models import UnionBody


def remembered(layout: Layout, body: UnionBody) -> Layout:
    """Return the layout with the columns that the body's officers chose for the same header before."""
    earlier = RosterImport.objects.filter(tenant=body.tenant, body=body).exclude(
        state__in=(ImportState.UPLOADED, ImportState.UNREADABLE)
    )
    for stored in earlier.order_by("-made_at").values_list("layout", flat=True)[:10]:
        recalled = mapping.recall(layout, stored)
        if recalled is not layout:
            return recalled
    return layout


@transaction.atomic
def choose_sheet(*, roster_id: int, sheet: int, by: Actor, now: dt.datetime) -> RosterImport:
    """Read another sheet of the workbook; raise ``SheetMissing``, ``WrongState``."""
    roster = before_writing(roster_id, by, now)
    before = Layout.of(roster.layout)
    if not 0 <= sheet < len(before.sheets):
        raise SheetMissing
    with readable():
        layout = remembered(mapping.propose(opened(roster), sheet), roster.body)
    layout.joined_on, layout.doubted = before.joined_on, before.doubted
    layout.sheet_rows, layout.hidden = before.sheet_rows, before.hidden
    return _laid_out(roster, layout, now)


@transaction.atomic
def set_columns(
    *, roster_id: int, columns: Mapping[str, int | None], joined_on: dt.date, by: Actor, now: dt.datetime,
    doubted: bool = False,
) -> RosterImport:  # fmt: skip
    """Say what the columns mean; raise ``ColumnsMissing``, ``ColumnTwice``, ``BadDay``, ``WrongState``."""
    roster = before_writing(roster_id, by, now)
    layout = mapping.correct(Layout.of(roster.layout), columns)
    check_columns(layout)
    if joined_on > local_date(now):
        raise BadDay
    layout.joined_on, layout.doubted = joined_on.isoformat(), doubted
    return _laid_out(roster, layout, now)


def check_columns(layout: Layout) -> None:
    """Refuse a layout by which nobody can be entered."""
    if "name" not in layout.columns or not {"id_number", "phone"} & set(layout.columns):
        raise ColumnsMissing
    if len(set(layout.columns.values())) < len(layout.columns):
        raise ColumnTwice


def _laid_out(roster: RosterImport, layout: Layout, now: dt.datetime) -> RosterImport:
    roster.layout, roster.state, roster.changed_at = layout.stored(), ImportState.UPLOADED, now
    roster.save(update_fields=["layout", "state", "changed_at"])
    return roster
