"""The keys that sign: private halves in files, public halves in a table.

``audit-signing-N.key`` lies in the folder of the installation's keys. It is not one of the ring that
seals: a signature must be checkable by anybody, and by those who never had our keys.
"""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction

from zhijia.audit.errors import SigningKeyMissing
from zhijia.audit.models import SigningKey
from zhijia.audit.verify_audit import Row, encode, key_id, to_be_signed
from zhijia.core import key_ring


@dataclass(frozen=True)
class Signer:
    """The key that signs now."""

    number: int
    key_id: str
    private: Ed25519PrivateKey
    installation: str
    """Name of this installation: the id of its first key."""

    def sign(self, content: Row) -> str:
        """Return ``content`` as a statement."""
        signed = to_be_signed({**content, "installation": self.installation}, self.key_id)
        return f"{signed}.{encode(self.private.sign(signed.encode()))}"


def path_of(number: int) -> Path:
    """Return the file of a private key."""
    return key_ring.folder() / f"audit-signing-{number}.key"


def current() -> Signer:
    """Return the key that signs; make the first one on first need. Raises ``SigningKeyMissing``."""
    known = list(SigningKey.objects.order_by("number").values_list("number", "key_id"))
    if not known:
        register(1)
        known = list(SigningKey.objects.order_by("number").values_list("number", "key_id"))
    number, name = known[-1]
    private = _read(path_of(number))
    if key_id(public_of(private)) != name:
        raise SigningKeyMissing(f"{path_of(number)} does not hold key {name}")
    return Signer(number, name, private, installation=known[0][1])


def make(number: int) -> bytes:
    """Make a private key if its file is not there, and return the public half."""
    key_ring.write_key(path_of(number), os.urandom(key_ring.KEY_BYTES))
    return public_of(_read(path_of(number)))


def register(number: int) -> None:
    """Note the public half of the first key; two processes that begin together note the same one."""
    public = make(number)
    try:
        with transaction.atomic():
            SigningKey.objects.create(number=number, key_id=key_id(public), public=public.hex())
    except IntegrityError:
        pass  # the other process was quicker


def public_of(private: Ed25519PrivateKey) -> bytes:
    """Return the public half, 32 bytes."""
    return private.public_key().public_bytes_raw()


@cache
def _read(path: Path) -> Ed25519PrivateKey:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SigningKeyMissing(f"{path}: {error.strerror}") from None
    if len(content) != key_ring.KEY_BYTES:
        raise SigningKeyMissing(
            f"{path} must hold exactly {key_ring.KEY_BYTES} bytes, it holds {len(content)}"
        )
    return Ed25519PrivateKey.from_private_bytes(content)
