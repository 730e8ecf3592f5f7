"""The hash chain: pure, standard library only, so that anybody can check it with this one file.

    python chain.py EXPORT.jsonl

An entry is one line of canonical JSON (keys sorted, no spaces, UTF-8). It names the hash of the
entry before it, and its own hash is SHA-256 over the whole line. The first names ``GENESIS``.
"""

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True)
class Broken(Exception):
    """The chain does not hold; names the first bad row."""

    tenant: int
    seq: int
    reason: str

    def __str__(self) -> str:
        return f"tenant {self.tenant}, row {self.seq}: {self.reason}"


def canonical(value: Any) -> str:
    """Return the one way to write a JSON value; refuse what JSON cannot say exactly."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def line_of(
    *, tenant: int, seq: int, at: str, actor: str, kind: str, purpose: str, action: str,
    obj: str, data: str, previous: str,
) -> str:  # fmt: skip
    """Return the canonical line of an entry; ``data`` is canonical JSON and is taken as it stands."""
    text = json.encoder.encode_basestring
    return (
        f'{{"action":{text(action)},"actor":{text(actor)},"at":{text(at)},"data":{data},'
        f'"kind":{text(kind)},"object":{text(obj)},"previous":{text(previous)},'
        f'"purpose":{text(purpose)},"seq":{seq},"tenant":{tenant}}}'
    )


def hash_of(line: str) -> str:
    """Return the SHA-256 of a line as 64 hexadecimal digits."""
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class Walker:
    """Walks one tenant's chain from its start; feed it the rows in order."""

    tenant: int
    seq: int = 0
    hash: str = GENESIS

    def step(self, seq: int, previous: str, line: str, stated: str) -> None:
        """Check the next row; raise ``Broken``."""
        expected = self.seq + 1
        if seq != expected:
            reason = "is missing" if seq > expected else "appears twice"
            raise Broken(self.tenant, min(seq, expected), reason)
        if previous != self.hash:
            raise Broken(self.tenant, seq, "does not follow the row before it")
        if hash_of(line) != stated:
            raise Broken(self.tenant, seq, "was altered")
        self.seq, self.hash = seq, stated


def walk_export(lines: Iterable[str]) -> dict[int, Walker]:
    """Check an exported file (one JSON object a line); return the walkers by tenant."""
    walkers: dict[int, Walker] = {}
    for number, raw in enumerate(lines, 1):
        try:
            row = json.loads(raw)
            stated, tenant, seq, previous = row.pop("hash"), row["tenant"], row["seq"], row["previous"]
        except (ValueError, KeyError, AttributeError, TypeError):
            raise Broken(-1, number, "is not a line of an export") from None
        walkers.setdefault(tenant, Walker(tenant)).step(seq, previous, canonical(row), stated)
    return walkers


def main(path: str) -> int:
    """Check an export and print one line a tenant; 0 intact, 1 broken."""
    try:
        with open(path, encoding="utf-8") as file:
            found = walk_export(file)
    except Broken as broken:
        print("broken:", broken)  # noqa: T201
        return 1
    for walker in found.values():
        print(f"intact: tenant {walker.tenant}, {walker.seq} rows, head {walker.hash}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
