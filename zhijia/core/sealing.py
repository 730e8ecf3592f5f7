"""Sealed fields and look-up keys, on the ``cryptography`` package only.

One master key outside the database; every purpose derives its own key from it (HKDF), so that
the index of one purpose cannot be joined with another's. A sealed value is one header byte for
the algorithm, a nonce, then AES-256-GCM over the text with the place it belongs to as
associated data: a value copied to another row does not open.
"""

import hashlib
import hmac
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

AES_256_GCM = 1
NONCE_BYTES = 12


class SealBroken(Exception):
    """The value was altered, moved, or sealed under another key."""


def master_key() -> bytes:
    """Return the installation's 32-byte key; make it on first use, readable by its owner only."""
    return _read_key(Path(settings.ZHIJIA_KEY_FILE))


@cache
def _read_key(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # "x" would lose the race of two first starts with an empty file; link() is atomic.
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(os.urandom(32))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    key = path.read_bytes()
    if len(key) != 32:
        raise SealBroken(f"{path} must hold exactly 32 bytes, it holds {len(key)}")
    return key


@cache
def _derive(purpose: str, master: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"zhijia/{purpose}".encode()).derive(master)


def purpose_key(purpose: str) -> bytes:
    """Return the 32-byte key of one purpose."""
    return _derive(purpose, master_key())


def seal(text: bytes, *, purpose: str, place: str) -> bytes:
    """Encrypt ``text``; ``place`` (table|column|row) must be given again to open it."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(purpose_key(purpose)).encrypt(nonce, text, place.encode())
    return bytes([AES_256_GCM]) + nonce + sealed


def unseal(value: bytes | memoryview, *, purpose: str, place: str) -> bytes:
    """Decrypt what ``seal`` made; raise ``SealBroken`` if anything differs."""
    value = bytes(value)
    if not value or value[0] != AES_256_GCM:
        raise SealBroken("unknown algorithm byte")
    nonce, sealed = value[1 : 1 + NONCE_BYTES], value[1 + NONCE_BYTES :]
    try:
        return AESGCM(purpose_key(purpose)).decrypt(nonce, sealed, place.encode())
    except InvalidTag:
        raise SealBroken("the sealed value does not belong here") from None


def seal_json(content: Any, *, purpose: str, place: str) -> bytes:
    """Seal a JSON value."""
    return seal(json.dumps(content, ensure_ascii=False).encode(), purpose=purpose, place=place)


def unseal_json(value: bytes | memoryview, *, purpose: str, place: str) -> Any:
    """Open what ``seal_json`` made."""
    return json.loads(unseal(value, purpose=purpose, place=place))


def blind_index(value: str, *, purpose: str) -> str:
    """Return a keyed look-up key of a normalised value (32 hex digits): equality, nothing more."""
    return hmac.new(purpose_key(f"index/{purpose}"), value.encode(), hashlib.sha256).hexdigest()[:32]
