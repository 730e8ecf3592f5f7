"""Boxes: anybody may put something in with the public half, only the private half opens.

HPKE (RFC 9180), X25519 with HKDF-SHA256 and AES-256-GCM, from the ``cryptography`` package. Where
the Chinese algorithms are chosen the text lies under SM4-GCM and only its key under HPKE. The first
byte says which.
"""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from zhijia.core import key_ring
from zhijia.core.sealing import SealBroken, seal_under, unseal_under

HPKE_AES = 16
HPKE_SM4 = 17
KEY_BYTES = 32
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_LOCK_BYTES = KEY_BYTES + 16 + KEY_BYTES
"""A key under HPKE: the sender's half, the tag, the key itself."""


@dataclass(frozen=True)
class Pair:
    """Both halves of a key, 32 bytes each."""

    public: bytes
    private: bytes = field(repr=False)


def new_pair() -> Pair:
    """Return a fresh pair."""
    return pair_of(os.urandom(KEY_BYTES))


def pair_of(private: bytes) -> Pair:
    """Return the pair of a private half."""
    return Pair(X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw(), private)


def seal_to(public: bytes | memoryview, text: bytes, *, place: str) -> bytes:
    """Return a box with ``text`` that only the private half of ``public`` opens, and only at ``place``."""
    lid = X25519PublicKey.from_public_bytes(bytes(public))
    if key_ring.profile() != "chinese":
        return bytes([HPKE_AES]) + _SUITE.encrypt(text, lid, info=place.encode())
    key = os.urandom(KEY_BYTES)
    lock = _SUITE.encrypt(key, lid, info=place.encode())
    return bytes([HPKE_SM4]) + lock + seal_under(key, text, place=place)


def open_with(private: bytes, box: bytes | memoryview, *, place: str) -> bytes:
    """Return what is in the box; raise ``SealBroken`` for another key, another place or a changed box."""
    box, own = bytes(box), X25519PrivateKey.from_private_bytes(private)
    try:
        if box[:1] == bytes([HPKE_AES]):
            return _SUITE.decrypt(box[1:], own, info=place.encode())
        if box[:1] != bytes([HPKE_SM4]):
            raise SealBroken("unknown algorithm byte")
        key = _SUITE.decrypt(box[1 : 1 + _LOCK_BYTES], own, info=place.encode())
        return unseal_under(key, box[1 + _LOCK_BYTES :], place=place)
    except (InvalidTag, ValueError):
        raise SealBroken("the box does not open with this key at this place") from None
