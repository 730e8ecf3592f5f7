"""What an actor can open with, and how keys are handed on. No row is changed here.

A person's private half travels on the acting user (``user.private_key``), a receipt's key on the
``ReceiptHolder``; the platform has the key files. Everything else is found by following grants.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from zhijia.core.actors import Actor, ReceiptHolder, System
from zhijia.core.boxes import open_with, seal_to
from zhijia.core.manifest import contributions
from zhijia.core.rekeying import Rekey, kept_columns
from zhijia.core.sealing import SealBroken, seal, seal_under, unseal, unseal_under
from zhijia.unions import paths
from zhijia.unions.models import UnionBody
from zhijia.vault.enums import Group
from zhijia.vault.errors import KeyLocked, KeyNotGiven
from zhijia.vault.models import KeyGrant, KeyPair, PartKey, SealedPart

PLATFORM, RECEIPT, RECOVERY, PASSWORD = "platform", "receipt", "recovery", "password"
PASSWORD_MEMORY_KIB = 64 * 1024
PASSWORD_PASSES = 2
SALT_BYTES = 16
DEEPEST = 12
"""Bodies above one another; a chain of grants that is longer is a mistake."""

Opening = Callable[[], bytes]
"""Does the cryptography; called only after the opening was written down."""


@dataclass(frozen=True)
class Readers:
    """Who will be able to open a new part."""

    group: str = ""
    """``desk`` or ``custody`` of ``body``; empty for a part that no officer opens."""
    body: UnionBody | None = None
    receipt: bytes = b""
    """Key that follows from the worker's receipt."""
    users: tuple[int, ...] = ()
    platform: bool = False
    """Whether the platform itself needs it, e.g. to send a message."""


FOR_PLATFORM = Readers(platform=True)


def holder_of_user(user: Any) -> str:
    """Return the name under which a person's key stands."""
    return f"user:{user.pk if hasattr(user, 'pk') else user}"


# Passwords ------------------------------------------------------------------------------------


def lock_with_password(private: bytes, password: str, *, place: str) -> bytes:
    """Return a private half under Argon2id of the password; the salt stands before it."""
    salt = os.urandom(SALT_BYTES)
    return salt + seal_under(_stretch(password, salt), private, place=place)


def unlock_with_password(box: bytes, password: str, *, place: str) -> bytes:
    """Return the private half; raise ``SealBroken`` for another password."""
    box = bytes(box)
    return unseal_under(_stretch(password, box[:SALT_BYTES]), box[SALT_BYTES:], place=place)


def _stretch(password: str, salt: bytes) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=PASSWORD_PASSES, lanes=1, memory_cost=PASSWORD_MEMORY_KIB)
    return kdf.derive(password.encode())


# Handing on -----------------------------------------------------------------------------------


def part_place(part: SealedPart, to: str) -> str:
    """Return what a part's key is bound to."""
    return f"part-key|{part.place}|{to}"


def pairs_in_use(holders: Iterable[str]) -> dict[str, KeyPair]:
    """Return the key in use of each holder that has one; one query."""
    rows = KeyPair.objects.filter(holder__in=list(holders), retired_at=None)
    return {pair.holder: pair for pair in rows}


def group_line(group: str, body: UnionBody) -> list[str]:
    """Return the holders that may stand in for a group: the body's own first, then those above."""
    return [f"{group}:{pk}" for pk in reversed(paths.ids_of(body.path))]


def keepers(group: str, body: UnionBody | None) -> list[str]:
    """Return the groups that a part may be sealed to, the first with a key: the body's own desk.

    Of custodians the nearest above will do as well: they only decide, and few bodies have their own.
    """
    if not group or body is None:
        return []
    line = group_line(group, body)
    return line if group == Group.CUSTODY else line[:1]


def holders_for(readers: Readers) -> list[str]:
    """Return every holder whose key may be asked for."""
    return [*keepers(readers.group, readers.body), RECOVERY, *(f"user:{pk}" for pk in readers.users)]


def part_keys(
    part: SealedPart, private: bytes, readers: Readers, pairs: dict[str, KeyPair], now: Any
) -> list[PartKey]:
    """Return the rows that give a part's key to its readers, unsaved.

    As long as no officer of the group has set up a key, the platform keeps it in the group's place.
    """
    found = [pairs[name] for name in (RECOVERY, *(f"user:{pk}" for pk in readers.users)) if name in pairs]
    keeper = next((pairs[h] for h in keepers(readers.group, readers.body) if h in pairs), None)
    rows = [to_pair(part, private, pair, now) for pair in (*found, *([keeper] if keeper else []))]
    if readers.receipt:
        box = seal_under(readers.receipt, private, place=part_place(part, RECEIPT))
        rows.append(PartKey(tenant=part.tenant, part=part, to=RECEIPT, box=box, granted_at=now))
    if readers.platform or (readers.group and keeper is None):
        rows.append(to_platform(part, private, now))
    return rows


def to_pair(part: SealedPart, private: bytes, pair: KeyPair, now: Any, lent_until: Any = None) -> PartKey:
    """Return the row that gives a part's key to the holder of ``pair``, unsaved."""
    box = seal_to(pair.public, private, place=part_place(part, pair.holder))
    return PartKey(
        tenant=part.tenant, part=part, to=pair.holder, to_pair=pair, box=box, granted_at=now,
        lent_until=lent_until,
    )  # fmt: skip


def to_platform(part: SealedPart, private: bytes, now: Any) -> PartKey:
    """Return the row that gives a part's key to the platform, unsaved."""
    box = seal(private, purpose="part-key", place=part_place(part, PLATFORM))
    return PartKey(tenant=part.tenant, part=part, to=PLATFORM, box=box, granted_at=now)


# Opening --------------------------------------------------------------------------------------


def opening_of(part: SealedPart, by: Actor, now: Any) -> Opening:
    """Return how ``by`` opens the part's private half, without doing it yet.

    Raises ``KeyLocked`` when the person's own key is not open in this session, ``KeyNotGiven``
    when nobody has given him this one.
    """
    keys = {key.to: key for key in part.keys.filter(tenant=part.tenant).select_related("to_pair")}
    keys = {to: key for to, key in keys.items() if key.lent_until is None or key.lent_until > now}
    if isinstance(by, ReceiptHolder):
        return _by_receipt(part, by, keys)
    if isinstance(by, System):
        return _by_platform(part, keys)
    return _by_person(part, by, keys)


def _by_platform(part: SealedPart, keys: dict[str, PartKey]) -> Opening:
    key = keys.get(PLATFORM)
    if key is None:
        raise KeyNotGiven
    return lambda: unseal(key.box, purpose="part-key", place=part_place(part, PLATFORM))


def _by_receipt(part: SealedPart, by: ReceiptHolder, keys: dict[str, PartKey]) -> Opening:
    if not by.key:
        raise KeyLocked
    key = keys.get(RECEIPT)
    if key is None:
        return _by_platform(part, keys)
    return lambda: unseal_under(by.key, key.box, place=part_place(part, RECEIPT))


def _by_person(part: SealedPart, by: Any, keys: dict[str, PartKey]) -> Opening:
    """Own key first, then the group's, then the platform where it stands in for the group."""
    own, private = keys.get(holder_of_user(by)), getattr(by, "private_key", b"")
    if own is not None:
        if not private:
            raise KeyLocked
        return lambda: open_with(private, own.box, place=part_place(part, own.to))
    group = next((key for to, key in keys.items() if to.partition(":")[0] in Group.values), None)
    if group is None:
        return _by_platform(part, keys)
    return _by_group(part, by, group, private)


def _by_group(part: SealedPart, by: Any, group: PartKey, private: bytes) -> Opening:
    if not private:
        raise KeyLocked
    chain = grants_between(group.to_pair, by)
    if chain is None:
        raise KeyNotGiven
    return lambda: open_with(private_along(chain, private), group.box, place=part_place(part, group.to))


def grants_between(pair: KeyPair | None, user: Any) -> list[KeyGrant] | None:
    """Return the grants that lead from a person's own key to ``pair``: outermost last; None if none do."""
    own, frontier, seen = holder_of_user(user), [(pair, [])], set()  # type: ignore[var-annotated]
    while frontier:
        wanted, behind = frontier.pop(0)
        if wanted is None or wanted.pk in seen or len(behind) > DEEPEST:
            continue
        seen.add(wanted.pk)
        for grant in wanted.grants.select_related("pair", "to_pair"):
            if grant.to == own and grant.to_pair is not None and grant.to_pair.retired_at is None:
                return [grant, *behind]
            if grant.to.partition(":")[0] in Group.values:
                frontier.append((grant.to_pair, [grant, *behind]))
    return None


def private_along(chain: Sequence[KeyGrant], private: bytes) -> bytes:
    """Return the private half at the end of a chain of grants; raise ``SealBroken``."""
    for grant in chain:
        private = open_with(private, grant.box, place=grant.place)
    return private


def all_rekeys() -> list[Rekey]:
    """Return everything that lies under the installation's own keys."""
    return [*contributions("rekeys"), *kept_columns()]


__all__ = ["Opening", "Readers", "SealBroken", "opening_of", "part_keys"]
