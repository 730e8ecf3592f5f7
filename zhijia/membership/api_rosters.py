"""Rosters by program: upload, columns, check, write, what is wrong. The same services as the pages."""

import datetime as dt
from typing import Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse  # noqa: TID251  (the interface, in a file of its own)
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from zhijia.accounts.auth import requires
from zhijia.core import clock
from zhijia.core.clock import local_date
from zhijia.core.http import XLSX
from zhijia.membership.models import RosterImport
from zhijia.membership.roster import lists
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.services import importing

router = Router()
ROLL = requires("membership:work")
PAGE = 500


class RosterOut(Schema):
    """How far an import has come."""

    id: int
    body_id: int
    state: str
    rows_found: int
    rows_looked_at: int
    rows_good: int
    rows_known: int
    rows_bad: int
    rows_done: int
    rows_written: int
    header: int = Field(description="Last row of the header, as a person counts; 0 for none.")
    headings: list[str]
    sheet: int = Field(description="The sheet that is read, 0 being the first. The others are left out.")
    sheets: list[str]
    sheet_rows: list[int] = Field(description="Rows of each sheet; empty where there is one sheet only.")
    columns: dict[str, int] = Field(description="Our field to the column of the file, 0 being A.")
    trust: dict[str, str]
    joined_on: dt.date | None = None


class ColumnsIn(Schema):
    """What the columns mean; a field that is not named stands nowhere in the file."""

    columns: dict[str, int]
    joined_on: dt.date
    doubted: bool = False


class SheetIn(Schema):
    """Which sheet of the workbook is read instead."""

    sheet: int = Field(ge=0, le=10_000, description="0 being the first.")


class ProblemOut(Schema):
    """What is wrong with a cell or a row."""

    row: int
    cell: str
    code: str
    text: str
    advice: str
    is_warning: bool


def _out(roster: RosterImport) -> dict[str, Any]:
    layout = Layout.of(roster.layout)
    told = {name: getattr(roster, name, None) for name in RosterOut.model_fields}
    return told | {
        "header": layout.header, "headings": layout.headings, "sheet": layout.sheet,
        "sheets": layout.sheets, "sheet_rows": layout.sheet_rows, "columns": layout.columns,
        "trust": layout.trust, "joined_on": layout.joined_day,
    }  # fmt: skip


def _seen(request: HttpRequest, roster_id: int) -> RosterImport:
    return lists.roster_seen_by(roster_id, request.user, local_date(clock.now()))


@router.post("", auth=ROLL, response={201: RosterOut}, summary="Upload a roster")
def upload(request: HttpRequest, body_id: Form[int], file: File[UploadedFile]) -> Any:
    """Keep a file sealed and propose what its columns mean."""
    roster = importing.upload_roster(
        body_id=body_id,
        file=cast(BinaryIO, file),
        file_name=file.name or "",
        by=request.user,
        now=clock.now(),
    )
    return Status(201, _out(roster))


@router.get("/{roster_id}", auth=ROLL, response=RosterOut, summary="How far an import has come")
def roster(request: HttpRequest, roster_id: int) -> Any:
    """Return the state and the figures."""
    return _out(_seen(request, roster_id))


@router.post("/{roster_id}/sheet", auth=ROLL, response=RosterOut, summary="Read another sheet")
def sheet(request: HttpRequest, roster_id: int, told: SheetIn) -> Any:
    """Propose the columns of another sheet of the workbook; refused once the rows are being written."""
    row = importing.choose_sheet(roster_id=roster_id, sheet=told.sheet, by=request.user, now=clock.now())
    return _out(row)


@router.post("/{roster_id}/check", auth=ROLL, response={202: RosterOut}, summary="Set the columns and check")
def check(request: HttpRequest, roster_id: int, told: ColumnsIn) -> Any:
    """Check every row in the background; nothing is written."""
    now = clock.now()
    importing.set_columns(
        roster_id=roster_id, columns=told.columns, joined_on=told.joined_on, doubted=told.doubted,
        by=request.user,
        now=now,
    )  # fmt: skip
    return Status(202, _out(importing.begin_check(roster_id=roster_id, by=request.user, now=now)))


@router.post("/{roster_id}/write", auth=ROLL, response={202: RosterOut}, summary="Write the good rows")
def write(request: HttpRequest, roster_id: int) -> Any:
    """Write in the background; a run that is cut off goes on."""
    return Status(202, _out(importing.begin_writing(roster_id=roster_id, by=request.user, now=clock.now())))


@router.post("/{roster_id}/drop", auth=ROLL, response={204: None}, summary="Throw an import away")
def drop(request: HttpRequest, roster_id: int) -> Any:
    """Forget a file that was not written."""
    importing.drop_roster(roster_id=roster_id, by=request.user, now=clock.now())
    return Status(204, None)


@router.get("/{roster_id}/problems", auth=ROLL, response=list[ProblemOut], summary="What is wrong, by row")
def problems(request: HttpRequest, roster_id: int, after_row: int = 0) -> Any:
    """Return up to 500 problems behind a row."""
    found = _seen(request, roster_id)
    rows = list(lists.problems_of(found).filter(row__gt=after_row)[:PAGE])
    told = lists.shown(rows, Layout.of(found.layout))
    return [
        {"row": one.row, "cell": one.cell, "code": row.code, "text": one.text, "advice": str(one.advice),
         "is_warning": one.is_warning}
        for row, one in zip(rows, told, strict=True)
    ]  # fmt: skip


@router.get("/{roster_id}/rows-to-mend", auth=ROLL, summary="The bad rows as a workbook")
def corrected(request: HttpRequest, roster_id: int) -> HttpResponse:
    """Return the bad rows with what is wrong with them."""
    content = importing.read_corrected_rows(roster_id=roster_id, by=request.user, now=clock.now())
    return HttpResponse(content, content_type=XLSX)
