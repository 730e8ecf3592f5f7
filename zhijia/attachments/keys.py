"""Each sealed file has a random key of its own; here the key is locked away and found again.

With ``sealed_to`` only the private half of the matter's evidence key opens it; otherwise the
installation does. To destroy the key is to destroy the file.
"""

import os

from zhijia.attachments.errors import FileLocked
from zhijia.attachments.models import Attachment
from zhijia.attachments.storage import KEY_BYTES, PURPOSE
from zhijia.core.boxes import open_with, seal_to
from zhijia.core.sealing import seal, unseal


def new_key(attachment: Attachment, part: str) -> bytes:
    """Return a fresh key for a part and lock it away on the row, which is not saved here."""
    key = os.urandom(KEY_BYTES)
    place = place_of_key(attachment, part)
    if attachment.sealed_to and part != "work":
        locked = seal_to(attachment.sealed_to, key, place=place)
    else:
        locked = seal(key, purpose=PURPOSE, place=place)
    setattr(attachment, f"{part}_key", locked)
    return key


def key_of(attachment: Attachment, part: str, private: bytes | None = None) -> bytes | None:
    """Return the key of a part; None for a file from before there were keys of their own.

    Raises ``FileLocked`` without the private half that it needs, ``SealBroken`` for a wrong one.
    """
    locked = bytes(getattr(attachment, f"{part}_key"))
    if not locked:
        return None
    if not attachment.sealed_to or part == "work":
        return unseal(locked, purpose=PURPOSE, place=place_of_key(attachment, part))
    if private is None:
        raise FileLocked
    return open_with(private, locked, place=place_of_key(attachment, part))


def place_of_key(attachment: Attachment, part: str) -> str:
    """Return the associated data that binds a locked key to its row and part."""
    return f"attachment|{attachment.tenant}|{attachment.public_id}|{part}|key"
