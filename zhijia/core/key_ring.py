"""The installation's own keys: files of 32 bytes outside the database, readable by their owner only.

``master.key`` is number 1, ``master-2.key`` number 2 and so on; the highest number seals, the
others only open, until ``zhijia rekey`` has left nothing under them. ``index.key`` is what look-up
keys are derived from; it does not rotate, because what it made cannot be made anew (a receipt's
look-up key: nobody has the receipt). Until the first rotation it is ``master.key`` itself.
"""

import os
from functools import cache
from pathlib import Path

from django.conf import settings

KEY_BYTES = 32
MOST_KEYS = 255
PROFILES = ("international", "chinese")
"""AES-256-GCM with SHA-256, or SM4-GCM with SM3 (GB/T 32907, GB/T 32905)."""


class KeyMissing(Exception):
    """A key file is not there or not whole; says which."""


def folder() -> Path:
    """Return the folder of the key files."""
    return Path(settings.ZHIJIA_KEY_FILE).parent


def path_of(number: int) -> Path:
    """Return the file of a key."""
    first = Path(settings.ZHIJIA_KEY_FILE)
    return first if number == 1 else first.with_name(f"{first.stem}-{number}{first.suffix}")


def numbers() -> list[int]:
    """Return the numbers of the keys that are there, oldest first."""
    return [number for number in range(1, MOST_KEYS + 1) if path_of(number).exists()]


def current() -> int:
    """Return the number of the key that seals.

    A server that runs on sees a rotation with its next seal: else it would go on sealing under a key
    that was found empty and destroyed, and what it wrote could never be opened again.
    """
    if path_of(_newest() + 1).exists():
        forget()
    return _newest()


@cache
def _newest() -> int:
    return numbers()[-1] if numbers() else make(1)


def key(number: int) -> bytes:
    """Return a key; raise ``KeyMissing``."""
    return _read(path_of(number))


def index_root() -> bytes:
    """Return what look-up keys are derived from."""
    own = folder() / "index.key"
    if own.exists():
        return _read(own)
    return key(1 if path_of(1).exists() else current())


def profile() -> str:
    """Return the algorithms chosen when the keys were made."""
    chosen = folder() / "profile"
    name = chosen.read_text().strip() if chosen.exists() else PROFILES[0]
    if name not in PROFILES:
        raise KeyMissing(f"{chosen} must say one of {', '.join(PROFILES)}")
    return name


def choose_profile(name: str) -> None:
    """Choose the algorithms; look-up keys are made with them, so only before the first key exists."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    write_key(folder() / "profile", name.encode())


def make(number: int) -> int:
    """Make a key if it is not there; two processes that begin together get the same one."""
    write_key(path_of(number), os.urandom(KEY_BYTES))
    return number


def rotate() -> int:
    """Make the next key and return its number; the index key stays what it was."""
    index = folder() / "index.key"
    if not index.exists():
        write_key(index, index_root())
    number = make(numbers()[-1] + 1 if numbers() else 1)
    forget()
    return number


def destroy(number: int) -> None:
    """Destroy an old key, overwritten first; the caller has seen that nothing is sealed under it."""
    path = path_of(number)
    with path.open("r+b") as file:
        file.write(os.urandom(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    forget()


def write_key(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 whole or not at all; one that is there already stays as it is."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sync_folder(path.parent.parent)
    # "x" would lose the race of two first starts with an empty file; link() is atomic.
    # Threads of one process may be first together: each has a name of its own until then.
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    fresh.touch(mode=0o600)
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
        # A name that is not on the disk is gone after a power cut, and with it all that the key opens.
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def forget() -> None:
    """Look at the files anew at the next use."""
    _newest.cache_clear()
    _read.cache_clear()


@cache
def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise KeyMissing(f"the key file {path} is missing") from None
    if len(content) != KEY_BYTES:
        raise KeyMissing(f"{path} must hold exactly {KEY_BYTES} bytes, it holds {len(content)}")
    return content
