"""Ways to rewrite an audit, from a single byte to everything with the signing key in hand."""

import random
import string
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trust.audit_world import TENANT, WITNESSED, Copy, World
from zhijia.audit import keys
from zhijia.audit.verify_audit import KEY_CHANGED, Statement, key_id

Attack = Callable[[Copy, World], None]
TEXTS = ("actor", "purpose", "action", "object", "hash", "previous", "at")
LOOKALIKES = str.maketrans("aeopcx013", "аеорсхОlЗ")


def other_text(text: str, chance: random.Random) -> str:
    """Return another text: a letter, a digit, a look-alike, a space, a case, one more or one less."""
    while True:
        at = chance.randrange(len(text)) if text else 0
        changed = chance.choice([
            text[:at] + chance.choice(string.printable[:94]) + text[at + 1 :],
            text[:at] + chance.choice(string.digits) + text[at + 1 :],
            text[:at] + text[at : at + 1].translate(LOOKALIKES) + text[at + 1 :],
            text[:at] + " " + text[at:],
            text[:at] + text[at : at + 1].swapcase() + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + "\u200b" + text[at:],
        ])  # fmt: skip
        if changed != text:
            return str(changed)


def a_row(spoilt: Copy, world: World, *, witnessed: bool = False) -> dict[str, Any]:
    """Return a random row: any, or one that the witness vouches for."""
    rows = spoilt.rows()[:WITNESSED] if witnessed else spoilt.chain
    return world.random.choice(rows)


def alter(spoilt: Copy, world: World) -> None:
    """Change one character of one column."""
    row, name = a_row(spoilt, world), world.random.choice((*TEXTS, "data", "kind", "at"))
    if name == "data":
        row["data"] = {**row["data"], "n": world.random.randrange(10**6, 10**7)}
    elif name == "kind":
        row["kind"] = "read" if row["kind"] == "change" else "change"
    elif name == "at":
        digit = row["at"][25]
        row["at"] = row["at"][:25] + world.random.choice([d for d in string.digits if d != digit]) + "Z"
    else:
        row[name] = other_text(row[name], world.random)


def delete(spoilt: Copy, world: World) -> None:
    """Take out up to three rows."""
    for _ in range(world.random.randint(1, 3)):
        spoilt.chain.remove(a_row(spoilt, world))


def insert(spoilt: Copy, world: World) -> None:
    """Put a row in: a twin of another, or one that continues the numbers."""
    rows = spoilt.rows()
    twin = dict(world.random.choice(rows))
    if world.random.random() < 0.5:
        twin |= {"seq": len(rows) + 1, "previous": rows[-1]["hash"]}
    spoilt.chain.insert(spoilt.chain.index(rows[-1]) + 1, twin)


def swap(spoilt: Copy, world: World) -> None:
    """Exchange what two rows say, or the rows themselves."""
    one, two = world.random.sample(spoilt.rows(), 2)
    names = ("actor", "object", "data", "at", "action", "kind", "purpose")
    if world.random.random() < 0.5:
        names = (*names, "hash")
    one_was = {name: one[name] for name in names}
    one |= {name: two[name] for name in names}
    two |= one_was


def truncate(spoilt: Copy, world: World) -> None:
    """Cut the end off, past what the witness holds, with heads and the table of heads; the key is stolen."""
    keep = world.random.randrange(0, WITNESSED)
    gone = spoilt.rows()[keep:]
    spoilt.chain = [row for row in spoilt.chain if row not in gone]
    spoilt.sign_anew(world.signers)


def rehash(spoilt: Copy, world: World) -> None:
    """Alter a row that the witness vouches for, and compute everything anew; no key, so no heads."""
    _forge(spoilt, world)
    spoilt.relink()
    spoilt.heads = []


def rehash_and_leave_heads(spoilt: Copy, world: World) -> None:
    """The same, and the signed heads stay as they were: genuine, and of another chain."""
    _forge(spoilt, world)
    spoilt.relink()


def rehash_and_sign(spoilt: Copy, world: World) -> None:
    """The same with the stolen key: every head is signed anew."""
    _forge(spoilt, world)
    spoilt.relink()
    spoilt.sign_anew(world.signers)


def _forge(spoilt: Copy, world: World) -> None:
    row = a_row(spoilt, world, witnessed=True)
    deed = world.random.randrange(3)
    if deed == 0:
        row["actor"] = "user:99"
    elif deed == 1:
        spoilt.chain.remove(row)
    else:
        spoilt.chain.insert(spoilt.chain.index(row), {**row, "actor": "user:98"})


def edit_heads(spoilt: Copy, world: World) -> None:
    """Edit the table of signed heads: a character, a loss that the witness sees, order, a second version."""
    deed, chance = world.random.randrange(4), world.random
    if deed == 0:
        at = chance.randrange(len(spoilt.heads))
        spoilt.heads[at] = other_text(spoilt.heads[at], chance)
    elif deed == 1:
        del spoilt.heads[chance.randrange(2)]  # the first round is what the witness holds
    elif deed == 2:
        spoilt.heads.reverse()
    else:
        last = Statement.read(spoilt.heads[-1], "")
        said = {name: last.content[name] for name in ("about", "tenant", "seq", "at")}
        spoilt.heads.append(world.signers[last.key].sign({**said, "hash": "ab" * 32}))


def another_key(spoilt: Copy, world: World) -> None:
    """Rewrite everything and sign it with a key of one's own, as if it had always been the key."""
    own = Ed25519PrivateKey.generate()
    public = keys.public_of(own)
    signer = keys.Signer(1, key_id(public), own, key_id(public))
    _forge(spoilt, world)
    spoilt.chain = [row for row in spoilt.chain if row["action"] != KEY_CHANGED]
    spoilt.relink()
    spoilt.relink(0)
    spoilt.sign_anew(dict.fromkeys(world.signers, signer))
    spoilt.keys = [{"number": 1, "id": signer.key_id, "public": public.hex(), "announcement": ""}]


def no_announcement(spoilt: Copy, world: World) -> None:
    """Take the entry that announces the new key out of the chain, and compute the rest anew."""
    spoilt.chain = [row for row in spoilt.chain if row["action"] != KEY_CHANGED]
    spoilt.relink(0)
    spoilt.sign_anew(world.signers)


def everything_gone(spoilt: Copy, world: World) -> None:
    """Delete a whole chain, its head and its signed heads."""
    spoilt.chain = [row for row in spoilt.chain if row["tenant"] != TENANT]
    spoilt.sign_anew(world.signers)


ATTACKS: dict[str, Attack] = {
    function.__name__: function
    for function in (
        alter, delete, insert, swap, truncate, rehash, rehash_and_leave_heads, rehash_and_sign, edit_heads,
        another_key, no_announcement, everything_gone,
    )
}  # fmt: skip


def spoil_chain(content: bytes, chance: random.Random) -> bytes:
    """Return other bytes of a chain: a byte, a lost or doubled line, the end cut off."""
    lines = content.splitlines(keepends=True)
    number = chance.randrange(len(lines))
    return chance.choice([
        spoil_byte(content, chance),
        b"".join(lines[:number] + lines[number + 1 :]),
        b"".join(lines[: number + 1] + lines[number:]),
        content[: chance.randrange(len(content))],
    ])  # fmt: skip


def spoil_byte(content: bytes, chance: random.Random) -> bytes:
    """Return the content with one byte changed, one bit turned, one byte lost or one more."""
    at = chance.randrange(len(content))
    while True:
        changed = chance.choice([
            content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :],
            content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :],
            content[:at] + content[at + 1 :],
            content[:at] + bytes([chance.randrange(256)]) + content[at:],
        ])  # fmt: skip
        if changed != content:
            return changed


def rewrite_tail(spoilt: Copy, world: World) -> None:
    """Rewrite what came after the witnessed head, with the stolen key: the window that stays open."""
    row = world.random.choice(spoilt.rows()[WITNESSED:])
    row["actor"] = "user:99"
    spoilt.relink()
    spoilt.sign_anew(world.signers)
