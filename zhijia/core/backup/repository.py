"""A folder of backups, on any disk or mount.

    zhijia-backups                   says that this is one, and of which form
    files/KEY/ab/abcdef….sealed      a file by the hash of its content: what did not change is kept once
    backups/20261125T210000Z-1a2b/   database.sealed, facts.sealed, manifest.json

The manifest names size and hash of every part, tells nothing of the content, and carries a code that only
the installation's keys can make. A backup appears whole, by renaming its folder, or not at all.
"""

import datetime as dt
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhijia.core.backup.errors import BackupDamaged, BackupRefused
from zhijia.core.backup.stream import Watched, Written, open_stream, pieces_of, seal_stream
from zhijia.core.errors import storage_guard
from zhijia.core.journal.files import make_folder
from zhijia.core.sealing import keyed_digest

MARK = "zhijia-backups"
FORM = "1"
PURPOSE = "backup/manifest"
MANIFEST = "manifest.json"
DATABASE, FACTS = "database", "facts"
STAMP = "%Y%m%dT%H%M%SZ"
Progress = Callable[[int], object]


def installation() -> str:
    """Return a name of the installation's keys that tells nothing about them."""
    return keyed_digest(b"installation", purpose=PURPOSE).hex()[:16]


@dataclass(frozen=True)
class Snapshot:
    """One backup: its folder and what its manifest says."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """Return the name by which it is asked for."""
        return self.folder.name

    @property
    def at(self) -> dt.datetime:
        """Return the instant whose state it holds."""
        return dt.datetime.fromisoformat(self.manifest["at"])

    def part(self, name: str) -> Path:
        """Return the file of a part."""
        return self.folder / f"{name}.sealed"


class Repository:
    """The folder; nobody else works in it while ``writing`` holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.backups = folder / "backups"

    def check(self) -> None:
        """Raise ``BackupRefused`` when this is no folder of backups, or of a later form."""
        try:
            form = (self.folder / MARK).read_text().strip()
        except OSError:
            raise BackupRefused(
                f"{self.folder} holds no backups of Zhijia. Is the disk mounted, the path right?"
            ) from None
        if form != FORM:
            raise BackupRefused(f"{self.folder} was written by a later version (form {form}). Install it.")

    def begin(self) -> None:
        """Make it a folder of backups when it is empty; raise ``BackupRefused`` when it holds other "
        "things."""
        if not (self.folder / MARK).exists():
            if self.folder.exists() and any(self.folder.iterdir()):
                raise BackupRefused(f"{self.folder} is not empty and holds no backups. Name an empty folder.")
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.folder / MARK).write_text(FORM + "\n")
        self.check()
        self.backups.mkdir(exist_ok=True, mode=0o700)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder for one writer, and clear away what a writer that died left behind."""
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BackupRefused(
                    f"Another backup is being written to {self.folder}. Wait for it."
                ) from None
            for left in self.backups.glob(".new-*"):
                shutil.rmtree(left)
            for part in (self.folder / "files").rglob(".*.part"):
                part.unlink()
            yield

    # Files by content ---------------------------------------------------------------------------

    def file_path(self, recipient: str, digest: str) -> Path:
        """Return where the content with this hash lies, sealed to this recipient."""
        return self.folder / "files" / recipient / digest[:2] / f"{digest}.sealed"

    def add_file(self, source: Path, *, public: bytes, recipient: str) -> tuple[str, int, Written, bool]:
        """Keep a file's content; return its hash, its length, what lies here, and whether that is new.

        A file that grows meanwhile (the journal) is taken as long as it was at the beginning.
        """
        length = source.stat().st_size
        digest = _digest_of(source, length)
        path = self.file_path(recipient, digest)
        if path.exists():
            return digest, length, measure(path), False
        make_folder(path.parent)
        with source.open("rb") as file:
            content = Watched(pieces_of(file, length))
            written = write_whole(
                path, lambda out: seal_stream(content, out, public=public, place=f"file|{digest}")
            )
        if content.sha256 != digest:  # a record of the journal was blanked in this moment
            path.unlink()
            return self.add_file(source, public=public, recipient=recipient)
        return digest, length, written, True

    def open_file(self, recipient: str, digest: str, *, private: bytes) -> Iterator[bytes]:
        """Yield the content with this hash; raise ``BackupDamaged`` when it is not what it was."""
        path = self.file_path(recipient, digest)
        try:
            with path.open("rb") as file:
                content = Watched(open_stream(file, private=private, place=f"file|{digest}"))
                yield from content
        except OSError as error:
            raise BackupDamaged(f"{path}: {error.strerror}") from None
        if content.sha256 != digest:
            raise BackupDamaged(f"{path}: another content than its name says")

    # Backups ------------------------------------------------------------------------------------

    def new_folder(self, now: dt.datetime) -> Path:
        """Make the folder of a backup that is being written."""
        folder = self.backups / f".new-{now.astimezone(dt.UTC):{STAMP}}-{secrets.token_hex(2)}"
        folder.mkdir(mode=0o700)
        return folder

    def finish(self, folder: Path, manifest: dict[str, Any]) -> Snapshot:
        """Write the manifest and make the backup appear."""
        signed = manifest | {"mac": code_of(manifest)}
        text = json.dumps(signed, indent=1, sort_keys=True).encode()
        write_whole(folder / MANIFEST, lambda out: Written(out.write(text), ""))
        final = self.backups / folder.name.removeprefix(".new-")
        folder.rename(final)
        sync_folder(self.backups)
        return Snapshot(final, signed)

    def snapshots(self) -> list[Snapshot]:
        """Return every backup whose manifest can be read, oldest first."""
        self.check()
        found = [self._read(path) for path in sorted(self.backups.glob("[0-9]*"))]
        return [each for each in found if each]

    def unreadable(self) -> list[str]:
        """Return the names of backups whose manifest cannot be read."""
        return [path.name for path in sorted(self.backups.glob("[0-9]*")) if self._read(path) is None]

    def _read(self, folder: Path) -> Snapshot | None:
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
            dt.datetime.fromisoformat(manifest["at"])
            return Snapshot(folder, manifest) if manifest["parts"] and "files" in manifest else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def prune(self, before: dt.datetime) -> list[str]:
        """Delete backups of before ``before``, never the newest, then files that none needs; return names."""
        found = self.snapshots()
        old = [each for each in found[:-1] if each.at < before]
        for each in old:
            # Out of sight first: a deletion that is broken off must not leave half a backup.
            hidden = each.folder.with_name(f".new-old-{each.name}")
            each.folder.rename(hidden)
            shutil.rmtree(hidden)
        if not self.unreadable():
            self._forget_files()
        return [each.name for each in old]

    def _forget_files(self) -> None:
        needed = {
            self.file_path(each.manifest["recipient"], digest)
            for each in self.snapshots()
            for digest in each.manifest["files"]
        }
        for path in (self.folder / "files").rglob("*.sealed"):
            if path not in needed:
                path.unlink()

    # Checking -----------------------------------------------------------------------------------

    def damages(self, chosen: list[Snapshot], progress: Progress = lambda size: None) -> Iterator[str]:
        """Read every part of the chosen backups again and yield a sentence for each that is not as it was."""
        seen: dict[Path, Written | None] = {}
        for each in chosen:
            if not is_ours(each.manifest):
                yield (
                    f"{each.name}: the manifest was altered, or it is of another installation "
                    f"({each.manifest.get('installation')}; the keys here are {installation()})"
                )
            for path, expected in parts_of(self, each):
                if path not in seen:
                    seen[path] = measure(path) if path.exists() else None
                    progress(expected.size)
                if seen[path] != expected:
                    what = "is missing" if seen[path] is None else "is not what was written"
                    yield f"{each.name}: {path.relative_to(self.folder)} {what}"


def parts_of(repository: Repository, snapshot: Snapshot) -> Iterator[tuple[Path, Written]]:
    """Yield each file of a backup and how it was when it was written."""
    for name, written in snapshot.manifest["parts"].items():
        yield snapshot.part(name), Written(*written)
    for digest, written in snapshot.manifest["files"].items():
        yield repository.file_path(snapshot.manifest["recipient"], digest), Written(*written)


def code_of(manifest: dict[str, Any]) -> str:
    """Return the code over a manifest that only the installation's keys can make."""
    bare = {name: value for name, value in manifest.items() if name != "mac"}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":")).encode()
    return keyed_digest(text, purpose=PURPOSE).hex()


def is_ours(manifest: dict[str, Any]) -> bool:
    """Say whether the manifest is as this installation wrote it."""
    return hmac.compare_digest(str(manifest.get("mac", "")), code_of(manifest))


def _digest_of(path: Path, length: int) -> str:
    with path.open("rb") as file:
        content = Watched(pieces_of(file, length))
        for _piece in content:
            pass
    return content.sha256


def measure(path: Path) -> Written:
    """Return length and hash of a file as it is."""
    with path.open("rb") as file:
        return Written(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def write_whole(path: Path, write: Callable[[Any], Written]) -> Written:
    """Have ``write`` fill a file that appears whole, on the disk, or not at all; raise ``StorageFull``."""
    temporary = path.with_name(f".{path.name}.part")
    with storage_guard():
        try:
            with open(temporary, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
                written = write(out)
                out.flush()
                os.fsync(out.fileno())
            temporary.rename(path)
            sync_folder(path.parent)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return written


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
