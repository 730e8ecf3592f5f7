"""Closed history of an older hotline: messages, replies and their times."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction

from zhijia.appeals.enums import Channel, Confidentiality, Kind, Opinion, State, Urgency
from zhijia.appeals.models import Appeal, Category, Reply
from zhijia.appeals.permissions import Ask
from zhijia.appeals.services.sealing import seal_matter
from zhijia.appeals.services.submitting import SUBJECT_LIMIT, new_number
from zhijia.audit.services import record
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.boxes import new_pair
from zhijia.core.clock import local_date
from zhijia.core.services import require
from zhijia.core.text import tidy
from zhijia.regulations.calendar import deadline
from zhijia.regulations.selectors import period
from zhijia.unions.models import UnionBody

BATCH = 200
LAWFUL_FIRST = dt.timedelta(days=15)
LAWFUL_FINAL = dt.timedelta(days=60)


@dataclass(frozen=True)
class HistoryRow:
    """One message of the older hotline, with its reply if it had one."""

    line: int
    reference: str
    text: str
    subject: str
    sender: str
    received_at: dt.datetime
    reply: str = ""
    replied_at: dt.datetime | None = None
    category: str = ""

    def key(self) -> str:
        """Return what tells this row from others: its number there, else a hash of what it says."""
        if self.reference:
            return self.reference[:80]
        said = f"{self.received_at.isoformat()}|{self.sender}|{self.text}"
        return hashlib.sha256(said.encode()).hexdigest()[:40]


@dataclass
class ImportReport:
    """What came of an import."""

    written: int = 0
    known: int = 0
    """Rows that an earlier run had brought in: left as they are."""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Line in the file and the reason."""


def import_history(
    *,
    rows: Iterable[HistoryRow],
    body: UnionBody,
    source: str,
    by: Actor,
    now: dt.datetime,
    dry_run: bool = False,
) -> Iterator[ImportReport]:
    """Bring rows in as closed history, in batches of 200; yield the report after each batch.

    Repeatable: ``(tenant, source, reference)`` is unique. A batch is one transaction, so a run
    that was cut off goes on where it stopped.
    """
    require(by, "appeals.import_history", Ask(None, local_date(now), body))
    report = ImportReport()
    seen: set[str] = set()
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        with transaction.atomic():
            _write(_fresh(batch, body, source, seen, report), body, source, by, now, dry_run, report)
        yield report


def _fresh(
    batch: list[HistoryRow], body: UnionBody, source: str, seen: set[str], report: ImportReport
) -> list[HistoryRow]:
    keys = [row.key() for row in batch]
    stored = Appeal.objects.filter(tenant=body.tenant, source=source, source_reference__in=keys)
    there = set(stored.values_list("source_reference", flat=True))
    kept = []
    for row, key in zip(batch, keys, strict=True):
        if key in there:
            report.known += 1
        elif key in seen:
            report.refused.append((row.line, f"the number {key} stands twice in the file"))
        else:
            kept.append(row)
        seen.add(key)
    return kept


def _write(
    rows: list[HistoryRow], body: UnionBody, source: str, by: Actor, now: dt.datetime, dry_run: bool,
    report: ImportReport,
) -> None:  # fmt: skip
    report.written += len(rows)
    if dry_run or not rows:
        return
    categories = {
        c.code: c for c in Category.objects.filter(code__in={r.category for r in rows if r.category})
    }
    appeals = [_appeal(row, body, source, categories.get(row.category), now) for row in rows]
    pairs = [new_pair() for _ in rows]
    for appeal, pair in zip(appeals, pairs, strict=True):
        appeal.narrative_public = pair.public
    Appeal.objects.bulk_create(appeals)
    Reply.objects.bulk_create(
        Reply(
            tenant=body.tenant, appeal=appeal, round=1, text=tidy(row.reply), opinion=Opinion.EXPLAINED,
            replied_by="history", replied_at=row.replied_at,
        )
        for row, appeal in zip(rows, appeals, strict=True)
        if row.replied_at
    )  # fmt: skip
    for row, appeal, pair in zip(rows, appeals, pairs, strict=True):
        person = {"name": row.sender}
        seal_matter(appeal, pair=pair, receipt=b"", person=person, author=None, by=SYSTEM, now=now)
    facts = {"source": source, "rows": len(rows)}
    record("appeal.history_imported", obj=body, by=by, now=now, tenant=body.tenant, data=facts)


def _appeal(
    row: HistoryRow, body: UnionBody, source: str, category: Category | None, now: dt.datetime
) -> Appeal:
    text = tidy(row.text)
    closed = row.replied_at or row.received_at
    kept = period("appeal.retention.hotline", "", local_date(now))
    return Appeal(
        tenant=body.tenant,
        number=new_number(body.tenant, row.received_at),
        channel=Channel.HOTLINE,
        confidentiality=Confidentiality.SEALED,
        kind=Kind.HELP,
        category=category,
        urgency=Urgency.GENERAL,
        subject=tidy(row.subject)[:SUBJECT_LIMIT] or text[:40],
        text=text,
        place=body.place,
        source=source,
        source_reference=row.key(),
        is_history=True,
        state=State.UNCONFIRMED,
        handling_body=body,
        received_at=row.received_at,
        round_started_at=row.received_at,
        first_due_at=row.received_at + LAWFUL_FIRST,
        final_due_at=row.received_at + LAWFUL_FINAL,
        first_responded_at=row.replied_at,
        replied_at=row.replied_at,
        closed_at=closed,
        changed_at=closed,
        retained_until_on=deadline(local_date(now), kept).on,
    )
