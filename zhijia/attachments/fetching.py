"""Short-lived addresses on the files' own host: for one file, one person, one time.

What a file contains can then never run beside our pages, whatever a browser makes of it. The app
decides on each fetch who may have the file and gives an address that is good for a minute; it names
nothing that can be read, and ends with the session that asked for it, in the middle of a download too:
the files' host knows no cookie, so what watches over other downloads sees nobody here.
"""

import base64
import binascii
import datetime as dt
import json
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.cache import cache

from zhijia.accounts import session_life
from zhijia.attachments.errors import FileWithheld
from zhijia.attachments.keys import key_of
from zhijia.attachments.models import Attachment
from zhijia.attachments.selectors import by_public_id, place_of
from zhijia.attachments.storage import path_of, read_sealed
from zhijia.core.errors import NotFound
from zhijia.core.sealing import SealBroken, purpose_key, seal_under, unseal_under

PREFIX = "/files/"
GOOD_FOR = dt.timedelta(seconds=60)
_PURPOSE, _PLACE = "attachments/fetch", "fetch"


def own_host() -> str:
    """Return the files' own host, or nothing."""
    return str(settings.ZHIJIA_FILES_HOST)


def address_of(attachment: Attachment, *, key: bytes | None, session: str, now: dt.datetime) -> str:
    """Return the path at which the holder of ``session`` may fetch the file once, within a minute.

    Raises ``FileWithheld``, ``FileLocked``, ``SealBroken``.
    """
    if not attachment.can_be_opened:
        raise FileWithheld(why=attachment.standing.label)
    file_key = key_of(attachment, attachment.part, key)
    told = {
        "file": str(attachment.public_id), "tenant": attachment.tenant, "session": session,
        "key": file_key.hex() if file_key else "", "until": (now + GOOD_FOR).timestamp(),
        "once": os.urandom(12).hex(),
    }  # fmt: skip
    sealed = seal_under(purpose_key(_PURPOSE), json.dumps(told).encode(), place=_PLACE)
    return PREFIX + base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def open_address(token: str, *, clock: Callable[[], dt.datetime]) -> tuple[Attachment, Iterator[bytes]]:
    """Return the file and its bytes; raise ``NotFound`` for whatever is wrong, without saying what.

    ``clock`` is asked again while the bytes run: they stop when the session no longer opens anything.
    """
    now = clock()
    told = _read(token)
    over = not 0 <= told["until"] - now.timestamp() <= GOOD_FOR.total_seconds()
    if over or not session_life.opens(told["session"], now):
        raise NotFound
    attachment = by_public_id(uuid.UUID(told["file"]), tenant=told["tenant"])
    if not attachment.can_be_opened or not _first_time(told["once"]):
        raise NotFound
    path = path_of(attachment.tenant, attachment.public_id, attachment.part)
    place = place_of(attachment, attachment.part)
    content = read_sealed(path, place=place, key=bytes.fromhex(told["key"]) or None)
    return attachment, session_life.watched_while(
        lambda: session_life.opens(told["session"], clock()), content
    )


def _read(token: str) -> dict[str, Any]:
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        told: dict[str, Any] = json.loads(unseal_under(purpose_key(_PURPOSE), sealed, place=_PLACE))
    except (SealBroken, ValueError, binascii.Error):
        raise NotFound from None
    return told


def _first_time(once: str) -> bool:
    return bool(cache.add(f"attachments.fetched.{once}", 1, GOOD_FOR.total_seconds() * 2))
