"""A small audit that proofs may spoil: as rows in memory, written out as an export or into the database."""

import copy
import datetime as dt
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import DataError, IntegrityError, connection, transaction

from zhijia.audit import keys, verification
from zhijia.audit.export import write_export
from zhijia.audit.models import Head, SignedHead, SigningKey
from zhijia.audit.selectors import exposure
from zhijia.audit.services import change_key, record, record_read, sign_heads
from zhijia.audit.verify_audit import (
    CHAIN,
    GENESIS,
    HEADS,
    KEYS,
    BadStatement,
    Broken,
    CannotCheck,
    Heads,
    Statement,
    canonical,
    check_export,
    hash_of,
    trust_in,
    with_hash,
)
from zhijia.core.actors import SYSTEM, ReceiptHolder
from zhijia.core.manifest import contributions
from zhijia.core.serving.background import Background

YESTERDAY = dt.datetime(2026, 3, 1, 1, 30, 0, 7, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
TENANT, ROWS, WITNESSED = 13, 60, 45
NOT_INTACT = (Broken, BadStatement, CannotCheck)
INSERT = (
    "INSERT INTO audit_entry (tenant, seq, at, actor, kind, purpose, action, object, data, previous, hash) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
Row = dict[str, Any]


@dataclass
class Copy:
    """An audit in memory: what an attacker writes back."""

    chain: list[Row]
    heads: list[str]
    keys: list[Row]

    def rows(self, tenant: int = TENANT) -> list[Row]:
        """Return the rows of a chain, in order."""
        return [row for row in self.chain if row["tenant"] == tenant]

    def relink(self, tenant: int = TENANT) -> None:
        """Number and hash a whole chain anew."""
        previous = GENESIS
        for seq, row in enumerate(self.rows(tenant), 1):
            row.pop("hash", None)
            row |= {"seq": seq, "previous": previous}
            row["hash"] = previous = hash_of(canonical(row))

    def sign_anew(self, signers: dict[str, keys.Signer]) -> None:
        """Make every head agree with the chain and sign it; heads of rows that are gone are left out."""
        digests = {(row["tenant"], row["seq"]): row["hash"] for row in self.chain}
        fresh = []
        for text in self.heads:
            statement = Statement.read(text, "")
            said = statement.content
            digest = digests.get((said["tenant"], said["seq"]))
            if digest:
                content = {name: said[name] for name in ("about", "tenant", "seq", "at")}
                fresh.append(signers[statement.key].sign({**content, "hash": digest}))
        self.heads = fresh

    def write(self, folder: Path) -> None:
        """Write the export."""
        lines = (with_hash(canonical({**row, "hash": None}).replace('"hash":null,', ""), row["hash"])
                 for row in self.chain)  # fmt: skip
        (folder / CHAIN).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        (folder / HEADS).write_text("".join(f"{line}\n" for line in self.heads))
        (folder / KEYS).write_text(json.dumps({"keys": self.keys}))

    def store(self) -> None:
        """Put it into the database in place of what is there, the head table included."""
        with connection.cursor() as cursor:
            for table in ("entry", "head", "signedhead", "signingkey"):
                cursor.execute(f"DELETE FROM audit_{table}")
            cursor.executemany(INSERT, [_columns(row) for row in self.chain])
        for tenant in {row["tenant"] for row in self.chain}:
            last = self.rows(tenant)[-1]
            Head.objects.create(tenant=tenant, seq=last["seq"], hash=last["hash"])
        for key in self.keys:
            at = YESTERDAY if key["announcement"] else None
            SigningKey.objects.create(
                number=key["number"], key_id=key["id"], public=key["public"],
                announcement=key["announcement"], announced_at=at,
            )  # fmt: skip
        for text in self.heads:
            key, said = _readable(text)
            SignedHead.objects.create(
                tenant=said["tenant"],
                seq=said["seq"],
                hash=said["hash"],
                at=YESTERDAY,
                key_id=key,
                statement=text,
            )


def _readable(text: str) -> tuple[str, Row]:
    try:
        statement = Statement.read(text, "")
        return statement.key, {"tenant": TENANT, "seq": 1, "hash": "", **statement.content}
    except BadStatement:
        return "", {"tenant": TENANT, "seq": 1, "hash": ""}


def _columns(row: Row) -> tuple[Any, ...]:
    at = row["at"].replace("T", " ").replace("Z", "+00:00" if connection.vendor == "postgresql" else "")
    named = [row[name] for name in ("actor", "kind", "purpose", "action", "object")]
    return (row["tenant"], row["seq"], at, *named, canonical(row["data"]), row["previous"], row["hash"])


@dataclass
class World:
    """An intact audit, what its witness holds since yesterday, and the key on the notice board."""

    folder: Path
    intact: Copy
    signers: dict[str, keys.Signer]
    root: str
    random: random.Random
    witness: Path = field(init=False)

    def __post_init__(self) -> None:
        self.witness = self.folder / "witness.jws"

    @classmethod
    def build(cls, folder: Path, *, seed: int) -> "World":
        """Make it with the services of the house: rows, a signed head, a new key, more rows and heads."""
        chance = random.Random(seed)
        first = keys.current()
        _deeds(WITNESSED, chance)
        sign_heads(now=YESTERDAY)
        held = list(SignedHead.objects.order_by("pk").values_list("statement", flat=True))
        (folder / "witness.jws").write_text("".join(f"{line}\n" for line in held))
        change_key(now=YESTERDAY + HOUR)
        second = keys.current()
        _deeds(ROWS - WITNESSED, chance)
        sign_heads(now=YESTERDAY + 24 * HOUR)
        write_export(folder / "export", verification.tenants_to_check())
        signers = {signer.key_id: signer for signer in (first, second)}
        root = keys.public_of(first.private).hex()
        return cls(folder, read(folder / "export"), signers, root, chance)

    def copy(self) -> Copy:
        """Return a copy to spoil."""
        return copy.deepcopy(self.intact)

    def export_is_refused(self, folder: Path, *, witnessed: bool = True) -> bool:
        """Say whether the check that stands alone refuses the export."""
        try:
            heads = Heads(trust_in(folder, self.root if witnessed else ""))
            check_export(folder, heads, [self.witness] if witnessed else [])
        except (*NOT_INTACT, ValueError, KeyError, TypeError, OSError):
            return True
        return False

    def database_is_refused(self, *, witnessed: bool = True) -> bool:
        """Say whether ``zhijia audit verify`` would refuse the database."""
        try:
            heads = verification.signed_heads(
                witnesses=[self.witness] if witnessed else [], trust=self.root if witnessed else ""
            )
            for tenant in sorted({*verification.tenants_to_check(), *heads.marks}):
                verification.verify_tenant(tenant, marks=heads.marks)
            verification.check_key_changes(heads)
        except NOT_INTACT:
            return True
        return False

    def refuses(self, spoilt: Copy, *, witnessed: bool = True) -> tuple[bool, bool]:
        """Write the copy out both ways; say whether the export and the database are refused."""
        folder = self.folder / "spoilt"
        folder.mkdir(exist_ok=True)
        spoilt.write(folder)
        export = self.export_is_refused(folder, witnessed=witnessed)
        with transaction.atomic():
            try:
                with transaction.atomic():
                    spoilt.store()
                database = self.database_is_refused(witnessed=witnessed)
            except (IntegrityError, DataError, ValueError):
                database = True  # the database itself takes no such rows
            transaction.set_rollback(True)
        return export, database


def _deeds(count: int, chance: random.Random) -> None:
    for number in range(count):
        now = YESTERDAY + dt.timedelta(seconds=number)
        by = ReceiptHolder(matter=f"appeal:{number}") if number % 7 == 0 else SYSTEM
        data = {
            "n": number,
            "字": chance.choice("甲乙丙丁"),
            "part": chance.choice(["narrative", "evidence"]),
        }
        call = record_read if number % 3 == 0 else record
        purpose = "grievance_handle" if number % 3 == 0 else ""
        call(
            "vault.opened",
            obj=f"appeal:{number % 9}",
            by=by,
            now=now,
            tenant=TENANT,
            data=data,
            purpose=purpose,
        )
        if number % 10 == 0:
            record("post.ended", obj="unions.post:1", by=SYSTEM, now=now, tenant=0)


def read(folder: Path) -> Copy:
    """Return the export of a folder."""
    chain = [json.loads(line) for line in (folder / CHAIN).read_text(encoding="utf-8").splitlines()]
    held = json.loads((folder / KEYS).read_text())["keys"]
    return Copy(chain, (folder / HEADS).read_text().splitlines(), held)


def long_chain(tenant: int, rows: int) -> Iterator[tuple[str, str]]:
    """Write a long chain straight into the database; yield each line with its hash."""
    previous, batch = GENESIS, []
    for seq in range(1, rows + 1):
        row = {
            "tenant": tenant, "seq": seq, "at": "2026-03-01T01:30:00.000007Z", "actor": f"user:{seq % 97}",
            "kind": "read", "purpose": "grievance_handle", "action": "vault.opened",
            "object": f"appeals.appeal:{seq % 4001}", "data": {"part": "narrative"}, "previous": previous,
        }  # fmt: skip
        line = canonical(row)
        previous = hash_of(line)
        batch.append(_columns({**row, "hash": previous}))
        yield line, previous
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, batch)
    Head.objects.create(tenant=tenant, seq=rows, hash=previous)


def work(start: dt.datetime, hours: int) -> list[dt.timedelta]:
    """Let the background run its timers each minute while deeds go on.

    Returns how old the newest witnessed head was just before each minute's timers, from the first on.
    """
    background, ages = Background(), []
    own = [timer for timer in contributions("timers") if timer.name.startswith("audit.")]
    for minute in range(hours * 60):
        now = start + dt.timedelta(minutes=minute)
        if minute % 13 == 0:
            record("thing.done", obj="thing:1", by=SYSTEM, now=now, tenant=TENANT)
        age = exposure().age(now)
        if age is not None:
            ages.append(age)
        with patch("zhijia.core.serving.background.timers", return_value=own):
            background.run_timers(now)
    return ages
