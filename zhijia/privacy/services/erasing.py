"""Erasing for good: written down outside the database first, then keys, then rows, then traces.

Source: PIPL 47. The chain of deeds stays whole: it holds numbers only.
"""

import datetime as dt
from collections import Counter

import structlog
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.core import erasures
from zhijia.core.actors import SYSTEM
from zhijia.core.journal.forgetting import forget
from zhijia.core.services import load_locked
from zhijia.notifications.models import Notification
from zhijia.notifications.services import notify
from zhijia.privacy.enums import RequestKind, RequestState
from zhijia.privacy.models import Erasure, RightsRequest
from zhijia.privacy.selectors import requests as selectors
from zhijia.privacy.selectors.holds import holds_on, is_held, parsed
from zhijia.privacy.services.holds import freeze
from zhijia.privacy.workflow import TABLE
from zhijia.regulations.selectors import let_go_before, period
from zhijia.unions.models import Post

log = structlog.get_logger(__name__)
BATCH = 100


def erase_now(
    *, reference: str, now: dt.datetime, request: str = "", tenant: int = 0, with_matters: bool = True
) -> dict[str, int]:
    """Erase a matter, or an account with its matters; return how many rows of what. Safe to repeat.

    The line in the ledger is on the disk before anything is erased: a crash in between erases again,
    never less. A matter that a law holds is frozen and left.
    """
    total: Counter[str] = Counter()
    for matter in selectors.matters_with(reference) if with_matters else ():
        if is_held(matter, now):
            freeze(reference=matter, now=now)
            _leave_to_later(matter, now)
        else:  # without the request: the ledger, too, leads from nobody to his matters
            total.update(erase_now(reference=matter, now=now, tenant=tenant))
    mark = selectors.mark_of(reference)
    kind = reference.partition(":")[0]
    erasures.write_down(kind=kind, reference=reference, mark=mark, request=request, now=now)
    with transaction.atomic():
        counts = _let_go(reference, now)
        Erasure.objects.update_or_create(
            tenant=tenant, reference=reference, mark=mark,
            defaults={"request": request, "counts": counts, "erased_at": now},
        )  # fmt: skip
        audit.record(
            "privacy.erased", obj=reference, by=SYSTEM, now=now, tenant=tenant,
            data={"request": request, "counts": counts},
        )  # fmt: skip
    return dict(total + Counter(counts))


def _let_go(reference: str, now: dt.datetime) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for eraser in selectors.erasers(reference.partition(":")[0]):
        counts.update(eraser.erase(reference, now=now))
    envelopes = forget(reference, now=now)
    if envelopes:
        counts["journal envelopes"] += envelopes
    return {name: number for name, number in counts.items() if number}


def _leave_to_later(matter: str, now: dt.datetime) -> None:
    """Let a frozen matter of an erased account be erased when its hold ends."""
    kind, matter_id, _none = parsed(matter)
    hold = holds_on(matter, now)[0]
    if not RightsRequest.objects.filter(about_id=matter_id).open().exists():
        RightsRequest.objects.create(
            tenant=hold.tenant, kind=RequestKind.ERASE_MATTER, about_kind=kind, about_id=matter_id,
            body=hold.body, text=b"", state=RequestState.FROZEN, asked_at=now, due_at=now, decided_at=now,
        )  # fmt: skip


def carry_out(now: dt.datetime) -> int:
    """Timer: erase what was granted and is due, and what is frozen no longer; return how many."""
    due = Q(state=RequestState.GRANTED, carry_out_at__lte=now) | Q(state=RequestState.FROZEN)
    ids = list(RightsRequest.objects.filter(due).order_by("asked_at").values_list("pk", flat=True)[:BATCH])
    done = sum(_carry_out_one(pk, now) for pk in ids)
    if done:
        tidy_traces()
    return done


def _carry_out_one(pk: int, now: dt.datetime) -> int:
    row = RightsRequest.objects.get(pk=pk)
    if is_held(row.reference, now):
        if row.state == RequestState.GRANTED:
            freeze(reference=row.reference, now=now)
            _move("freeze_request", pk, now)
        return 0
    against = selectors.obstacles_to(row.reference, now)
    if against:
        log.warning("erasure_waits", request=str(row.public_id))
        return 0
    erase_now(reference=row.reference, now=now, request=str(row.public_id), tenant=row.tenant)
    _move("finish_request", pk, now)
    return 1


@transaction.atomic
def _move(step: str, pk: int, now: dt.datetime) -> None:
    row = load_locked(RightsRequest.objects.all(), pk=pk)
    row.state = TABLE.target(step, row.state)
    row.done_at = now if row.state == RequestState.DONE else None
    row.save(update_fields=["state", "done_at"])
    audit.record(
        "privacy.done" if row.state == RequestState.DONE else TABLE.transition(step).audit, obj=row,
        by=SYSTEM, now=now, tenant=row.tenant, data={"about": row.reference},
    )  # fmt: skip


def redo_erasures(now: dt.datetime) -> int:
    """After a restore: erase again whatever the ledger names and the backup brought back; return how many."""
    erasures.merge_places()
    done = 0
    for line in erasures.lines_of(erasures.own_ledger()):
        if line.mark and selectors.mark_of(line.reference) != line.mark:
            continue  # another record, with the number of the erased one
        with transaction.atomic():
            done += bool(_let_go(line.reference, now))
            Erasure.objects.get_or_create(
                tenant=0, reference=line.reference, mark=line.mark,
                defaults={"request": line.request, "erased_at": now},
            )  # fmt: skip
    tidy_traces()
    return done


def erase_inactive(now: dt.datetime) -> int:
    """Timer: warn people who did not sign in for long, and erase accounts that stayed silent; how many."""
    limit = let_go_before("retention.account", now)
    warn = limit + dt.timedelta(days=period("rights.warning", "", now.date()).amount)
    silent = User.objects.filter(Q(last_login__lt=warn) | Q(last_login=None, created_at__lt=warn))
    silent = silent.exclude(phone_index__startswith="erased-").exclude(
        pk__in=Post.objects.filter(ended_at=None).values("user")
    )
    erased = 0
    for user in silent.order_by("pk")[: BATCH * 10]:
        last_seen = user.last_login or user.created_at
        warned_at = _warned_at(user, last_seen)
        if warned_at is None:
            notify(kind="privacy.warned", to=user, now=now, url=reverse("privacy:mine"))
        elif last_seen < limit and warned_at <= now - (warn - limit):
            erased += _erase_silent(user, now)
    if erased:
        tidy_traces()
    return erased


def _warned_at(user: User, last_seen: dt.datetime) -> dt.datetime | None:
    sent = Notification.objects.filter(tenant=user.tenant, to=user, kind="privacy.warned")
    first = sent.filter(created_at__gt=last_seen).order_by("created_at").first()
    return first.created_at if first else None


def _erase_silent(user: User, now: dt.datetime) -> int:
    reference = f"user:{user.pk}"
    if selectors.obstacles_to(reference, now) or is_held(reference, now):
        return 0
    erase_now(reference=reference, now=now, tenant=user.tenant, with_matters=False)
    return 1


def tidy_traces() -> None:
    """Let the database file forget what was just overwritten: empty the write-ahead log of SQLite.

    ``secure_delete`` (a setting) writes zeros over what is deleted. PostgreSQL keeps old versions of
    rows until it vacuums; there the destroyed key is the erasure, and this clears the rest in time.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            if not connection.in_atomic_block:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        elif not connection.in_atomic_block:
            for model in (User, Notification, RightsRequest):
                cursor.execute(f"VACUUM {connection.ops.quote_name(model._meta.db_table)}")
