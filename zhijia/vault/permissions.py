"""Who may open a sealed part: nobody, unless the app that owns the record says so."""

from collections.abc import Callable
from typing import Any

from zhijia.core.actors import Actor
from zhijia.vault.enums import Purpose

Opener = Callable[[Actor, str, str, Purpose], Any]
"""``opener(by, owner, part, purpose)``: does this person hold an assignment, and no conflict?"""

_openers: dict[str, Opener] = {}


def register_opener(owner_type: str, predicate: Opener) -> None:
    """Let the app that owns records of ``owner_type`` (before the colon) decide; once per type."""
    known = _openers.get(owner_type)
    if known is not None and known is not predicate:
        raise ValueError(f"somebody else already decides about {owner_type!r}")
    _openers[owner_type] = predicate


def forget_opener(owner_type: str) -> None:
    """Take back a registration (for tests)."""
    _openers.pop(owner_type, None)


def may_open(by: Actor, owner: str, part: str, purpose: Purpose) -> bool:
    """Say whether ``by`` may open the part; False for a type that nobody answers for."""
    opener = _openers.get(owner.partition(":")[0])
    return opener is not None and bool(opener(by, owner, part, purpose))
