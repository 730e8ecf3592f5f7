"""Both halves of the backup key: the public one stays here and seals; the private one leaves and opens."""

import datetime as dt
import hashlib
import os
import re
import textwrap
from pathlib import Path

from django.conf import settings

from zhijia.core import key_ring
from zhijia.core.backup.errors import BackupRefused
from zhijia.core.boxes import KEY_BYTES, Pair, new_pair, pair_of

MAKE = "zhijia backup keys make PLACE"
_LINE = re.compile(r"^(private|check):\s*([0-9a-f\s]+)$", re.MULTILINE)


def public_path() -> Path:
    """Return the file of the public half."""
    return Path(settings.ZHIJIA_BACKUP_KEY or key_ring.folder() / "backup.public")


def public_key() -> bytes:
    """Return the public half; raise ``BackupRefused`` when there is none."""
    path = public_path()
    try:
        text = path.read_text().strip()
    except FileNotFoundError:
        raise BackupRefused(f"There is no backup key at {path}. Make one with {MAKE}.") from None
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BackupRefused(f"{path} holds no backup key. Bring it back, or make a new one with {MAKE}.")
    return key


def fingerprint(public: bytes) -> str:
    """Return a short name of a public half, to compare by eye."""
    return hashlib.sha256(b"zhijia backup" + public).hexdigest()[:16]


def make_keys(private_path: Path, now: dt.datetime) -> str:
    """Make a pair: the private half into a new file at ``private_path``, the public half here.

    Returns the fingerprint; raises ``BackupRefused`` when the private file is there already or would
    lie beside what it opens.
    """
    if private_path.resolve().is_relative_to(Path(settings.DATA).resolve()):
        raise BackupRefused(
            f"{private_path} lies inside {settings.DATA}: whoever takes the data would take the key along. "
            "Name a place on a medium that you carry away."
        )
    pair = new_pair()
    _write_new(private_path, private_text(pair, now), 0o400)
    public = public_path()
    if public.exists():
        public.rename(public.with_name(f"{public.name}.until-{now:%Y%m%dT%H%M%SZ}"))
    public.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_new(public, pair.public.hex() + "\n", 0o600)
    return fingerprint(pair.public)


def private_text(pair: Pair, now: dt.datetime) -> str:
    """Return what is kept of the private half: short enough to be copied by hand, with a check."""
    grouped = textwrap.wrap(pair.private.hex(), 4)
    lines = [" ".join(grouped[i : i + 4]) for i in range(0, len(grouped), 4)]
    return (
        "Private half of the backup key of Zhijia. Whoever has this and the key files of the\n"
        "installation can read every backup. Without it nobody can, for ever.\n"
        f"made: {now:%Y-%m-%d}\nopens backups for: {fingerprint(pair.public)}\n"
        f"private:\n  {chr(10).join(lines).replace(chr(10), chr(10) + '  ')}\n"
        f"check: {_check(pair.private)}\n"
    )


def private_key(path: Path) -> bytes:
    """Read the private half, also as somebody typed it from paper; raise ``BackupRefused``."""
    try:
        found = dict(_LINE.findall(path.read_text()))
    except OSError as error:
        raise BackupRefused(f"The private key {path} cannot be read: {error.strerror}.") from None
    digits = "".join(found.get("private", "").split())
    private = bytes.fromhex(digits) if len(digits) == 2 * KEY_BYTES else b""
    if not private or found.get("check", "").strip() != _check(private):
        raise BackupRefused(
            f"{path} holds no private backup key, or a sign of it is wrong (the check does not agree). "
            "Compare it with the paper."
        )
    return private


def opens(private: bytes) -> str:
    """Return the fingerprint of the backups that a private half opens."""
    return fingerprint(pair_of(private).public)


def _check(private: bytes) -> str:
    return hashlib.sha256(b"zhijia backup check" + private).hexdigest()[:8]


def _write_new(path: Path, text: str, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise BackupRefused(f"{path} is there already; a key is never written over.") from None
    except OSError as error:
        raise BackupRefused(f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
