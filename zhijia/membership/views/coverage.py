"""Members and coverage, for officers: a body, those below it, and the same as a file."""

import io
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.accounts.http import needs_fresh_proof
from zhijia.core import clock
from zhijia.core.http import CSV, XLSX, download, whole_number
from zhijia.core.spreadsheet import cell, csv_file, new_book
from zhijia.membership.models.totals import FIGURES
from zhijia.membership.selectors import coverage as selectors
from zhijia.membership.selectors.coverage import CoveragePage, Line


def page_of(request: HttpRequest, limit: int = selectors.LINES) -> CoveragePage:
    """Return the page that the address asks for."""
    return selectors.coverage_page(
        request.user, clock.local_date(clock.now()), body_id=whole_number(request.GET.get("body", "")),
        sort=request.GET.get("sort", ""), limit=limit,
    )  # fmt: skip


def heads() -> list[tuple[str, str]]:
    """Return the columns with figures: what to sort by, and the word."""
    words = (_("Members"), _("Women"), _("Migrant workers"), _("Platform workers"), _("Retained"))
    return [*zip(FIGURES, words, strict=True), ("workers", _("Workers")), ("coverage", _("Membership rate"))]


def remarks(line: Line) -> list[str]:
    """Return what must be said with the figures of a line, in words."""
    oldest = line.totals.oldest_report_on
    words = {
        "no-report": _("Nobody has reported how many workers there are, so there is no rate."),
        "no-workers": _("No workers at all were reported, so there is no rate."),
        "partly": _("%(number)s members belong to unions that have not reported; the rate is without them.")
        % {"number": line.outside},
        "over": _("There are more members than reported workers: the report is out of date or wrong."),
        "old": _("The oldest report is of %(day)s.")
        % {"day": date_format(oldest, "DATE_FORMAT") if oldest else ""},
    }
    return [words[code] for code in line.remarks]


@login_required
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """How many members there are, and how many of the workers they are."""
    page = page_of(request)
    context = {
        "shown": page, "whole": page.whole, "body": page.whole.body, "heads": heads(),
        "sort": request.GET.get("sort", ""), "said": remarks(page.whole),
        "lines": [(line, remarks(line)) for line in page.lines],
    }  # fmt: skip
    return render(request, "membership/work/coverage.html", context)


@needs_fresh_proof()
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same figures as a workbook, or as CSV with ``format=csv``."""
    page = page_of(request, selectors.EXPORTED)
    rows = list(table(page))
    if request.GET.get("format") == "csv":
        return download(csv_file(rows), "coverage.csv", CSV)
    book = new_book()
    sheet = book.create_sheet(_("Members and coverage")[:31])
    for place, row in enumerate(rows):
        sheet.append([cell(sheet, value, bold=place == 3) for value in row])
    content = io.BytesIO()
    book.save(content)
    return download(content.getvalue(), "coverage.xlsx", XLSX)


def table(page: CoveragePage) -> Iterator[list[Any]]:
    """Yield the rows of the file: what it is, when it was counted, an empty one, heads, then the bodies."""
    state = page.state
    counted = f"{clock.local_date(state.recounted_at)}" if state and state.recounted_at else "–"
    yield [_("Union body"), page.whole.body.name]
    yield [_("Membership rate counted on"), counted]
    yield []
    yield [
        _("Union body"), *(word for _key, word in heads()), _("Members of unions that reported"),
        _("Reports"), _("Oldest report"), *([_("Joined in confidence")] if page.shows_hidden else []),
        _("Remarks"),
    ]  # fmt: skip
    for line in (page.whole, *page.lines):
        told, rate = line.totals, line.coverage
        yield [
            line.body.name, *(getattr(told, name) for name in FIGURES), told.workers,
            None if rate is None else round(rate, 1), told.reporting_members, told.reports,
            f"{told.oldest_report_on or ''}", *([told.hidden_members or None] if page.shows_hidden else []),
            " ".join(remarks(line)),
        ]  # fmt: skip
