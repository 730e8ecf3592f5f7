"""What a browser may hold for a while: the receipt just given, the matter opened by receipt.

Both stand in the sealed session on the server, never in an address.
"""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest

from zhijia.appeals.selectors.worker import own_appeal
from zhijia.core.actors import Actor, ReceiptHolder
from zhijia.core.errors import NotFound

SENT = "appeals.sent"
FOLLOWED = "appeals.followed"
SHOWN_FOR = dt.timedelta(hours=1)
"""How long the receipt page may be opened again in the browser that sent."""
OPEN_FOR = dt.timedelta(hours=2)
"""How long a matter stays open by receipt after the last look."""


def remember_sent(request: HttpRequest, answer: dict[str, Any], key: str, now: dt.datetime) -> None:
    """Keep the answer of the service for the receipt page."""
    request.session[SENT] = {"answer": answer, "key": key, "until": (now + SHOWN_FOR).isoformat()}


def sent(request: HttpRequest, now: dt.datetime) -> dict[str, Any] | None:
    """Return what was sent from this browser within the hour."""
    return _fresh(request, SENT, now)


def forget_sent(request: HttpRequest) -> None:
    """Show the receipt no more in this browser."""
    request.session.pop(SENT, None)


def open_by_receipt(request: HttpRequest, public_id: uuid.UUID, now: dt.datetime) -> None:
    """Open a matter in this browser for its receipt holder."""
    request.session[FOLLOWED] = {"matter": str(public_id), "until": (now + OPEN_FOR).isoformat()}


def close(request: HttpRequest) -> None:
    """Close the matter that was opened by receipt."""
    request.session.pop(FOLLOWED, None)


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


def holder_of(public_id: uuid.UUID | str) -> ReceiptHolder:
    """Return who holds the receipt of a matter."""
    return ReceiptHolder(matter=f"appeal:{public_id}")


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
        return holder_of(public_id)
    return request.user
