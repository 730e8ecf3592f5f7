"""Checks the audit of a Zhijia installation. This one file needs nothing else of Zhijia.

    python verify_audit.py EXPORT                    a folder written by: zhijia audit export
    python verify_audit.py EXPORT --witness FILE     heads that somebody else kept (file, saved mail, QR text)
    python verify_audit.py EXPORT --trust PUBLIC     the public key as it hangs on the notice board
    python verify_audit.py EXPORT --case OBJECT      list the entries about one case
    python verify_audit.py EXPORT --receipt FILE     what a receipt says, and that the chain agrees

Python 3.11 and, for signatures, the package ``cryptography``. Exit status: 0 intact, 1 broken (the
first bad row or line is named), 2 cannot be checked.

An entry is one line of canonical JSON (keys sorted, no spaces, UTF-8). It names the hash of the entry
before it, and its own hash is SHA-256 over the whole line. The first names ``GENESIS``. A statement is
a JSON Web Signature in compact form (RFC 7515) with Ed25519 (RFC 8037), about a head of a chain, a
receipt, or the key that comes next. docs/reference/audit-format.md describes both.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

GENESIS = "0" * 64
CHAIN, HEADS, KEYS = "chain.jsonl", "heads.jws", "keys.json"
KEY_CHANGED = "audit.key_changed"  # action of the entry of tenant 0 that announces the next key


@dataclass(eq=False)
class Broken(Exception):
    """The chain does not hold; names the first bad row."""

    tenant: int
    seq: int
    reason: str

    def __str__(self) -> str:
        return f"tenant {self.tenant}, row {self.seq}: {self.reason}"


class BadStatement(Exception):
    """A signed statement is not what it should be; names where it stands."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")


class CannotCheck(Exception):
    """Something is missing that the check needs; says what."""


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


def with_hash(line: str, digest: str) -> str:
    """Return a line as an export holds it: the canonical line and, last, its hash."""
    return f'{line[:-1]},"hash":"{digest}"}}'


@dataclass(frozen=True)
class Mark:
    """A row that somebody has vouched for: the chain must still pass through it."""

    hash: str
    told: str = "was noted down earlier"


@dataclass
class Walker:
    """Walks one tenant's chain from its start; feed it the rows in order, then ``finish``."""

    tenant: int
    seq: int = 0
    hash: str = GENESIS
    marks: dict[int, Mark] = field(default_factory=dict)

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
        mark = self.marks.get(seq)
        if mark and mark.hash != stated:
            raise Broken(self.tenant, seq, f"is not the row that {mark.told}")

    def finish(self) -> None:
        """Check that no row that was vouched for lies behind the end; raise ``Broken``."""
        gone = min((seq for seq in self.marks if seq > self.seq), default=0)
        if gone:
            raise Broken(self.tenant, gone, f"{self.marks[gone].told} and is missing")


Row = dict[str, Any]
See = Callable[[Row], None]
Marks = dict[int, dict[int, Mark]]


def read_row(raw: bytes, number: int) -> tuple[Row, str, str]:
    """Return the row of a line of an export, its canonical line and its hash; raise ``Broken``."""
    try:
        text = raw.decode()
        row = json.loads(text)
        stated = row.pop("hash")
        line = canonical(row)
        if f"{with_hash(line, stated)}\n" != text or type(row["seq"]) is not int:
            raise ValueError
        return row, line, stated
    except (ValueError, KeyError, AttributeError, TypeError):
        raise Broken(-1, number, "is not a line of an export") from None


def walk_export(
    lines: Iterable[bytes], marks: Marks | None = None, see: See = lambda row: None
) -> dict[int, Walker]:
    """Check an exported chain (one JSON object a line); return the walkers by tenant.

    ``see`` is shown each good row. Raises ``Broken``.
    """
    known = marks or {}
    walkers = {tenant: Walker(tenant, marks=known[tenant]) for tenant in known}
    for number, raw in enumerate(lines, 1):
        row, line, stated = read_row(raw, number)
        walker = walkers.setdefault(row["tenant"], Walker(row["tenant"]))
        walker.step(row["seq"], row["previous"], line, stated)
        see(row)
    for walker in walkers.values():
        walker.finish()
    return walkers


def encode(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return what ``encode`` wrote, from exactly that text; raise ``ValueError``."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(raw) != text:
        raise ValueError("not base64url")
    return raw


def key_id(public: bytes) -> str:
    """Return the name of a public key: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def to_be_signed(content: Row, key: str) -> str:
    """Return header and content of a statement, ready for the signature of the named key."""
    return ".".join(encode(canonical(part).encode()) for part in ({"alg": "EdDSA", "kid": key}, content))


NOBODY = "00" * 32
START = encode(b'{"alg":"EdDSA",')


def commitment_of(matter: str, salt: str) -> str:
    """Return what a receipt says of its matter: nothing to whoever lacks ``salt`` (the receipt number)."""
    return hash_of(canonical(["zhijia matter", matter, salt]))


@dataclass(frozen=True)
class Statement:
    """A statement that can be read; whether it is genuine is asked of ``Trust``."""

    text: str
    key: str
    content: Row

    @classmethod
    def read(cls, text: str, place: str) -> "Statement":
        """Read a statement; raise ``BadStatement``."""
        try:
            header, content, signature = text.split(".")
            about, told = json.loads(decode(header)), json.loads(decode(content))
            if to_be_signed(told, about["kid"]) != f"{header}.{content}" or len(decode(signature)) != 64:
                raise ValueError
            return cls(text, about["kid"], told)
        except (ValueError, KeyError, TypeError):
            raise BadStatement(place, "is not a signed statement") from None

    def is_signed_by(self, public: bytes) -> bool:
        """Say whether the signature is the key's."""
        try:
            from cryptography.exceptions import InvalidSignature
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        except ImportError:
            raise CannotCheck("signatures need the Python package 'cryptography'") from None
        signed, _, signature = self.text.rpartition(".")
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(decode(signature), signed.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Trust:
    """The keys that may sign: one that we were told of, and those that it led to, in order."""

    def __init__(self, root: str) -> None:
        try:
            public = bytes.fromhex(root)
        except ValueError:
            raise CannotCheck("a public key is 64 hexadecimal digits") from None
        self.keys = {key_id(public): public}
        self.announced: dict[str, str] = {}
        """The text that announced the next key, by the id of the key that signed it."""
        self.earlier: frozenset[str] = frozenset()
        """Keys from before the one that we were told of: nothing vouches for what they signed."""
        self.installation = ""

    def check(self, statement: Statement, place: str) -> int:
        """Return the number of the key, from 0, that signed; raise ``BadStatement``."""
        if statement.key not in self.keys:
            raise BadStatement(place, f"is signed with key {statement.key}, which nothing vouches for")
        if not statement.is_signed_by(self.keys[statement.key]):
            raise BadStatement(place, "has a false signature")
        self.installation = self.installation or str(statement.content.get("installation"))
        if statement.content.get("installation") != self.installation:
            raise BadStatement(place, "comes from another installation")
        return list(self.keys).index(statement.key)

    def accept(self, statement: Statement, place: str) -> None:
        """Trust the key that the newest trusted key announces; raise ``BadStatement``."""
        if statement.key in self.earlier or self.announced.get(statement.key) == statement.text:
            return
        number = self.check(statement, place)
        try:
            public = bytes.fromhex(statement.content["public"])
        except (KeyError, TypeError, ValueError):
            raise BadStatement(place, "announces no key") from None
        if number != len(self.keys) - 1 or key_id(public) in self.keys:
            raise BadStatement(place, "announces a key although another one was announced already")
        self.announced[statement.key] = statement.text
        self.keys[key_id(public)] = public


class SignedHead(NamedTuple):
    """What a signed head says."""

    tenant: int
    seq: int
    hash: str
    at: str


def head_in(statement: Statement, place: str) -> SignedHead:
    """Return the head that the statement is about; raise ``BadStatement`` when it is about none."""
    said = statement.content
    if said.get("about") != "head" or type(said.get("tenant")) is not int or type(said.get("seq")) is not int:
        raise BadStatement(place, "is not about a head")
    return SignedHead(said["tenant"], said["seq"], str(said.get("hash")), str(said.get("at")))


class Heads:
    """Signed heads from all sources, ready to be compared with the chain."""

    def __init__(self, trust: Trust) -> None:
        self.trust = trust
        self.marks: Marks = {}

    def take(self, texts: Iterable[tuple[str, str]], told: str = "was signed on") -> list[SignedHead]:
        """Check one source, each text with its place, and return its heads; raise the first fault."""
        newest: dict[int, int] = {}
        found, last_key = [], 0
        for text, place in texts:
            statement = Statement.read(text, place)
            if statement.key in self.trust.earlier:
                continue
            if statement.content.get("about") == "key":
                self.trust.accept(statement, place)
                continue
            key, head = self.trust.check(statement, place), head_in(statement, place)
            self.note(head, told)
            if key < last_key:
                raise BadStatement(place, f"is signed with key {statement.key} after it was replaced")
            if head.seq < newest.get(head.tenant, 0):
                raise BadStatement(place, f"is out of order: row {head.seq} after row {newest[head.tenant]}")
            newest[head.tenant], last_key = head.seq, key
            found.append(head)
        return found

    def note(self, head: SignedHead, told: str) -> None:
        """Note that the chain must pass through a head; raise ``Broken`` if another says otherwise."""
        words = f"{told} {head.at[:16]}Z"
        mark = self.marks.setdefault(head.tenant, {}).setdefault(head.seq, Mark(head.hash, words))
        if mark.hash != head.hash:
            raise Broken(head.tenant, head.seq, f"has two versions: one {mark.told}, another {words}")


def statements_in(path: Path, *, strict: bool) -> Iterator[tuple[str, str]]:
    """Yield the statements of a file, one a line, each with its place.

    A witness's file may hold other text between them. A line there that begins one of the next is
    passed over: a write was cut off, and was repeated.
    """
    text = path.read_bytes().decode("utf-8", "replace")
    lines = text.split("\n") if strict else [line.strip() for line in text.splitlines()]
    if strict and lines.pop():
        raise BadStatement(path.name, "ends in the middle of a line")
    for number, line in enumerate(lines, 1):
        torn = not strict and any(o.startswith(line) and o != line for o in lines[number : number + 400])
        if strict or (line.startswith(START) and not torn):
            yield line, f"{path.name}, line {number}"


def trust_in(folder: Path, root: str = "") -> Trust:
    """Return the keys to trust: ``root`` as we were told of it, else the folder's own first key."""
    path = folder / KEYS
    keys = json.loads(path.read_text(encoding="utf-8"))["keys"] if path.exists() else []
    if not root and not path.exists():
        raise CannotCheck(f"there is no public key: neither --trust nor {path}")
    return trust_of([(key["public"], key["announcement"]) for key in keys], root)


def trust_of(keys: list[tuple[str, str]], root: str = "") -> Trust:
    """Return trust in ``root`` and what it led to; ``keys`` are public halves with announcements."""
    trust = Trust(root or (keys[0][0] if keys else NOBODY))
    names = [key_id(bytes.fromhex(public)) for public, _ in keys]
    first = next(iter(trust.keys))
    if keys and first not in names:
        raise BadStatement(KEYS, "does not hold the key that --trust names")
    trust.earlier = frozenset(names[: names.index(first)] if keys else ())
    for _, announcement in keys:
        if announcement:
            trust.accept(Statement.read(announcement, KEYS), KEYS)
    return trust


Found = tuple[dict[int, Walker], int, dict[int, SignedHead]]
"""The chains, how many heads were signed, and the newest head of each tenant that a witness holds."""


def check_export(
    folder: Path, heads: Heads, witnesses: Iterable[Path] = (), see: See = lambda row: None
) -> Found:
    """Check chain, heads, keys and witnesses against one another; raise the first fault."""
    own = heads.take(statements_in(folder / HEADS, strict=True))
    held = [head for path in witnesses for head in held_by(path, heads)]
    announced: list[tuple[int, str]] = []

    def look(row: Row) -> None:
        if row["action"] == KEY_CHANGED and row["tenant"] == 0:
            announced.append((row["seq"], str(row["data"].get("statement"))))
        see(row)

    with (folder / CHAIN).open("rb") as lines:
        walkers = walk_export(lines, heads.marks, look)
    check_announced(heads.trust, announced, walkers.get(0))
    for tenant, seq in sorted({(h.tenant, h.seq) for h in held} - {(h.tenant, h.seq) for h in own}):
        raise Broken(tenant, seq, f"has a head that a witness holds and {HEADS} does not")
    newest = {head.tenant: head for head in sorted(held, key=lambda head: head.seq)}
    return walkers, len(own), newest


def held_by(path: Path, heads: Heads) -> list[SignedHead]:
    """Return the heads that a witness's file holds, checked; raise the first fault."""
    held = heads.take(statements_in(path, strict=False), f"was shown to the witness {path.name} on")
    if not held:
        raise CannotCheck(f"{path} holds no signed head")
    return held


def check_announced(trust: Trust, rows: Iterable[tuple[int, str]], chain: Walker | None) -> None:
    """Check that the chain announces each key that is trusted, and no other; raise ``Broken``."""
    told = set(trust.announced.values())
    for seq, text in rows:
        if text not in told and Statement.read(text, f"row {seq}").key not in trust.earlier:
            raise Broken(0, seq, "announces a key that the key before it did not sign")
        told.discard(text)
    if told and chain:
        raise Broken(0, chain.seq, "is the last row, and a key that signs was announced in none")


def say(text: str) -> None:
    """Print."""
    sys.stdout.write(f"{text}\n")


def report(walkers: dict[int, Walker], signed: int, witnessed: dict[int, SignedHead]) -> None:
    """Say what was found intact, and how far outsiders vouch for it."""
    for tenant, walker in sorted(walkers.items()):
        say(f"intact: tenant {tenant}, {walker.seq} rows, head {walker.hash}")
        if tenant in witnessed:
            seq, _, at = witnessed[tenant][1:]
            say(f"        a witness holds row {seq} since {at}, {walker.seq - seq} rows came later")
    say(f"intact: {signed} signed heads, every signature genuine")
    if not witnessed:
        say("note: no witness was asked. Whoever holds database and key could have made all of this anew.")


def tell_receipt(options: argparse.Namespace, heads: Heads) -> None:
    """Check a receipt's statement and say what it says; raise ``BadStatement``."""
    given, place = options.receipt, "the receipt"
    text = given if given.startswith(START) else Path(given).read_text(encoding="utf-8")
    statement = Statement.read(text.strip(), place)
    heads.trust.check(statement, place)
    said = statement.content
    if said.get("about") != "receipt":
        raise BadStatement(place, "is a statement about something else")
    if options.matter and said.get("commitment") != commitment_of(options.matter, options.salt):
        raise BadStatement(place, "belongs to another matter, or the salt is not its own")
    if "head" in said:
        heads.note(SignedHead(**said["head"], at=said["received_at"]), "was written on the receipt of")
    say(f"genuine: {canonical(said)}")


def told(row: Row) -> str:
    """Return an entry as one line for people."""
    words = [f"{row['tenant']}:{row['seq']}", *(row[k] for k in ("at", "kind", "action", "actor", "purpose"))]
    return "  ".join([*words, canonical(row["data"])])


def run(options: argparse.Namespace) -> None:
    """Do what the command line asks; raise what is wrong."""
    folder, case = options.folder or Path(), options.case
    if not options.folder and not options.receipt:
        raise CannotCheck("name an export or a receipt")
    entries: list[str] = []

    def see(row: Row) -> None:
        if case and row["object"] in case.split(","):
            entries.append(told(row))

    if folder.is_file():
        with folder.open("rb") as lines:
            found: Found = walk_export(lines, see=see), 0, {}
    else:
        heads = Heads(trust_in(folder, options.trust))
        if options.receipt:
            tell_receipt(options, heads)
        if not options.folder:
            return
        found = check_export(folder, heads, options.witness, see)
    if case:
        say("\n".join([*entries, f"{len(entries)} entries about {case}; this chain holds no other"]))
    report(*found)


OPTIONS = (
    ("--trust", "PUBLIC", "the public key, 64 digits, as it was printed"),
    ("--case", "OBJECT", "list the entries about this; several with commas"),
    ("--receipt", "FILE", "check a receipt's statement: a file, or the text itself"),
    ("--matter", "ID", "public id of the matter that the receipt is said to belong to"),
    ("--salt", "DIGITS", "what hides that id on the receipt: the receipt number"),
)


def main(arguments: list[str]) -> int:
    """Check, and print what was found; 0 intact, 1 broken, 2 cannot be checked."""
    parser = argparse.ArgumentParser(description="Check the audit of a Zhijia installation.")
    parser.add_argument("folder", type=Path, nargs="?", help="export folder, or only its chain.jsonl")
    parser.add_argument("--witness", type=Path, action="append", default=[], help="heads kept elsewhere")
    for name, value, help in OPTIONS:
        parser.add_argument(name, default="", metavar=value, help=help)
    options = parser.parse_args(arguments)
    try:
        run(options)
    except (Broken, BadStatement) as broken:
        say(f"BROKEN: {broken}")
        return 1
    except (CannotCheck, OSError, KeyError, ValueError, TypeError) as error:
        say(f"cannot be checked: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
