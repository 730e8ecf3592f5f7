"""Who calls: a token, a signed-in browser, the holder of a receipt, or a stranger who hands in."""

import datetime as dt
from contextlib import suppress
from typing import Any

from django.http import HttpRequest
from ninja.errors import Throttled
from ninja.security import APIKeyHeader

from zhijia.accounts import rate_limit
from zhijia.appeals import services
from zhijia.appeals.models import Appeal, ReceiptLookup
from zhijia.appeals.permissions import NARRATIVE, ask, is_author, may
from zhijia.core import clock
from zhijia.core.actors import STRANGER, Actor, ReceiptHolder, Stranger
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.identifiers import BadReceipt
from zhijia.core.receipts import keys_of
from zhijia.core.sealing import blind_index
from zhijia.vault.errors import KeyLocked, KeyNotGiven
from zhijia.vault.session import is_proven

RECEIPT_TRIES = 20
"""Look-ups a minute with one receipt header before we ask to wait."""
STRANGERS = 600
"""Submissions a minute of all strangers together; more are asked to come again, none is lost."""


class ReceiptAuth(APIKeyHeader):
    """Header ``Receipt``: the 20 digits open the one matter they belong to."""

    param_name = "Receipt"

    def authenticate(self, request: HttpRequest, key: str | None) -> ReceiptHolder | None:
        """Return the holder, or None for a receipt that opens nothing."""
        if not key:
            return None
        _limit("receipt", blind_index(key.strip()[:40], purpose="receipt-tries"), RECEIPT_TRIES)
        return holder_of(key)


def stranger(request: HttpRequest) -> Stranger | None:
    """Let a call without any credential pass as a stranger; a wrong credential is still refused."""
    if request.headers.get("Authorization") or request.headers.get("Receipt"):
        return None
    _limit("strangers", "all", STRANGERS)
    return STRANGER


def _limit(purpose: str, account: str, limit: int) -> None:
    wait = rate_limit.take(purpose=purpose, account=account, limit=limit, period=60, now=clock.now())
    if wait:
        raise Throttled(wait=wait)


def holder_of(receipt: str) -> ReceiptHolder | None:
    """Return who holds this receipt; None when it is mistyped or opens nothing."""
    try:
        opened = keys_of(receipt)
    except BadReceipt:
        return None
    found = ReceiptLookup.objects.filter(receipt_index=opened.index).first()
    return ReceiptHolder(matter=f"appeal:{found.public_id}", key=opened.key) if found else None


def caller(request: HttpRequest) -> Actor:
    """Return who acts."""
    key = getattr(request, "auth", None)
    if isinstance(key, ReceiptHolder | Stranger):
        return key
    return request.user


def find(request: HttpRequest, public_id: Any, now: dt.datetime) -> Appeal:
    """Return an appeal that the caller may see; raise ``NotFound``."""
    rows = Appeal.objects.visible_to(caller(request), local_date(now)).select_related(
        "handling_body", "category", "employer", "handler"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def key_of(request: HttpRequest, appeal: Appeal, now: dt.datetime, part: str = NARRATIVE) -> bytes:
    """Return the key of a part for the caller: the worker's own, or, recorded, that of who works on it.

    Nothing for who sees only the frame of the matter. Raises ``KeyLocked`` or ``KeyNotGiven``: a program
    can open what is sealed when its token was made in the browser while its owner's key was open.
    """
    by, question = caller(request), ask(appeal, now)
    if is_author(by, question):
        opened = services.read_own(appeal=appeal, by=by, now=now, proven=is_proven(request), parts=(part,))
    elif may(by, "appeals.read_texts", question):
        opened = services.read_matter(appeal=appeal, by=by, now=now, parts=(part,))
    else:
        return b""
    return opened[part].private if opened else b""


def open_own_quietly(request: HttpRequest, appeal: Appeal, now: dt.datetime) -> None:
    """Open the worker's own matter for the answer to a deed, if this caller can; never an officer's view."""
    if is_author(caller(request), ask(appeal, now)):
        with suppress(KeyLocked, KeyNotGiven):
            appeal.opened_with = key_of(request, appeal, now)
