"""The member's card: a number, and an address in a QR code that says whether it is valid now.

Neither is stored: both follow from the membership, and a key of this installation signs the address.
"""

import hmac
from dataclasses import dataclass

from stdnum import luhn

from zhijia.core.sealing import keyed_digest

PURPOSE = "member-card"
SIGNATURE = 20
"""Hex digits of the signature in the address: 80 bits."""


@dataclass(frozen=True)
class Token:
    """What the QR code of a card holds."""

    membership_id: int
    signature: str

    def __str__(self) -> str:
        return f"{self.membership_id:x}-{self.signature}"


def token_of(membership_id: int) -> str:
    """Return what stands in the QR code of a membership's card."""
    return str(Token(membership_id, _sign(membership_id)))


def membership_of(token: str) -> int | None:
    """Return the id of the membership that a code speaks of; None for a code that we did not make."""
    head, _, signature = token.partition("-")
    try:
        membership_id = int(head, 16)
    except ValueError:
        return None
    return membership_id if hmac.compare_digest(signature, _sign(membership_id)) else None


def number_of(tenant: int, membership_id: int) -> str:
    """Return the number that is printed on the card: tenant, membership, check digit; in groups of four."""
    digits = f"{tenant:03d}{membership_id:09d}"
    digits += luhn.calc_check_digit(digits)
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def membership_with_number(digits: str, tenant: int) -> int | None:
    """Return the id of the membership whose card bears this number in a tenant, or None."""
    fits = len(digits) == 13 and digits.isascii() and digits.isdigit() and luhn.is_valid(digits)
    return int(digits[3:12]) if fits and int(digits[:3]) == tenant else None


def _sign(membership_id: int) -> str:
    return keyed_digest(str(membership_id).encode(), purpose=PURPOSE).hex()[:SIGNATURE]
