"""Sealed fields and look-up keys, on the ``cryptography`` package only.

One ring of key files outside the database (``core.key_ring``); every purpose derives its own key
from it (HKDF), so that the index of one purpose cannot be joined with another's. A sealed value is
one header byte for the algorithm, one for the number of the key, a nonce, then the text under an
authenticated cipher with the place it belongs to: a value copied to another row does not open.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zhijia.core import key_ring

FIRST_FORM = 1
"""AES-256-GCM without the number of the key, which was 1."""
AES_256_GCM = 2
SM4_GCM = 3
NONCE_BYTES = 12
TAG_BYTES = 16
ROOT_KEY = 0
"""Stands in the header for a key that does not come from the ring."""


class SealBroken(Exception):
    """The value was altered, moved, or sealed under another key."""


def seal(text: bytes, *, purpose: str, place: str) -> bytes:
    """Encrypt ``text``; ``place`` (table|column|row) must be given again to open it."""
    number = key_ring.current()
    return _encrypt(_derive(purpose, key_ring.key(number)), number, text, place)


def unseal(value: bytes | memoryview, *, purpose: str, place: str) -> bytes:
    """Decrypt what ``seal`` made; raise ``SealBroken`` if anything differs."""
    value = bytes(value)
    try:
        return _decrypt(_derive(purpose, key_ring.key(key_number(value))), value, place)
    except key_ring.KeyMissing as missing:
        raise SealBroken(str(missing)) from None


def seal_under(key: bytes, text: bytes, *, place: str) -> bytes:
    """Encrypt ``text`` under a 32-byte key of its own."""
    return _encrypt(key, ROOT_KEY, text, place)


def unseal_under(key: bytes, value: bytes | memoryview, *, place: str) -> bytes:
    """Decrypt what ``seal_under`` made; raise ``SealBroken``."""
    return _decrypt(key, bytes(value), place)


def seal_json(content: Any, *, purpose: str, place: str) -> bytes:
    """Seal a JSON value."""
    return seal(json.dumps(content, ensure_ascii=False).encode(), purpose=purpose, place=place)


def unseal_json(value: bytes | memoryview, *, purpose: str, place: str) -> Any:
    """Open what ``seal_json`` made."""
    return json.loads(unseal(value, purpose=purpose, place=place))


def key_number(value: bytes | memoryview) -> int:
    """Return the number of the key under which a value lies; raise ``SealBroken`` for no sealed value."""
    head = bytes(value[:2])
    if head[:1] == bytes([FIRST_FORM]):
        return 1
    if len(head) < 2 or head[0] not in (AES_256_GCM, SM4_GCM):
        raise SealBroken("unknown algorithm byte")
    return head[1]


def is_current(value: bytes | memoryview) -> bool:
    """Say whether a value lies under the newest key and in today's form."""
    return bytes(value[:2]) == bytes([_algorithm(), key_ring.current()])


def purpose_key(purpose: str) -> bytes:
    """Return the 32-byte key of one purpose for look-up keys and the like, which never rotates."""
    return _derive(purpose, key_ring.index_root())


def keyed_digest(text: bytes, *, purpose: str) -> bytes:
    """Return a keyed digest of 32 bytes (HMAC with SHA-256 or SM3)."""
    mac = HMAC(purpose_key(purpose), _digest())
    mac.update(text)
    return mac.finalize()


def blind_index(value: str, *, purpose: str) -> str:
    """Return a keyed look-up key of a normalised value (32 hex digits): equality, nothing more."""
    return keyed_digest(value.encode(), purpose=f"index/{purpose}").hex()[:32]


class Sealer:
    """Seals many values of one purpose: the same bytes as ``seal`` makes, with the key derived once.

    Lives as long as one batch; after a rotation it would go on with the key it began with.
    """

    def __init__(self, purpose: str) -> None:
        number = key_ring.current()
        self.key = _derive(purpose, key_ring.key(number))
        self.head = bytes([_algorithm(), number])
        self.cipher = AESGCM(self.key) if self.head[0] == AES_256_GCM else None
        self.nonces: Iterator[bytes] = iter(())

    def seal(self, text: bytes, place: str) -> bytes:
        """Encrypt ``text`` for ``place``."""
        if self.cipher is None:
            return _encrypt(self.key, self.head[1], text, place)
        nonce = self._nonce()
        return self.head + nonce + self.cipher.encrypt(nonce, text, self.head + place.encode())

    def _nonce(self) -> bytes:
        """Return fresh random bytes; asking the system for each value would cost more than sealing it.

        Taking the next of a list is one step that no other thread can come into: no nonce serves twice.
        """
        nonce = next(self.nonces, None)
        while nonce is None:
            drawn = os.urandom(NONCE_BYTES * 512)
            self.nonces = iter([drawn[at : at + NONCE_BYTES] for at in range(0, len(drawn), NONCE_BYTES)])
            nonce = next(self.nonces, None)
        return nonce


def indexer(purpose: str) -> Callable[[str], str]:
    """Return ``blind_index`` for many values of one purpose: the key is put in place once."""
    key = purpose_key(f"index/{purpose}")
    if key_ring.profile() == "chinese":
        return _copying(HMAC(key, SM3()))
    block = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def index(value: str) -> str:
        first, second = inner.copy(), outer.copy()
        first.update(value.encode())
        second.update(first.digest())
        return second.hexdigest()[:32]

    return index


def _copying(begun: HMAC) -> Callable[[str], str]:
    def index(value: str) -> str:
        mac = begun.copy()
        mac.update(value.encode())
        return mac.finalize().hex()[:32]

    return index


@cache
def _derive(purpose: str, root: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"zhijia/{purpose}".encode()).derive(root)


def _algorithm() -> int:
    return SM4_GCM if key_ring.profile() == "chinese" else AES_256_GCM


def _digest() -> HashAlgorithm:
    return SM3() if key_ring.profile() == "chinese" else SHA256()


def _encrypt(key: bytes, number: int, text: bytes, place: str) -> bytes:
    head, nonce = bytes([_algorithm(), number]), os.urandom(NONCE_BYTES)
    bound = head + place.encode()
    if head[0] == AES_256_GCM:
        return head + nonce + AESGCM(key).encrypt(nonce, text, bound)
    sm4 = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
    sm4.authenticate_additional_data(bound)
    return head + nonce + sm4.update(text) + sm4.finalize() + sm4.tag


def _decrypt(key: bytes, value: bytes, place: str) -> bytes:
    start = 1 if value[:1] == bytes([FIRST_FORM]) else 2
    head, nonce, rest = value[:start], value[start : start + NONCE_BYTES], value[start + NONCE_BYTES :]
    bound = place.encode() if start == 1 else head + place.encode()
    try:
        if head[:1] in (bytes([FIRST_FORM]), bytes([AES_256_GCM])):
            return AESGCM(key).decrypt(nonce, rest, bound)
        if head[:1] != bytes([SM4_GCM]):
            raise SealBroken("unknown algorithm byte")
        tag = rest[-TAG_BYTES:]
        sm4 = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, tag)).decryptor()
        sm4.authenticate_additional_data(bound)
        return sm4.update(rest[:-TAG_BYTES]) + sm4.finalize()
    except (InvalidTag, ValueError):
        raise SealBroken("the sealed value does not belong here") from None
