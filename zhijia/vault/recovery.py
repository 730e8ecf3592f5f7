"""The key for the worst case: split over several people, kept offline, put together only to recover.

A random secret of 16 bytes is shared after Shamir (k of n, PyCryptodome); the private half follows
from it (HKDF) and is nowhere else. Fewer than k shares say nothing about it.
"""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from Crypto.Protocol.SecretSharing import Shamir
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zhijia.core.boxes import Pair, pair_of

SECRET_BYTES = 16
PATTERN = re.compile(r"zhijia-recovery key (\d+) share (\d+) of (\d+), (\d+) needed: ([0-9a-f -]+)")


class BadShare(Exception):
    """A share is mistyped, of another key, or there are too few; says which."""


@dataclass(frozen=True)
class Share:
    """One person's part of the secret."""

    number: int
    """Number of the recovery key."""
    index: int
    of: int
    needed: int
    secret: bytes

    def __str__(self) -> str:
        digits = (self.secret + _check(self)).hex()
        groups = " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
        return (
            f"zhijia-recovery key {self.number} share {self.index} of {self.of}, "
            f"{self.needed} needed: {groups}"
        )

    @classmethod
    def parse(cls, text: str) -> "Share":
        """Read a share as typed; raise ``BadShare``."""
        found = PATTERN.search(" ".join(text.lower().split()))
        digits = re.sub(r"[^0-9a-f]", "", found[5]) if found else ""
        if not found or len(digits) != 2 * (SECRET_BYTES + 2):
            raise BadShare("this is not a whole share: after the colon stand nine groups of four")
        number, index, of, needed = (int(found[i]) for i in range(1, 5))
        share = cls(number, index, of, needed, bytes.fromhex(digits)[:SECRET_BYTES])
        if _check(share) != bytes.fromhex(digits)[SECRET_BYTES:]:
            raise BadShare(f"share {index} has a typing mistake")
        return share


def _check(share: Share) -> bytes:
    told = f"{share.number}|{share.index}|{share.of}|{share.needed}|".encode() + share.secret
    return hashlib.sha256(told).digest()[:2]


def new_recovery(*, number: int, shares: int, needed: int) -> tuple[Pair, list[Share]]:
    """Return a fresh pair and its shares; raise ``BadShare`` unless 2 <= needed <= shares <= 20."""
    if not 2 <= needed <= shares <= 20:
        raise BadShare("choose at least two people, and no more than there are shares (20 at most)")
    secret = os.urandom(SECRET_BYTES)
    parts = Shamir.split(needed, shares, secret)
    return _pair(secret), [Share(number, index, shares, needed, part) for index, part in parts]


def put_together(shares: Iterable[Share]) -> Pair:
    """Return the pair of the shares; raise ``BadShare`` when they are too few or of different keys."""
    by_index = {share.index: share for share in shares}
    kinds = {(share.number, share.of, share.needed) for share in by_index.values()}
    if len(kinds) != 1:
        raise BadShare("these shares do not belong to one key" if kinds else "no share was given")
    needed = next(iter(kinds))[2]
    if len(by_index) < needed:
        raise BadShare(f"{needed} different shares are needed, {len(by_index)} are here")
    return _pair(Shamir.combine([(s.index, s.secret) for s in list(by_index.values())[:needed]]))


def _pair(secret: bytes) -> Pair:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"zhijia/recovery")
    return pair_of(kdf.derive(secret))
