"""The way back: a backup, then the journal, then the erasures, then the proofs; only then the house may "
"open."""

import datetime as dt
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from zhijia.core import key_ring
from zhijia.core.backup.errors import BackupDamaged, BackupRefused
from zhijia.core.backup.frozen import count_rows, scratch
from zhijia.core.backup.key_files import opens
from zhijia.core.backup.landing import Landing
from zhijia.core.backup.repository import DATABASE, FACTS, Repository, Snapshot, installation
from zhijia.core.backup.stream import Watched, open_stream
from zhijia.core.backup.taking import JOURNAL, LEDGER
from zhijia.core.erasures import SECOND_NAME, merge, own_ledger, second_ledger
from zhijia.core.journal.files import files_in, make_folder
from zhijia.core.journal.replaying import Replayed, replay
from zhijia.core.manifest import contributions
from zhijia.core.models import JournalEntry
from zhijia.core.serving.prepare import known_migrations, missing_migrations

HEAD = re.compile(r"\d+:\d+:[0-9a-f]{64}")
Say = Callable[[str], object]


@dataclass(frozen=True)
class Order:
    """What is to be restored."""

    source: Path
    private: bytes
    backup: str = ""
    """Name of the backup; the newest when empty."""
    journals: tuple[Path, ...] = ()
    heads: tuple[str, ...] = ()
    """Heads of the audit that were noted down elsewhere: ``TENANT:SEQ:HASH``."""


@dataclass
class Restored:
    """What came back."""

    backup: str = ""
    at: dt.datetime | None = None
    rows: int = 0
    files: int = 0
    submissions: int = 0
    """Known to the journal after the restore."""
    envelopes: int = 0
    from_journal: int = 0
    erasures: int = 0
    after: dict[str, int] = field(default_factory=dict)
    migrated: int = 0
    problems: list[str] = field(default_factory=list)
    """What did not come back as it was; each with its name."""
    lost: list[str] = field(default_factory=list)
    """What the backup could not know, because it happened after it."""


def choose(order: Order) -> tuple[Repository, Snapshot]:
    """Return the backup that is wanted; raise ``BackupRefused`` when keys or backup are not there."""
    repository = Repository(order.source)
    found = repository.snapshots()
    if not key_ring.numbers():
        raise BackupRefused(
            f"The key files of the installation are not in {key_ring.folder()}. Bring them back first: "
            "without "
            "them the sealed parts stay closed."
        )
    chosen = [each for each in found if order.backup in ("", each.name)]
    if not chosen:
        raise BackupRefused(f"{order.source} holds no backup {order.backup or 'at all'}.")
    if bad := [head for head in order.heads if not HEAD.fullmatch(head)]:
        raise BackupRefused(f"{bad[0]} is no head of the audit: TENANT:SEQ:HASH, as audit verify prints it.")
    snapshot = chosen[-1]
    _check_keys(snapshot, order.private)
    return repository, snapshot


def _check_keys(snapshot: Snapshot, private: bytes) -> None:
    if snapshot.manifest["installation"] != installation():
        raise BackupRefused(
            f"The key files in {key_ring.folder()} are not those of the installation that made "
            f"{snapshot.name}. Bring back the right ones."
        )
    if snapshot.manifest["recipient"] != opens(private):
        raise BackupRefused(
            f"{snapshot.name} opens with the private key {snapshot.manifest['recipient']}; this one is "
            f"{opens(private)}."
        )


def facts_of(snapshot: Snapshot, private: bytes) -> dict[str, Any]:
    """Return the sealed list of what a backup holds; raise ``BackupDamaged``."""
    with snapshot.part(FACTS).open("rb") as file:
        pieces = open_stream(file, private=private, place=f"{FACTS}|{snapshot.name}")
        return dict(json.loads(b"".join(pieces)))


def open_everything(repository: Repository, snapshot: Snapshot, private: bytes) -> None:
    """Open every part of a backup to its end; raise ``BackupDamaged``."""
    facts = facts_of(snapshot, private)
    with snapshot.part(DATABASE).open("rb") as file:
        content = Watched(open_stream(file, private=private, place=f"{DATABASE}|{snapshot.name}"))
        for _piece in content:
            pass
    if content.sha256 != facts["database"]:
        raise BackupDamaged("the tables are not those that were backed up")
    for _kind, _name, digest, _size in facts["files"]:
        for _piece in repository.open_file(snapshot.manifest["recipient"], digest, private=private):
            pass


def restore(
    order: Order, landing: Landing, *, now: dt.datetime, say: Say, progress: Callable[[int], object]
) -> Restored:
    """Bring a house back into an empty place; raise ``BackupRefused``, ``BackupDamaged``, ``StorageFull``.

    What it raises leaves the place closed and empty enough to begin again. ``progress`` is told bytes.
    """
    repository, snapshot = choose(order)
    say(f"checking {snapshot.name} …")
    if damage := list(repository.damages([snapshot], progress)):
        raise BackupDamaged("; ".join(damage))
    facts = facts_of(snapshot, order.private)
    _check_version(facts)
    told = Restored(snapshot.name, snapshot.at)
    with scratch("restore") as aside:
        work = _Restoring(order, repository, snapshot, facts, told, aside, say, progress)
        landing.begin()
        work.bring(landing)
        with landing.inside():
            work.make_whole(now)
            work.prove()
        landing.finish()
    return told


def _check_version(facts: dict[str, Any]) -> None:
    if facts["engine"] != connection.vendor:
        raise BackupRefused(f"The backup is of {facts['engine']}; DATABASE_URL names {connection.vendor}.")
    unknown = {tuple(each) for each in facts["migrations"]} - known_migrations()
    if unknown:
        raise BackupRefused(
            f"The backup was made by version {facts['version']}, which knows what this version does not "
            f"({', '.join(sorted('.'.join(each) for each in unknown)[:3])}). Install that version first."
        )


@dataclass
class _Restoring:
    """One restore on its way."""

    order: Order
    repository: Repository
    snapshot: Snapshot
    facts: dict[str, Any]
    told: Restored
    aside: Path
    say: Say
    progress: Callable[[int], object]

    def bring(self, landing: Landing) -> None:
        """Load the tables and write the files; raise ``BackupDamaged`` when they are not those backed up."""
        self.say("loading the tables …")
        with self.snapshot.part(DATABASE).open("rb") as file:
            content = Watched(
                open_stream(file, private=self.order.private, place=f"{DATABASE}|{self.snapshot.name}")
            )
            landing.load(self._watched(content))
        if content.sha256 != self.facts["database"]:
            raise BackupDamaged(f"{self.snapshot.name}: the tables are not those that were backed up")
        self.say("bringing back the files …")
        for kind, name, digest, _size in self.facts["files"]:
            is_referred_to = kind in landing.folders
            root = landing.new_folder(kind) if is_referred_to else self.aside / kind
            self._write(root, name, digest)
            self.told.files += is_referred_to

    def _write(self, root: Path, name: str, digest: str) -> None:
        path = (root / name).resolve()
        if not path.is_relative_to(root.resolve()):
            raise BackupDamaged(f"{self.snapshot.name}: a file wants to lie outside its folder: {name}")
        make_folder(path.parent)
        content = self.repository.open_file(
            self.snapshot.manifest["recipient"], digest, private=self.order.private
        )
        with path.open("wb") as out:
            path.chmod(0o600)
            for piece in self._watched(content):
                out.write(piece)

    def _watched(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.progress(len(piece))
            yield piece

    def make_whole(self, now: dt.datetime) -> None:
        """Compare the rows, then bring tables, submissions and erasures up to now."""
        self._compare_rows()
        missing = missing_migrations()
        if missing:
            self.say(f"bringing the tables of version {self.facts['version']} up to this version …")
            call_command("migrate", interactive=False, verbosity=0)
            self.told.migrated = len(missing)
        call_command("createcachetable", verbosity=0)
        self.say("replaying the journal …")
        for folder in self._journals():
            self._replayed(folder, replay(folder, now=now))
        self.say("applying erasures again …")
        self.told.erasures = merge(self._ledgers(), own_ledger())
        for call in contributions("after_restore"):
            self.told.after[f"{call.__module__}.{call.__name__}".removeprefix("zhijia.")] = call(now)

    def _compare_rows(self) -> None:
        for table, expected in self.facts["rows"].items():
            found = count_rows("default", table)
            self.told.rows += found
            if found != expected:
                raise BackupDamaged(f"table {table} has {found} rows, {expected} were backed up")

    def _journals(self) -> list[Path]:
        """Return every journal there is: in the backup, what survived here, the second place, as named."""
        second = settings.ZHIJIA_JOURNAL_SECOND
        places = [self.aside / JOURNAL, Path(settings.ZHIJIA_JOURNAL), *self.order.journals]
        if second and "://" not in second:
            places.append(Path(second))
        return [path for path in dict.fromkeys(places) if path.is_dir() and files_in(path)]

    def _replayed(self, folder: Path, found: Replayed) -> None:
        self.told.envelopes += found.envelopes
        self.told.from_journal += found.restored
        self.told.problems += [f"journal {folder}: {line}" for line in found.refused]
        self.told.problems += [f"journal {folder}: {line}" for line in found.damage if "DAMAGED" in line]

    def _ledgers(self) -> list[Path]:
        """Return every ledger of erasures: of all backups here, of the second place."""
        found = list((self.aside / LEDGER).glob("*"))
        for number, each in enumerate(self.repository.snapshots()):
            if each.name != self.snapshot.name and (path := self._ledger_of(each, number)):
                found.append(path)
        second = second_ledger()
        return [*found, *([second] if second else []), *self._named_ledgers()]

    def _named_ledgers(self) -> list[Path]:
        return [folder / SECOND_NAME for folder in self.order.journals]

    def _ledger_of(self, snapshot: Snapshot, number: int) -> Path | None:
        if snapshot.manifest["recipient"] != opens(self.order.private):
            return None
        try:
            for kind, _name, digest, _size in facts_of(snapshot, self.order.private)["files"]:
                if kind == LEDGER:
                    self._write(self.aside / f"ledger-{number}", "ledger", digest)
                    return self.aside / f"ledger-{number}" / "ledger"
        except (BackupDamaged, OSError) as error:
            self.told.problems.append(f"ledger of erasures in {snapshot.name}: {error}")
        return None

    def prove(self) -> None:
        """See that the audit holds and that every file is there; raise ``BackupDamaged`` for the audit."""
        self.say("proving the audit …")
        kept = self.facts["apps"].get("audit", {}).get("heads", [])
        ends = dict(map(_head, kept))
        noted = [head for head in self.order.heads if _head(head)[1] <= ends.get(_head(head)[0], 0)]
        for tenant, seq in map(_head, set(self.order.heads) - set(noted)):
            rows = f"rows {ends.get(tenant, 0) + 1} to {seq}"
            self.told.lost.append(f"audit of tenant {tenant}: {rows} were written after the backup")
        verify_audit([*kept, *noted])
        self.told.submissions = JournalEntry.objects.count()
        for folder in contributions("file_folders"):
            root = Path(getattr(settings, folder.setting))
            absent = [name for name in folder.referenced("default") if not (root / name).exists()]
            self.told.problems += [f"file {name} is not there, but a row refers to it" for name in absent]


def _head(text: str) -> tuple[str, int]:
    """Return tenant and row of ``TENANT:SEQ:HASH``."""
    tenant, seq, _hash = text.split(":")
    return tenant, int(seq)


def verify_audit(heads: Iterable[str]) -> None:
    """Run ``zhijia audit verify``; raise ``BackupDamaged`` when the chain does not hold."""
    out = io.StringIO()
    arguments = [word for head in heads for word in ("--expect", head)]
    try:
        call_command("audit", "verify", *arguments, stdout=out, stderr=out)
    except SystemExit as left:
        if left.code:
            raise BackupDamaged(f"the audit does not hold: {out.getvalue().strip()}") from None
    except CommandError as error:
        raise BackupDamaged(f"the audit does not hold: {error}") from None
