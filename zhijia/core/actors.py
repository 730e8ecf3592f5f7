"""Who acts. A person with an account is a ``User``; these are the others."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class System:
    """The platform itself: timers and repairs."""

    pk: None = None
    is_authenticated: bool = False
    is_officer: bool = False


@dataclass(frozen=True)
class ReceiptHolder:
    """A person who holds the receipt of one matter and has, or uses, no account."""

    matter: str
    """Public id of the matter that the receipt opens, e.g. ``appeal:1f0c…``."""
    key: bytes = field(default=b"", repr=False, compare=False)
    """What follows from the receipt and opens the matter's sealed parts (``core.receipts``)."""
    pk: None = None
    is_authenticated: bool = False
    is_officer: bool = False


@dataclass(frozen=True)
class Stranger:
    """Nobody we know, or nobody we may remember: a person who hands in without a name."""

    pk: None = None
    is_authenticated: bool = False
    is_officer: bool = False


SYSTEM = System()
STRANGER = Stranger()

Actor = Any
"""A ``User``, ``SYSTEM`` or a ``ReceiptHolder``; services name the parameter ``by``."""


def actor_id(actor: Actor) -> str:
    """Return the actor's name in logs and the audit: an id, never a personal name."""
    if isinstance(actor, System):
        return "system"
    if isinstance(actor, ReceiptHolder):
        return f"receipt:{actor.matter}"
    if getattr(actor, "pk", None) is None:
        return "anonymous"
    return f"user:{actor.pk}"
