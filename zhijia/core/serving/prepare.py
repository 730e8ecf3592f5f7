"""Before serving: is the database of this version, are the static files, is there anything to show?

Each question is cheap, so that a second start asks them all in a few milliseconds; what is
missing is made in a process of its own, so that the server does not keep its memory.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError, ProgrammingError

log = structlog.get_logger(__name__)


class NotPrepared(Exception):
    """A step of the preparation failed; its own output says why."""


def known_migrations() -> set[tuple[str, str]]:
    """Return (app, name) of each migration file, without importing any."""
    found = set()
    for config in apps.get_app_configs():
        folder = Path(config.path) / "migrations"
        for file in folder.glob("[0-9]*.py"):
            found.add((config.label, file.stem))
    return found


def missing_migrations() -> set[tuple[str, str]]:
    """Return the migrations that the database has not seen; all of them for an empty one."""
    try:
        return known_migrations() - set(MigrationRecorder(connection).applied_migrations())
    except (OperationalError, ProgrammingError):
        return known_migrations()


def static_fingerprint() -> str:
    """Return a hash over names, sizes and times of all static sources."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = os.stat(storage.path(name))
            digest.update(f"{name}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_stamp() -> Path:
    return Path(settings.DATA) / "static.stamp"


def static_is_fresh() -> bool:
    """Say whether the collected files are those of the sources."""
    stamp = _static_stamp()
    return stamp.exists() and stamp.read_text() == static_fingerprint()


def _migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def _collect_static() -> None:
    # Viewers that come with the API library, four megabytes that no page of ours uses.
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=["ninja"])
    _static_stamp().write_text(static_fingerprint())


def _load_demo() -> None:
    call_command("demo", "--if-empty")


def steps(*, demo: bool) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield what has to be done, with the sentence that tells so."""
    if missing_migrations():
        yield "bringing the database up to date", _migrate
    if not static_is_fresh():
        yield "gathering static files", _collect_static
    if demo and not demo_file().exists():
        yield "loading the demo province", _load_demo


def prepare(*, demo: bool, say: Callable[[str], object]) -> None:
    """Do what is missing, each step in a process of its own; raise ``NotPrepared`` if one fails.

    ``say`` is told each step before it begins.
    """
    for sentence, step in steps(demo=demo):
        say(f"zhijia: {sentence} …")
        _in_own_process(step)


def _in_own_process(step: Callable[[], None]) -> None:
    connections.close_all()
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            step()
            status = 0
        except Exception:
            log.exception("prepare_failed")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    if os.waitpid(pid, 0)[1]:
        raise NotPrepared


def demo_file() -> Path:
    """Return where the demo sign-ins are kept after loading."""
    return Path(settings.DATA) / "demo.json"


def demo_sign_ins() -> list[list[str]]:
    """Return the demo sign-ins, rows of who, mobile number, password, remark."""
    return json.loads(demo_file().read_text()) if demo_file().exists() else []
