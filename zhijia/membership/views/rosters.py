"""An officer reads in a roster: file, columns, what is wrong, writing."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhijia.attachments.http import dropped_files
from zhijia.core import clock
from zhijia.core.forms import attempt, status_of
from zhijia.core.http import XLSX, download, whole_number
from zhijia.core.paging import paginate
from zhijia.membership.enums import ImportState
from zhijia.membership.forms_rosters import ColumnsForm, RosterForm, SheetForm
from zhijia.membership.models import RosterImport
from zhijia.membership.roster import lists
from zhijia.membership.roster.errors import UNREADABLE, RosterTooLarge
from zhijia.membership.roster.mapping import Layout
from zhijia.membership.services import importing

PAGE = 50
RUNNING = (ImportState.CHECKING, ImportState.WRITING)
SECONDS = "3"
"""After so many seconds the page of a running import asks again, also without a script."""


def keeper_today(request: HttpRequest) -> dt.date:
    """Return today for one who keeps a roll; raise ``NotAllowed`` for everyone else."""
    today = clock.local_date(clock.now())
    lists.require_keeper(request.user, today)
    return today


@login_required
@require_GET
def rosters(request: HttpRequest) -> HttpResponse:
    """Rosters of the officer's unions, newest first."""
    today = keeper_today(request)
    page = paginate(
        lists.rosters_for(request.user, today), request.GET.get("cursor"), PAGE, ["-made_at", "-id"]
    )
    return render(request, "membership/rosters/list.html", {"rosters": page})


@login_required
def new_roster(request: HttpRequest) -> HttpResponse:
    """Upload a file."""
    today = keeper_today(request)
    wanted = request.POST.get("body") or request.GET.get("body") or ""
    bodies = lists.bodies_to_import(request.user, today, whole_number(wanted))
    form = RosterForm(request.POST or None, request.FILES or None, bodies=bodies)
    if request.method == "POST":
        if dropped_files(request):
            form.refuse(RosterTooLarge())
        elif form.is_valid():
            made = attempt(form, lambda: _upload(request, form.cleaned_data))
            if made is not None:
                return redirect("membership:roster_columns", made.pk)
    return render(request, "membership/rosters/new.html", {"form": form}, status=status_of(form))


def _upload(request: HttpRequest, told: dict[str, Any]) -> RosterImport:
    file = told["file"]
    return importing.upload_roster(
        body_id=told["body"], file=file, file_name=file.name, by=request.user, now=clock.now()
    )


def _roster(request: HttpRequest, roster_id: int) -> RosterImport:
    return lists.roster_seen_by(roster_id, request.user, keeper_today(request))


@login_required
def columns(request: HttpRequest, roster_id: int) -> HttpResponse:
    """Which column is which: proposed, corrected, then the check begins."""
    roster = _roster(request, roster_id)
    layout = Layout.of(roster.layout)
    form = ColumnsForm(request.POST or None, layout=layout, columns=lists.columns_of(layout))
    asked = request.method == "POST" and form.is_valid()
    if asked and attempt(form, lambda: _begin_check(request, roster_id, form)) is not None:
        return redirect("membership:roster", roster_id)
    context = {"roster": roster, "layout": layout, "form": form, "sheet": SheetForm(layout=layout)}
    return render(request, "membership/rosters/columns.html", context, status=status_of(form))


def _begin_check(request: HttpRequest, roster_id: int, form: ColumnsForm) -> RosterImport:
    told, now = form.cleaned_data, clock.now()
    importing.set_columns(
        roster_id=roster_id, columns=form.columns(), joined_on=told["joined_on"], doubted=told["doubted"],
        by=request.user, now=now,
    )  # fmt: skip
    return importing.begin_check(roster_id=roster_id, by=request.user, now=now)


@login_required
@require_POST
def sheet(request: HttpRequest, roster_id: int) -> HttpResponse:
    """Read another sheet of the workbook."""
    roster = _roster(request, roster_id)
    form = SheetForm(request.POST, layout=Layout.of(roster.layout))
    if form.is_valid():
        importing.choose_sheet(
            roster_id=roster_id, sheet=form.cleaned_data["sheet"], by=request.user, now=clock.now()
        )
    return redirect("membership:roster_columns", roster_id)


@login_required
@require_GET
def roster(request: HttpRequest, roster_id: int) -> HttpResponse:
    """How far an import has come, and what is wrong with the file."""
    found = _roster(request, roster_id)
    layout, code = Layout.of(found.layout), request.GET.get("kind", "")
    problems, order = lists.problems_of(found, code), ["is_warning", "row", "id"]
    page = paginate(problems, request.GET.get("cursor"), PAGE, order)  # what keeps a row out comes first
    context = {
        "roster": found, "layout": layout, "problems": page, "shown": lists.shown(page, layout),
        "kinds": lists.kinds_of(found), "readings": lists.readings_of(layout), "kind": code,
        "unreadable": _unreadable(found), "is_running": found.state in RUNNING,
    }  # fmt: skip
    response = render(request, "membership/rosters/roster.html", context)
    if found.state in RUNNING:
        response["Refresh"] = SECONDS
    return response


def _unreadable(found: RosterImport) -> tuple[str, str] | None:
    """Return why the file could not be read, and what to do."""
    reason = found.layout.get("reason", "")
    if reason not in UNREADABLE:
        return None
    text, advice = UNREADABLE[reason]
    return str(text) % {"row": found.layout.get("row", "")}, str(advice)


@login_required
@require_POST
def write(request: HttpRequest, roster_id: int) -> HttpResponse:
    """Write the good rows."""
    importing.begin_writing(roster_id=roster_id, by=request.user, now=clock.now())
    return redirect("membership:roster", roster_id)


@login_required
@require_POST
def drop(request: HttpRequest, roster_id: int) -> HttpResponse:
    """Throw an import away before it is written."""
    importing.drop_roster(roster_id=roster_id, by=request.user, now=clock.now())
    messages.success(request, _("Thrown away. Nothing was written."))
    return redirect("membership:rosters")


@login_required
@require_GET
def corrected(request: HttpRequest, roster_id: int) -> HttpResponse:
    """The bad rows as a workbook, with what is wrong with them."""
    content = importing.read_corrected_rows(roster_id=roster_id, by=request.user, now=clock.now())
    response = download(content, f"roster-{roster_id}-rows-to-mend.xlsx", XLSX)
    response["Cache-Control"] = "private, no-store"
    return response
