"""Are the key files there, whole, ours alone, and apart from what is copied?"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError

from zhijia.core import key_ring
from zhijia.core.boot_gate.findings import Finding, Weight

NOT_THE_OWNER = stat.S_IRWXG | stat.S_IRWXO


def key_findings() -> Iterator[Finding]:
    """Yield what is wrong with the installation's own keys."""
    ring = [key_ring.path_of(number) for number in key_ring.numbers()]
    whole = {*ring, key_ring.folder() / "index.key"}
    if not ring:
        yield _missing()
    for path in _files(key_ring.folder(), Path(settings.DATA) / "keys"):
        yield from _file(path, exact=path in whole)
    yield from _place()


def _files(*folders: Path) -> Iterator[Path]:
    """Yield every file of the key folders that holds a secret; a public half is none."""
    for folder in dict.fromkeys(folders):
        if folder.is_dir():
            secret = (path for path in folder.iterdir() if ".public" not in path.name)
            yield from sorted(path for path in secret if path.is_file())


def _missing() -> Finding:
    path = key_ring.path_of(1)
    if not _is_in_use():
        return Finding(
            f"There is no key at {path}.",
            "Make it with zhijia keys make, then keep a copy of it away from this machine. If you have "
            "one, set "
            "ZHIJIA_KEY_FILE.",
        )
    return Finding(
        f"There is no key at {path}, but the database is in use: a new key would not open what is there, "
        "and what comes in would be divided between two keys.",
        "Bring back the key files from where you keep them, or set ZHIJIA_KEY_FILE to where they are.",
        Weight.ALWAYS,
    )


def _is_in_use() -> bool:
    try:
        return get_user_model()._default_manager.exists()
    except DatabaseError:
        return False


def _file(path: Path, *, exact: bool) -> Iterator[Finding]:
    facts = path.stat()
    mode = stat.S_IMODE(facts.st_mode)
    if mode & NOT_THE_OWNER:
        yield Finding(
            f"Others on this machine may read the key {path} (mode {mode:o}).",
            f"chmod 400 {path}. If somebody else could sign in here, also run zhijia keys rotate and "
            "zhijia rekey.",
        )
    if facts.st_uid != os.geteuid():
        yield Finding(
            f"The key {path} belongs to another user (number {facts.st_uid}), who can change it.",
            f"chown it to the user who runs the house (number {os.geteuid()}).",
        )
    if exact and facts.st_size != key_ring.KEY_BYTES:
        yield Finding(
            f"The key {path} is not whole: it must hold exactly {key_ring.KEY_BYTES} bytes, it holds "
            f"{facts.st_size}.",
            "Bring it back from where you keep the copy.",
            Weight.ALWAYS,
        )


def _place() -> Iterator[Finding]:
    folder = key_ring.folder().resolve()
    for setting in ("STATIC_ROOT", "ZHIJIA_ATTACHMENTS", "DATA"):
        if folder.is_relative_to(Path(getattr(settings, setting)).resolve()):
            yield Finding(
                f"The keys lie in {folder}, inside {getattr(settings, setting)}: whoever copies that "
                "folder, for "
                "example a backup of the machine, has the keys together with what they lock.",
                f"Move {folder} elsewhere, e.g. to /etc/zhijia, and set ZHIJIA_KEY_FILE to the new place of "
                f"{key_ring.path_of(1).name}.",
            )
            return
