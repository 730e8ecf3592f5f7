"""Groups of members: saved, changed, dropped. What is kept is a question, never a list of people."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from zhijia.audit.services import record, record_read
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.services import load_locked, require
from zhijia.core.text import tidy
from zhijia.membership.models import Segment
from zhijia.membership.permissions import Ask
from zhijia.membership.segments.errors import SegmentChanged, SegmentNameMissing, SegmentNameTaken
from zhijia.membership.segments.grammar import Condition, check_all
from zhijia.membership.segments.questions import Question, question
from zhijia.unions.models import UnionBody

LONGEST_NAME = 80


@transaction.atomic
def save_segment(
    *, body: UnionBody, name: str, conditions: Iterable[Condition], by: Actor, now: dt.datetime
) -> Segment:
    """Save a new group of a body.

    Raises ``SegmentNameMissing``, ``SegmentNameTaken`` and what ``check_all`` and ``question`` raise.
    """
    require(by, "membership.keep_roll", Ask(local_date(now), body))
    segment = Segment(
        tenant=body.tenant, body=body, name=_name(name), conditions=_checked(body, conditions),
        made_at=now, changed_at=now, made_by=by if getattr(by, "pk", None) else None,
    )  # fmt: skip
    _write(segment, None)
    record("segment.saved", obj=segment, by=by, now=now, tenant=segment.tenant)
    return segment


@transaction.atomic
def change_segment(
    *, segment_id: int, name: str, conditions: Iterable[Condition], seen: str, by: Actor, now: dt.datetime
) -> Segment:
    """Change name and conditions of a group.

    ``seen``: its ``changed_at`` in ISO form when the page was opened; raise ``SegmentChanged`` if somebody
    has saved it since. Else as ``save_segment``.
    """
    segment = _load(segment_id, by, now)
    if segment.changed_at.isoformat() != seen:
        raise SegmentChanged
    segment.name, segment.conditions = _name(name), _checked(segment.body, conditions)
    segment.changed_at = now
    _write(segment, ["name", "conditions", "changed_at"])
    record("segment.changed", obj=segment, by=by, now=now, tenant=segment.tenant)
    return segment


@transaction.atomic
def drop_segment(*, segment_id: int, by: Actor, now: dt.datetime) -> Segment:
    """Put a group away: its row stays, its name is free again. Dropping twice changes nothing."""
    segment = _load(segment_id, by, now)
    if segment.dropped_at is None:
        segment.dropped_at = now
        segment.save(update_fields=["dropped_at"])
        record("segment.dropped", obj=segment, by=by, now=now, tenant=segment.tenant)
    return segment


@transaction.atomic
def note_listing(*, asked: Question, segment: Segment | None = None, by: Actor, now: dt.datetime) -> None:
    """Write down that names were listed by facts about people, and by which kinds of fact."""
    facts = sorted({condition.field for condition in asked.conditions})
    record_read(
        "segment.listed", obj=segment or asked.body, by=by, now=now, tenant=asked.body.tenant,
        data={"fields": facts},
    )  # fmt: skip


def _load(segment_id: int, by: Actor, now: dt.datetime) -> Segment:
    on = local_date(now)
    rows = Segment.objects.visible_to(by, on).select_related("body")
    segment: Segment = load_locked(rows, pk=segment_id)
    require(by, "membership.keep_roll", Ask(on, segment.body))
    return segment


def _name(name: str) -> str:
    found = " ".join(tidy(name).split())[:LONGEST_NAME]
    if not found:
        raise SegmentNameMissing
    return found


def _checked(body: UnionBody, conditions: Iterable[Condition]) -> list[dict[str, object]]:
    asked = question(body, check_all(conditions))
    return [condition.stored() for condition in asked.conditions]


def _write(segment: Segment, fields: list[str] | None) -> None:
    try:
        with transaction.atomic():
            segment.save(force_insert=fields is None, update_fields=fields)
    except IntegrityError:
        raise SegmentNameTaken from None
