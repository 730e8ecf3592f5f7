"""The gate itself: asks every check, and lets nobody through who could lose or show what people hand in."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from zhijia.core.boot_gate.copies import copy_findings
from zhijia.core.boot_gate.exposure import exposure_findings
from zhijia.core.boot_gate.findings import Finding, Weight
from zhijia.core.boot_gate.keys import key_findings
from zhijia.core.boot_gate.machine import clock_findings, folder_findings, restore_findings
from zhijia.core.boot_gate.postgresql import postgresql_findings
from zhijia.core.boot_gate.sqlite import sqlite_findings
from zhijia.core.manifest import contributions
from zhijia.core.serving.prepare import missing_migrations

log = structlog.get_logger(__name__)
Say = Callable[[str], object]
_opened: list[dt.datetime] = []
"""When this process, or the one it was forked from, passed."""


class Refused(Exception):
    """The house stays closed; the text names every cause and its cure."""


def findings(host: str | None, now: dt.datetime, *, migrated: bool = True) -> list[Finding]:
    """Ask every check.

    ``host`` is the address we are going to listen on, None when a foreign server listens for us.
    ``migrated=False`` leaves out what only a database of this version can answer.
    """
    found = [*exposure_findings(host), *folder_findings()]
    try:
        found += _database(now)
    except DatabaseError as error:
        return [*found, _silent(error)]
    found += [*key_findings(), *_contributed(), *copy_findings(now)]
    if migrated and missing_migrations():
        found.append(
            Finding(
                "The database is older than this version.",
                "Make a backup, then run zhijia migrate.",
                Weight.ALWAYS,
            )
        )
    return sorted(found, key=lambda each: -each.weight)


def _database(now: dt.datetime) -> Iterator[Finding]:
    yield from sqlite_findings() if connection.vendor == "sqlite" else postgresql_findings()
    yield from clock_findings(now)
    yield from restore_findings()


def _silent(error: DatabaseError) -> Finding:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return Finding(
        f"The database does not answer: {lines[0]}",
        "Start it, and see that DATABASE_URL names it, its user and its password rightly.",
        Weight.ALWAYS,
    )


def _contributed() -> Iterator[Finding]:
    for check in contributions("boot_checks"):
        try:
            found = check()
        except DatabaseError:
            continue  # its tables are not there yet; the missing migrations are told by themselves
        if found:
            yield found


def refuses(finding: Finding) -> bool:
    """Say whether a finding keeps the house closed here."""
    return finding.weight is Weight.ALWAYS or (
        finding.weight is Weight.PRODUCTION and not settings.DEVELOPMENT
    )


def pass_gate(host: str | None, now: dt.datetime, *, say: Say, migrated: bool = True) -> None:
    """Return when the house may be opened, else raise ``Refused``; ``say`` is told what could be better."""
    found = findings(host, now, migrated=migrated)
    if stops := [each for each in found if refuses(each)]:
        raise Refused(f"not started: {in_words(stops)}")
    if not migrated:
        return  # the same is asked again when the database is ready
    _opened.append(now)
    if settings.DEVELOPMENT:
        for each in found:
            if each.weight is Weight.PRODUCTION:
                say(f"zhijia: refused in production: {each.cause}")
    elif found:
        say(f"zhijia: started, but {in_words(found)}")


def pass_gate_once(now: dt.datetime) -> None:
    """Do the same for a foreign web server, once a process tree; ``zhijia serve`` has passed already."""
    if not _opened:
        pass_gate(None, now, say=lambda text: log.warning("boot_gate", told=text))


def in_words(found: Iterable[Finding]) -> str:
    """Return all causes and cures as numbered lines."""
    listed = list(found)
    head = "1 thing is not safe" if len(listed) == 1 else f"{len(listed)} things are not safe"
    lines = [f"  {n}. {each.cause}\n     Cure: {each.cure}" for n, each in enumerate(listed, 1)]
    return "\n".join([head, *lines])
