"""P8: a watch where boxes are opened, below everything that could forget to write it down.

The watch counts what is decrypted; the worker's page and the audit must show as many lines. Then a process
that opens a part is killed at one call after the other: the list may say too much, never too little.
"""

import os
import signal
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from trust import Broken
from trust.house import empty_house

PROMISE = "P8"
TITLE = "Every time somebody opens your case you can see when, which office, and why"
Figures = dict[str, Any]
DOORS = frozenset({"execute", "executemany", "commit", "decrypt", "encrypt", "close", "write", "fsync"})
"""Built-in calls before which the short form kills; besides every call into the house's own code."""


def prove(*, long: bool) -> Figures:
    """Return the figures, or raise ``Broken``."""
    with empty_house() as folder:
        figures = played(40 if long else 3, 150) | without_logging()
        figures |= when_the_chain_cannot_grow() | speed(1000 if long else 150)
        figures |= killed(folder, every=1, dense=long) | killed_the_wrong_way_round(folder)
    figures["n"] = figures["tries"] + figures["kill_points"]
    return figures


def played(games: int, moves: int) -> Figures:
    """Play the game of openings; watch, page and audit must agree after every move."""
    from tests.trust.openings_game import play

    made, opened, wrong = play(games=games, moves=moves)
    if wrong:
        raise Broken("; ".join(wrong[:3]))
    if not opened or not all(made[name] for name in ("stranger", "own", "chain_fails", "key_fails")):
        raise Broken("the game tried too little to prove anything")
    return {"tries": made.total(), "opened": opened, "unlogged_openings": len(wrong), "moves": dict(made)}


def without_logging() -> Figures:
    """Control: take the writing down away; the watch must notice each opening."""
    from tests.trust.openings_game import play
    from zhijia.vault.services import parts

    with patch.object(parts, "_disclose", lambda *args: None):
        _made, opened, wrong = play(games=1, moves=40, seed=900)
    if not opened or not wrong:
        raise Broken("openings that nobody wrote down were not noticed: the watch sleeps")
    return {"control_lost": len(wrong)}


def when_the_chain_cannot_grow() -> Figures:
    """Let the database refuse every new row of the audit: nothing may open."""
    from django.db import DatabaseError, connection

    from tests.trust.openings_game import OFFICER, keeper, seal, watching
    from zhijia.vault.models import Disclosure

    before, told = Disclosure.objects.count(), list[str]()
    with keeper(), watching(told.append):
        seal("matter:shut")
        with connection.cursor() as cursor:
            cursor.execute(REFUSE)
            try:
                _open("matter:shut", OFFICER)
                raise Broken("a part was opened although the audit takes no rows")
            except DatabaseError:
                pass
            finally:
                cursor.execute("DROP TRIGGER audit_is_full")
    if told or Disclosure.objects.count() != before:
        raise Broken("something was opened or shown although the audit takes no rows")
    return {"opened_when_the_audit_is_full": len(told)}


REFUSE = """CREATE TRIGGER audit_is_full BEFORE INSERT ON audit_entry
BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"""


def _open(owner: str, by: Any) -> None:
    from tests.trust.openings_game import NOW
    from zhijia.vault.enums import Purpose
    from zhijia.vault.services import open_part

    open_part(owner=owner, part="narrative", by=by, purpose=Purpose.GRIEVANCE_HANDLE, reason="look", now=NOW)


def speed(openings: int) -> Figures:
    """Measure what writing an opening down costs."""
    from tests.trust.openings_game import OFFICER, keeper, seal

    took = []
    with keeper():
        seal("matter:speed")
        for _ in range(openings):
            began = time.perf_counter()
            _open("matter:speed", OFFICER)
            took.append(1000 * (time.perf_counter() - began))
    return {
        "openings_per_second": round(1000 * openings / sum(took)),
        "opening_milliseconds_median": round(statistics.median(took), 1),
        "opening_milliseconds_p99": round(sorted(took)[len(took) * 99 // 100], 1),
    }


# Kills ----------------------------------------------------------------------------------------


def killed(folder: Path, *, every: int, dense: bool = False, most: int = 100_000) -> Figures:
    """Kill an opening at each call until one lives; short: calls of the house, and to disk and keys."""
    from tests.trust.openings_game import keeper, seal

    seal("matter:killed")
    points = over = 0
    with keeper():
        for number in range(1, most, every):
            lived = one_kill(folder, number, dense, lambda: None)
            opened, shown, chained = counts(folder)
            if opened > shown or shown != chained:
                raise Broken(f"call {number}: {opened} opened, {shown} shown, {chained} in the audit")
            over = shown - opened
            if lived:
                break
            points += 1
    if points * every < 60 or not over:
        raise Broken(f"only {points} points, {over} lines too many: the kills do not reach the opening")
    return {"kill_points": points, "covered_percent": round(100 / every), "written_not_opened": over}


def killed_the_wrong_way_round(folder: Path) -> Figures:
    """Control: open first and write down afterwards; some kill must leave an opening that nobody sees."""
    from tests.trust.openings_game import keeper
    from zhijia.vault.services import parts

    def other_order() -> None:
        late: list[tuple[Any, ...]] = []
        disclose, opened = parts._disclose, parts._opened

        def open_first(*args: Any) -> Any:
            found = opened(*args)
            disclose(*late.pop())
            return found

        parts._disclose = lambda *args: late.append(args)  # type: ignore[assignment]
        parts._opened = open_first

    with keeper():
        for number in range(20, 2000, 20):
            before = counts(folder)
            lived = one_kill(folder, number, False, other_order)
            after = counts(folder)
            if after[0] - before[0] > after[1] - before[1]:
                return {"control_unseen_opening_at_call": number}
            if lived:
                break
    raise Broken("an opening that was written down too late was not noticed: the kills prove nothing")


def one_kill(folder: Path, number: int, dense: bool, prepare: Callable[[], None]) -> bool:
    """Open a part in a process that dies at its ``number``-th call; say whether it lived."""
    from django.db import connections

    from tests.trust.openings_game import OFFICER, watching

    connections.close_all()
    child = os.fork()
    if not child:
        with (folder / "opened").open("ab", buffering=0) as book:
            prepare()
            with watching(lambda place: book.write(f"{place}\n".encode()) and None):
                sys.setprofile(deadline(number, dense))
                _open("matter:killed", OFFICER)
                sys.setprofile(None)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    if status:
        raise Broken("the process that opens failed by itself")
    return True


def deadline(number: int, dense: bool) -> Callable[..., None]:
    """Return a profile function that kills its process at the ``number``-th call that counts."""
    left = number

    def look(frame: Any, event: str, arg: Any) -> None:
        nonlocal left
        if dense:
            counts = event in ("call", "c_call")
        elif event == "c_call":
            counts = getattr(arg, "__name__", "") in DOORS
        else:
            counts = event == "call" and "/zhijia/" in frame.f_code.co_filename
        left -= counts
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return look


def counts(folder: Path) -> tuple[int, int, int]:
    """Return how many times the part was opened, shown to the worker, and written into the audit."""
    told: Iterable[str] = ()
    if (folder / "opened").exists():
        told = (folder / "opened").read_text().splitlines()
    opened = sum(place.startswith("vault|") for place in told)
    with sqlite3.connect(folder / "zhijia.sqlite3") as database:
        shown = database.execute("SELECT count(*) FROM vault_disclosure WHERE owner = 'matter:killed'")
        (lines,) = shown.fetchone()
        chained = database.execute(
            "SELECT count(*) FROM audit_entry WHERE object = 'matter:killed' AND action = 'vault.opened'"
        )
        (rows,) = chained.fetchone()
    database.close()
    return opened, lines, rows
