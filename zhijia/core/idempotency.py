"""Sending twice makes one: same key and body, same answer; same key, other body, 422."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput
from zhijia.core.journal.collecting import collecting, is_paused
from zhijia.core.journal.keeping import entry_of, keep, make_entry
from zhijia.core.models import IdempotencyRecord, JournalEntry
from zhijia.core.sealing import seal_json, unseal_json

KEPT = dt.timedelta(days=3)


class KeyReused(BadInput):
    """The same idempotency key came with another body."""

    code = "idempotency-key-reused"
    text = _("This was sent before with other contents, so nothing was changed.")
    next_step = _("Open the form anew and send it once more.")


class BadKey(BadInput):
    """The idempotency key is missing or malformed."""

    code = "bad-idempotency-key"
    text = _("The form has lost its sending number.")
    next_step = _("Open the form anew; what you typed is kept on this device.")


def body_hash(body: Any) -> str:
    """Return a hash of a JSON-able body that does not depend on the order of its keys."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def once(
    *,
    scope: str,
    key: str,
    body: Any,
    now: dt.datetime,
    effect: Callable[[], Any],
    journal: Callable[[Any], str] | None = None,
) -> tuple[Any, bool]:
    """Run ``effect`` at most once for ``(scope, key)``; return ``(answer, fresh)``.

    ``effect`` returns a JSON-able answer and runs in one transaction with the record. A second
    sender waits for the first at the unique constraint, then gets the first one's answer.

    With ``journal``, which names the record (``appeal:UUID``) from the answer, everything that was
    written goes into the intake journal after the durable commit and before this returns, at the first
    sending or at the first one that succeeds; the answer gains ``copies`` (1 or 2). Then it must not be
    called inside another transaction. See ``core.journal``.

    Raises ``KeyReused`` when the key came with another body, ``BadKey`` when it is malformed,
    ``NotReceived`` when the journal cannot take it: it counts once the same is sent again.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", key):
        raise BadKey
    sending = _Sending(scope, key, body_hash(body), now, None if is_paused() else journal)
    answer, entry, fresh = _first_or_known(sending, effect)
    if journal is not None:
        answer = {**answer, "copies": keep(entry, now) if entry else 1}
    return answer, fresh


@dataclass(frozen=True)
class _Sending:
    scope: str
    key: str
    digest: str
    now: dt.datetime
    journal: Callable[[Any], str] | None

    @property
    def token(self) -> str:
        """Return what names this sending and no other."""
        return f"{self.scope}|{self.key}"


def _first_or_known(sending: _Sending, effect: Callable[[], Any]) -> tuple[Any, JournalEntry | None, bool]:
    try:
        return *_first(sending, effect), True
    except IntegrityError:
        known = _answer(sending.scope, sending.key, sending.digest)
        if known is None:
            raise
        return known[0], entry_of(sending.token) if sending.journal else None, False


def _first(sending: _Sending, effect: Callable[[], Any]) -> tuple[Any, JournalEntry | None]:
    with transaction.atomic(durable=sending.journal is not None), collecting() as collected:
        # The placeholder row takes the lock before the effect begins; a repeated key fails here.
        record = IdempotencyRecord.objects.create(
            scope=sending.scope, key=sending.key, body_hash=sending.digest, answer=b"", created_at=sending.now
        )
        answer = effect()
        record.answer = seal_json(answer, purpose="idempotency", place=sending.token)
        record.save(update_fields=["answer"])
        if sending.journal is None:
            return answer, None
        about = sending.journal(answer)
        return answer, make_entry(collected, about=about, token=sending.token, now=sending.now)


def _answer(scope: str, key: str, digest: str) -> tuple[Any] | None:
    record = IdempotencyRecord.objects.filter(scope=scope, key=key).first()
    if record is None:
        return None
    if record.body_hash != digest:
        raise KeyReused
    return (unseal_json(record.answer, purpose="idempotency", place=f"{scope}|{key}"),)


def forget_old(now: dt.datetime) -> int:
    """Delete records older than three days; return how many."""
    return IdempotencyRecord.objects.filter(created_at__lt=now - KEPT).delete()[0]
