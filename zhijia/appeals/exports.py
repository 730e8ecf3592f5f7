"""A list of matters as a spreadsheet: the first sheet says what it is, the second holds the rows."""

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhijia.appeals.enums import Channel, Kind, Mark, Urgency
from zhijia.appeals.models import Appeal, Rating
from zhijia.appeals.selectors.queue import late
from zhijia.appeals.selectors.words import state_words
from zhijia.core.clock import CHINA
from zhijia.core.spreadsheet import cell, new_book

CHUNK = 500
"""Rows held in memory at once. Who the person is and what was written are never exported."""


def workbook(
    rows: QuerySet[Appeal], *, notes: Sequence[tuple[Any, Any]], made_by: str, now: dt.datetime
) -> bytes:
    """Return an XLSX file of ``rows``; the notes (filter, moment, person, count) stand on the first sheet."""
    book = new_book()
    about, sheet = book.create_sheet(_("About this export")), book.create_sheet(_("Matters"))
    sheet.freeze_panes = "A2"
    sheet.append([cell(sheet, head, bold=True) for head in header()])
    count = 0
    for line in _lines(rows, now):
        sheet.append([cell(sheet, value) for value in line])
        count += 1
    made = now.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    facts = [
        (_("Made at"), made),
        (_("Made by"), made_by),
        (_("Number of matters"), count),
        *notes,
        (
            _("Not in this file"),
            _("who the person is, subject and text; open the matter by its number to read them"),
        ),
    ]
    for fact in facts:
        about.append([cell(about, value, bold=n == 0) for n, value in enumerate(fact)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def header() -> list[str]:
    """Return the heads of the columns."""
    return [
        _("Number"),
        _("State"),
        _("Urgency"),
        _("Kind"),
        _("Category"),
        _("Channel"),
        _("Union body"),
        _("Handler"),
        _("Employer"),
        _("Place"),
        _("People concerned"),
        _("Round"),
        _("Received"),
        _("First response due"),
        _("First response"),
        _("Answer due"),
        _("Answered"),
        _("Closed"),
        _("Late now"),
        _("Extended by (days)"),
        _("Supervised"),
        _("Escalated"),
        _("Judgement of the result"),
        _("Judgement of the attitude"),
    ]


FIELDS = (
    "number",
    "state",
    "urgency",
    "kind",
    "category__name_zh",
    "category__name_en",
    "channel",
    "handling_body__name",
    "handler__name",
    "employer__name",
    "place",
    "people_count",
    "round",
    "received_at",
    "first_due_at",
    "first_responded_at",
    "final_due_at",
    "replied_at",
    "closed_at",
    "extended_by_days",
    "supervised_at",
    "escalated_at",
    "result",
    "attitude",
    "pk",
)


def _lines(rows: QuerySet[Appeal], now: dt.datetime) -> Iterator[list[Any]]:
    ratings = Rating.objects.filter(tenant=OuterRef("tenant"), appeal=OuterRef("pk")).order_by("-round")
    marked = rows.annotate(
        result=Subquery(ratings.values("result")[:1]), attitude=Subquery(ratings.values("attitude")[:1])
    ).order_by("-received_at", "-pk")
    overdue = set(rows.filter(late(now)).values_list("pk", flat=True))
    english = (get_language() or "").startswith("en")
    for row in marked.values_list(*FIELDS, named=True).iterator(chunk_size=CHUNK):
        yield _line(row, late_now=row.pk in overdue, english=english)


LABELS = {
    name: {c.value: c.label for c in choices}
    for name, choices in (
        ("urgency", Urgency),
        ("kind", Kind),
        ("channel", Channel),
        ("mark", Mark),
    )
}


def _line(row: Any, *, late_now: bool, english: bool) -> list[Any]:
    return [
        row.number,
        state_words(row.state),
        LABELS["urgency"][row.urgency],
        LABELS["kind"][row.kind],
        (row.category__name_en if english else row.category__name_zh) or "",
        LABELS["channel"][row.channel],
        row.handling_body__name,
        row.handler__name or "",
        row.employer__name or "",
        row.place,
        row.people_count,
        row.round,
        _moment(row.received_at),
        _moment(row.first_due_at),
        _moment(row.first_responded_at),
        _moment(row.final_due_at),
        _moment(row.replied_at),
        _moment(row.closed_at),
        _("yes") if late_now else "",
        row.extended_by_days,
        _moment(row.supervised_at),
        _moment(row.escalated_at),
        LABELS["mark"].get(row.result, ""),
        LABELS["mark"].get(row.attitude, ""),
    ]


def _moment(value: dt.datetime | None) -> str:
    return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if value else ""
