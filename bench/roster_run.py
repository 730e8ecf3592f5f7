"""One import of a roster, or one of the references, measured: prints its figures as JSON.

``python -m bench.roster_run csv|xlsx|bulk_create|copy FILE`` in the environment of a house.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.installation import cpu_seconds

Steps = dict[str, dict[str, float]]


def main(kind: str, path: Path) -> None:
    """Run it in this process and print what it took."""
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    rest = peak()
    watch = Watch(_server_process(connection))
    if kind in ("bulk_create", "copy"):
        from bench import roster_references

        rows, written = roster_references.load(path, kind, watch)
    else:
        rows, written = _import(path, watch)
    print(
        json.dumps({"rows": rows, "written": written, "steps": watch.steps, "memory": peak(), "rest": rest})
    )


def peak() -> float:
    """Return the most memory that this process held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _server_process(connection: Any) -> list[int]:
    """Return the server's process for our connection, whose CPU can be read where it runs here."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return [cursor.fetchone()[0]]


class Watch:
    """Takes the time and the CPU of steps."""

    def __init__(self, server: list[int]) -> None:
        self.server = server
        self.steps: Steps = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what is done inside."""
        wall, own, server = time.perf_counter(), time.process_time(), cpu_seconds(self.server)
        yield
        self.steps[name] = {
            "wall": time.perf_counter() - wall, "own": time.process_time() - own,
            "server": cpu_seconds(self.server) - server,
        }  # fmt: skip


def _import(path: Path, watch: Watch) -> tuple[int, int]:
    from zhijia.core import clock
    from zhijia.core.actors import SYSTEM
    from zhijia.membership.services import importing

    now = clock.now()
    body = _province(now)
    with watch.step("upload"), path.open("rb") as file:
        roster = importing.upload_roster(body_id=body.pk, file=file, file_name=path.name, by=SYSTEM, now=now)
    if os.environ.get("BENCH_READ", "1") == "1":
        _read(roster, watch)
    told = {"roster_id": roster.pk, "by": SYSTEM, "now": now, "in_background": False}
    with watch.step("check"):
        importing.begin_check(**told)
        for _done in importing.check_roster(roster_id=roster.pk, now=now):
            pass
    with watch.step("write"):
        importing.begin_writing(**told)
        for _done in importing.write_roster(roster_id=roster.pk, now=now):
            pass
    roster.refresh_from_db()
    return roster.rows_found, roster.rows_written


def _read(roster: Any, watch: Watch) -> None:
    """Go through the file once without looking at it."""
    from zhijia.membership.roster import storing
    from zhijia.membership.roster.sources import open_source

    with watch.step("read"):
        for _row in open_source(lambda: storing.chunks(roster)).rows(0):
            pass


def _province(now: Any) -> Any:
    from zhijia.core.actors import SYSTEM
    from zhijia.unions.enums import BodyKind, Level
    from zhijia.unions.services import found_body

    told = {"kind": BodyKind.FEDERATION, "by": SYSTEM, "now": now}
    nation = found_body(name="全国", level=Level.NATION, place="", tenant=0, **told)
    return found_body(
        name="河北省总工会", level=Level.PROVINCE, place="130000", tenant=13, parent=nation, **told
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.config.settings")
    main(sys.argv[1], Path(sys.argv[2]))
