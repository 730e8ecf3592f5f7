"""A receipt is a key: 20 digits that only the worker has.

The number itself is kept nowhere. One run of Argon2id (RFC 9106) over it gives the look-up key
under which the matter is found and the key that opens it. 63 random bits and a keyed index make a
copy of the database useless; the memory-hard step is for somebody who has the key files as well.
"""

import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from stdnum import luhn

from zhijia.core.identifiers import RECEIPT_DIGITS, clean_receipt
from zhijia.core.sealing import blind_index, purpose_key

MEMORY_KIB = 8 * 1024
PASSES = 1


@dataclass(frozen=True)
class ReceiptKeys:
    """What follows from a receipt."""

    index: str
    """Look-up key, 32 hex digits."""
    key: bytes = field(repr=False)
    """Opens the parts of the matter, 32 bytes."""


def new_receipt() -> str:
    """Return 19 random digits and a check digit."""
    body = str(secrets.randbelow(10 ** (RECEIPT_DIGITS - 1))).zfill(RECEIPT_DIGITS - 1)
    return body + luhn.calc_check_digit(body)


def keys_of(receipt: str) -> ReceiptKeys:
    """Return look-up key and opening key of a receipt as typed; raise ``BadReceipt``. About 10 ms."""
    salt = purpose_key("receipt-salt")[:16]
    stretched = Argon2id(salt=salt, length=64, iterations=PASSES, lanes=1, memory_cost=MEMORY_KIB).derive(
        clean_receipt(receipt).encode()
    )
    return ReceiptKeys(blind_index(stretched[:32].hex(), purpose="receipt"), stretched[32:])
