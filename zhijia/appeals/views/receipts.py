"""What a browser may hold for a while: the receipt just given, the matter opened by receipt.

Both stand in the sealed session on the server, never in an address.
"""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest

from zhijia.appeals import services
from zhijia.appeals.models import Appeal
from zhijia.appeals.permissions import NARRATIVE
from zhijia.appeals.selectors.worker import own_appeal
from zhijia.core.actors import Actor, ReceiptHolder
from zhijia.core.errors import DomainError, NotFound
from zhijia.core.receipts import keys_of
from zhijia.vault import session
from zhijia.vault.errors import KeyLocked, KeyNotGiven

SENT = "appeals.sent"
FOLLOWED = "appeals.followed"
SHOWN_FOR = dt.timedelta(hours=1)
"""How long the receipt page may be opened again in the browser that sent."""
OPEN_FOR = dt.timedelta(hours=2)
"""How long a matter stays open by receipt after the last look."""


def remember_sent(request: HttpRequest, answer: dict[str, Any], key: str, now: dt.datetime) -> None:
    """Keep the answer of the service for the receipt page, and what opens the matter in this browser."""
    session.keep(request, _slot(answer["public_id"]), keys_of(answer["receipt"]).key)
    request.session[SENT] = {"answer": answer, "key": key, "until": (now + SHOWN_FOR).isoformat()}


def sent(request: HttpRequest, now: dt.datetime) -> dict[str, Any] | None:
    """Return what was sent from this browser within the hour."""
    return _fresh(request, SENT, now)


def forget_sent(request: HttpRequest) -> None:
    """Show the receipt no more in this browser."""
    kept = request.session.pop(SENT, None)
    if kept is not None:
        session.drop(request, _slot(kept["answer"]["public_id"]))


def receipt_known(request: HttpRequest, public_id: uuid.UUID | str, now: dt.datetime) -> str:
    """Return the receipt of a matter while this browser still shows it; nobody else can tell it."""
    kept = sent(request, now)
    known = kept is not None and kept["answer"]["public_id"] == str(public_id)
    return str(kept["answer"]["receipt"]) if kept and known else ""


def keep_key(request: HttpRequest, public_id: uuid.UUID | str, key: bytes) -> None:
    """Keep what follows from a receipt in this session; it lies under a key that only a cookie holds."""
    session.keep(request, _slot(public_id), key)


def _slot(public_id: uuid.UUID | str) -> str:
    return f"receipt:appeal:{public_id}"


def open_by_receipt(request: HttpRequest, public_id: uuid.UUID | str, now: dt.datetime) -> None:
    """Open a matter in this browser for its receipt holder."""
    request.session[FOLLOWED] = {"matter": str(public_id), "until": (now + OPEN_FOR).isoformat()}


def close(request: HttpRequest) -> None:
    """Close the matter that was opened by receipt."""
    entry = request.session.pop(FOLLOWED, None)
    if entry is not None:
        session.drop(request, _slot(entry["matter"]))


def followed(request: HttpRequest, now: dt.datetime) -> str | None:
    """Return the public id of the matter opened by receipt, and keep it open a while longer."""
    entry = _fresh(request, FOLLOWED, now)
    if entry is None:
        return None
    open_by_receipt(request, entry["matter"], now)
    return str(entry["matter"])


def _fresh(request: HttpRequest, name: str, now: dt.datetime) -> dict[str, Any] | None:
    entry = request.session.get(name)
    if entry is None:
        return None
    if dt.datetime.fromisoformat(entry["until"]) < now:
        request.session.pop(name)
        return None
    return dict(entry)


def holder_of(request: HttpRequest, public_id: uuid.UUID | str) -> ReceiptHolder:
    """Return who holds the receipt of a matter, with the key that is open in this session."""
    return ReceiptHolder(matter=f"appeal:{public_id}", key=session.kept(request, _slot(public_id)))


def may_act(request: HttpRequest, by: Actor, public_id: uuid.UUID) -> bool:
    """Say whether this browser may speak for the worker: by receipt, or by more than a text message.

    A number that was handed on must not withdraw or judge what its former holder began.
    """
    return bool(holder_of(request, public_id).key) or (
        not isinstance(by, ReceiptHolder) and session.is_proven(request)
    )


def opened_own(
    request: HttpRequest, by: Actor, appeal: Appeal, now: dt.datetime, part: str = NARRATIVE
) -> tuple[bytes, DomainError | None]:
    """Return the key of a part of one's own matter, or why it stays shut in this browser.

    The receipt's key comes first; it opens whatever the session was signed in with.
    """
    holder = holder_of(request, appeal.public_id)
    tries = ([holder] if holder.key else []) + ([] if isinstance(by, ReceiptHolder) else [by])
    refusal: DomainError | None = KeyLocked()
    for one in tries:
        try:
            opened = services.read_own(
                appeal=appeal, by=one, now=now, proven=session.is_proven(request), parts=(part,)
            )
        except (KeyLocked, KeyNotGiven) as error:
            refusal = error
        else:
            return (opened[part].private if opened else b""), None
    return b"", refusal


def actor_for(request: HttpRequest, public_id: uuid.UUID, now: dt.datetime) -> Actor:
    """Return as whom this browser acts on a matter: its author, or the holder of its receipt."""
    if request.user.is_authenticated:
        try:
            own_appeal(request.user, public_id, now)
        except NotFound:
            pass
        else:
            return request.user
    if followed(request, now) == str(public_id):
        return holder_of(request, public_id)
    return request.user
