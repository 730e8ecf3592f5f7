"""Sending twice makes one: same key and body, same answer; same key, other body, 422."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.core.errors import BadInput
from zhijia.core.models import IdempotencyRecord
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


def once(*, scope: str, key: str, body: Any, now: dt.datetime, effect: Callable[[], Any]) -> tuple[Any, bool]:
    """Run ``effect`` at most once for ``(scope, key)``; return ``(answer, fresh)``.

    ``effect`` returns a JSON-able answer and runs in one transaction with the record. A second
    sender waits for the first at the unique constraint, then gets the first one's answer.

    Raises ``KeyReused`` when the key came with another body, ``BadKey`` when it is malformed.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", key):
        raise BadKey
    digest = body_hash(body)
    try:
        with transaction.atomic():
            # The placeholder row takes the lock before the effect begins; a repeated key fails here.
            record = IdempotencyRecord.objects.create(
                scope=scope, key=key, body_hash=digest, answer=b"", created_at=now
            )
            answer = effect()
            record.answer = seal_json(answer, purpose="idempotency", place=f"{scope}|{key}")
            record.save(update_fields=["answer"])
            return answer, True
    except IntegrityError:
        known = _answer(scope, key, digest)
        if known is None:
            raise
        return known[0], False


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
