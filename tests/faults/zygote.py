"""A loaded installation that forks: each child is a fresh process that may be killed at any system call.

Started by ``installation.Zygote`` with the library of ``faults.c`` loaded. A child reads one JSON command
a line from its socket and answers with one line; it sends forms through the whole application, as a web
worker does, and writes what was acknowledged to a file outside the database, on the disk before it answers.
"""

import ctypes
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

LIBRARY = ctypes.CDLL(None)
KEY, PATH = "Idempotency-Key", "/api/v1/appeals"


def serve(line: socket.socket) -> None:
    """Answer commands until the other side hangs up."""
    worker = Worker(line)
    with line.makefile("rw", encoding="utf-8") as stream:
        for command in stream:
            told = json.loads(command)
            answer = getattr(worker, told.pop("do"))(**told)
            stream.write(json.dumps(answer, default=str) + "\n")
            stream.flush()


class Worker:
    """What a child can do."""

    def __init__(self, line: socket.socket) -> None:
        from django.test import Client

        self.line = line
        self.client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        self.acks = Path(os.environ["FAULTS_ACKS"])

    def arm(
        self, kill_at: int = 0, torn: bool = False, fail: tuple[int, int] = (0, 0), room: int = -1
    ) -> None:
        """Begin to count, and to do harm."""
        LIBRARY.faults_arm(
            ctypes.c_long(kill_at), ctypes.c_long(torn), ctypes.c_long(fail[0]), ctypes.c_long(fail[1]),
            ctypes.c_long(room), ctypes.c_int(self.line.fileno()),
        )  # fmt: skip

    def counted(self) -> dict[str, int]:
        """Return how many calls and syncs there were since ``arm``."""
        return {"calls": LIBRARY.faults_calls(), "syncs": LIBRARY.faults_syncs()}

    def send(self, key: str, text: str, ack: bool = True, lose: bool = False) -> dict[str, Any]:
        """Hand in a matter; write its id to the file of acknowledgements unless told otherwise."""
        got = self.client.post(
            PATH, {"text": text, "place": "130500"}, content_type="application/json", headers={KEY: key}
        )
        if got.status_code in (200, 201) and ack:
            self.acknowledge(f"{key} {got.json()['public_id']}")
        return {"status": got.status_code, "body": "" if lose else got.content.decode()}

    def acknowledge(self, line: str) -> None:
        """Write a line, on the disk before this returns."""
        descriptor = os.open(self.acks, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{line}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def weaken(self, how: str) -> None:
        """Take one mechanism away, so that a proof can show that it would notice."""
        globals()[f"_{how}"](self)

    def pid(self) -> int:
        """Return the number of this process."""
        return os.getpid()

    def look(self, deep: bool = False) -> dict[str, Any]:
        """Return which matters stand in the database and in the journal; with ``deep``, what is damaged."""
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from zhijia.appeals.models import Appeal
        from zhijia.core.journal.envelope import open_envelope
        from zhijia.core.journal.files import Record
        from zhijia.core.journal.replaying import verify

        wrong, journal = [], []
        for found in verify(Path(settings.ZHIJIA_JOURNAL)):
            if isinstance(found, Record):
                journal.append(open_envelope(found.id, found.body)["about"].removeprefix("appeal:"))
            elif isinstance(found, str) or not found.at_end:
                wrong.append(str(found))
        rows = [str(public_id) for public_id in Appeal.objects.values_list("public_id", flat=True)]
        if not deep:
            return {"rows": rows, "journal": journal, "wrong": wrong}
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                found = cursor.execute("PRAGMA integrity_check").fetchone()[0]
                wrong += [] if found == "ok" else [found]
        with open(os.devnull, "w") as nowhere:
            try:
                call_command("audit", "verify", stdout=nowhere)
            except SystemExit as failed:
                wrong += [f"audit verify: {failed.code}"] if failed.code else []
        return {"rows": rows, "journal": journal, "wrong": wrong}

    def count(self) -> int:
        """Return how many matters there are."""
        from zhijia.appeals.models import Appeal

        return Appeal.objects.count()

    def replay(self, folder: str) -> dict[str, Any]:
        """Put back from a journal what the database lacks."""
        from django.utils import timezone

        from zhijia.core.journal.replaying import replay

        return vars(replay(Path(folder), now=timezone.now()))


def _ack_before_commit(worker: Worker) -> None:
    from zhijia.core import idempotency

    real = idempotency.make_entry

    def early(collected: Any, *, about: str, token: str, now: Any) -> Any:
        entry = real(collected, about=about, token=token, now=now)
        worker.acknowledge(f"{token.rpartition('|')[2]} {about.removeprefix('appeal:')}")
        return entry

    idempotency.make_entry = early


def _ack_before_journal(worker: Worker) -> None:
    from zhijia.core import idempotency

    real = idempotency.keep
    about: list[str] = []
    make = idempotency.make_entry

    def noted(collected: Any, **told: Any) -> Any:
        about[:] = [told["token"].rpartition("|")[2], told["about"].removeprefix("appeal:")]
        return make(collected, **told)

    def late(entry: Any, now: Any) -> int:
        worker.acknowledge(" ".join(about))
        return real(entry, now)

    idempotency.make_entry, idempotency.keep = noted, late


def _keys_forgotten(worker: Worker) -> None:
    import secrets

    from zhijia.core import idempotency

    real = idempotency._Sending
    idempotency._Sending = lambda scope, _key, *more: real(scope, secrets.token_hex(16), *more)  # type: ignore


def _journal_without_sync(worker: Worker) -> None:
    from zhijia.core.journal import files

    class _Os:
        """The module ``os`` with a sync that does nothing."""

        def __getattr__(self, name: str) -> Any:
            return (lambda _descriptor: None) if name == "fsync" else getattr(os, name)

    files.os = _Os()  # type: ignore[assignment]


class _DeafOs:
    """The module ``os`` as a program sees it that does not hear what fails: no sync, no write, no folder."""

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name == "fsync":
            return lambda descriptor: _unheard(real, None, descriptor)
        if name == "write":
            return lambda descriptor, data: _unheard(real, len(data), descriptor, data)
        return real


def _unheard(real: Any, otherwise: Any, *given: Any) -> Any:
    try:
        return real(*given)
    except OSError:
        return otherwise


def _journal_errors_unheard(worker: Worker) -> None:
    from zhijia.core.journal import files

    files.os = _DeafOs()  # type: ignore[assignment]


def _errors_acknowledged(worker: Worker) -> None:
    """Answer an error of the database or the journal with the receipt that there would have been."""
    from zhijia.core import idempotency

    make, send, about = idempotency.make_entry, worker.send, list[str]()

    def noted(collected: Any, **told: Any) -> Any:
        about[:] = [told["about"].removeprefix("appeal:")]
        return make(collected, **told)

    def acknowledged(key: str, text: str) -> dict[str, Any]:
        about.clear()
        answer = send(key, text)
        if answer["status"] < 500 or not about:
            return answer
        worker.acknowledge(f"{key} {about[0]}")
        return {"status": 201, "body": ""}

    idempotency.make_entry, worker.send = noted, acknowledged  # type: ignore[method-assign, assignment]


def _synchronous(worker: Worker, level: str) -> None:
    from django.db import connection

    options = connection.settings_dict["OPTIONS"]
    options["init_command"] += f"PRAGMA synchronous={level};"


def _synchronous_off(worker: Worker) -> None:
    _synchronous(worker, "OFF")


def _synchronous_full(worker: Worker) -> None:
    _synchronous(worker, "FULL")


def _asynchronous_commit(worker: Worker) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def main() -> None:
    """Load everything, then fork a child for each connection."""
    import zhijia.config.wsgi  # noqa: F401, I001  loads the application, which the others need
    from django.db import connections
    from django.test import Client

    from zhijia.accounts import rate_limit
    from zhijia.appeals.api import access

    # How often strangers may send is not what is tried here.
    access.STRANGERS, rate_limit.BLOCKS = 1_000_000_000, 1_000_000
    Client(SERVER_NAME="localhost").get("/healthz")
    connections.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(fileno=int(sys.argv[1]))
    print("ready", flush=True)
    while True:
        line, _address = listener.accept()
        if not os.fork():
            listener.close()
            try:
                serve(line)
            finally:
                os._exit(0)
        line.close()


if __name__ == "__main__":
    main()
