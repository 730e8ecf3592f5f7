"""P11: alter the audit in every way we can think of, and let the checks look at it.

The attacker owns the database and, in the worst kinds, the signing key; what he does not own is the file
of the witness, which holds yesterday's head, and the public key on the notice board. Each spoilt audit is
judged twice: as an export (``verify_audit.py``) and in the database (``zhijia audit verify``).
"""

import datetime as dt
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from trust import Broken
from trust.house import empty_house

PROMISE = "P11"
TITLE = "The record of who did and read what cannot be quietly rewritten"
Figures = dict[str, Any]


def prove(*, long: bool) -> Figures:
    """Return the figures, or raise ``Broken``."""
    with empty_house() as folder:
        from trust.audit_world import World

        world = World.build(folder, seed=11)
        if any(world.refuses(world.copy())):
            raise Broken("the untouched audit is refused: the trial would prove nothing")
        figures = rewritten(world, 2_000 if long else 200) | spoilt(world, 8_000 if long else 800)
        figures["n"] = figures["rewritten"] + figures["spoilt"]
        figures["noticed"] = figures["n"]
        figures |= by_the_tool(world, 100 if long else 8)
        figures |= controls(world, 50 if long else 10)
        return figures | speed(100_000 if long else 20_000) | checkpoint_age(folder, hours=48 if long else 12)


def rewritten(world: Any, trials: int) -> Figures:
    """Rewrite rows, heads and keys with all skill; both checks must refuse each."""
    from trust.audit_attacks import ATTACKS

    kinds: Counter[str] = Counter()
    for number in range(trials):
        name, attack = list(ATTACKS.items())[number % len(ATTACKS)]
        copy = world.copy()
        attack(copy, world)
        export, database = world.refuses(copy)
        if not (export and database):
            where = "an export" if not export else "the database"
            raise Broken(f"attack {name!r} (trial {number}) on {where} was not noticed")
        kinds[name] += 1
    return {"rewritten": trials, "kinds": dict(kinds)}


def spoilt(world: Any, trials: int) -> Figures:
    """Change single bytes and lines of the files of an export; the check must refuse each."""
    from trust.audit_attacks import spoil_byte, spoil_chain
    from zhijia.audit.verify_audit import CHAIN, HEADS

    folder = world.folder / "bytes"
    folder.mkdir(exist_ok=True)
    world.intact.write(folder)
    for number in range(trials):
        name, spoil = (HEADS, spoil_byte) if number % 4 == 0 else (CHAIN, spoil_chain)
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(spoil(content, world.random))
        if not world.export_is_refused(folder):
            raise Broken(f"other bytes in {name} were not noticed (trial {number})")
        (folder / name).write_bytes(content)
    return {"spoilt": trials}


def by_the_tool(world: Any, trials: int) -> Figures:
    """Let the command itself judge, alone, as a stranger would run it."""
    from trust.audit_attacks import ATTACKS

    folder = world.folder / "alone"
    folder.mkdir(exist_ok=True)
    world.intact.write(folder)
    if tool(world, folder) != 0:
        raise Broken("the tool refuses an untouched export")
    for number in range(trials):
        copy = world.copy()
        list(ATTACKS.values())[number % len(ATTACKS)](copy, world)
        copy.write(folder)
        if tool(world, folder) == 0:
            raise Broken(f"the tool took a rewritten export for intact (trial {number})")
    return {"by_the_tool_alone": trials}


def tool(world: Any, folder: Path) -> int:
    """Return the exit status of ``zhijia/audit/verify_audit.py``."""
    command = [sys.executable, "-I", "zhijia/audit/verify_audit.py", str(folder)]
    command += ["--witness", str(world.witness), "--trust", world.root]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode


def controls(world: Any, trials: int) -> Figures:
    """Show that the trial can fail: without a witness, behind the witness, and with a blind check."""
    from trust import audit_attacks as attacks

    skilled = (attacks.rehash_and_sign, attacks.truncate, attacks.another_key, attacks.everything_gone)
    alone = [_passes(world, skilled[n % len(skilled)], witnessed=False) for n in range(trials)]
    later = [_passes(world, attacks.rewrite_tail, witnessed=True) for _ in range(trials)]
    if not all(alone) or not all(later):
        raise Broken("the control was noticed where nothing can notice it: the checks refuse too much")
    blind = blind_misses(world, trials)
    if not blind:
        raise Broken("a check that compares no hashes noticed everything: the trial proves nothing")
    return {
        "control_lost_without_witness": len(alone),
        "control_lost_after_the_witnessed_head": len(later),
        "control_lost_by_a_blind_check": blind,
    }


def _passes(world: Any, attack: Any, *, witnessed: bool) -> bool:
    copy = world.copy()
    attack(copy, world)
    return not any(world.refuses(copy, witnessed=witnessed))


def blind_misses(world: Any, trials: int) -> int:
    """Return how many alterations pass a walker that believes each row's own hash."""
    from trust.audit_attacks import alter
    from zhijia.audit.verify_audit import Walker

    def believe(walker: Any, seq: int, previous: str, line: str, stated: str) -> None:
        walker.seq, walker.hash = seq, stated

    sharp, Walker.step = Walker.step, believe  # type: ignore[method-assign]
    try:
        return sum(_passes(world, alter, witnessed=True) for _ in range(trials))
    finally:
        Walker.step = sharp  # type: ignore[method-assign]


def speed(rows: int) -> Figures:
    """Measure how fast a chain is checked, in the database and as an export."""
    from django.db import transaction

    from trust.audit_world import long_chain
    from zhijia.audit.verification import verify_tenant
    from zhijia.audit.verify_audit import walk_export, with_hash

    with transaction.atomic():
        lines = [f"{with_hash(line, digest)}\n".encode() for line, digest in long_chain(99, rows)]
        began = time.perf_counter()
        verify_tenant(99)
        middle = time.perf_counter()
        walk_export(lines)
        ended = time.perf_counter()
        transaction.set_rollback(True)
    return {
        "database_rows_per_second": round(rows / (middle - began)),
        "export_rows_per_second": round(rows / (ended - middle)),
    }


def checkpoint_age(folder: Path, *, hours: int) -> Figures:
    """Run the timers over hours of work; return how old the witnessed head became, in minutes."""
    from django.db import transaction
    from django.test import override_settings

    from trust.audit_world import work

    (folder / "timed.jws").touch()
    with override_settings(ZHIJIA_WITNESSES=[f"file://{folder}/timed.jws"]), transaction.atomic():
        ages = work(dt.datetime(2026, 3, 5, tzinfo=dt.UTC), hours)
        transaction.set_rollback(True)
    oldest = max(ages) / dt.timedelta(minutes=1)
    if oldest > 60:
        raise Broken(f"the newest witnessed head became {oldest:.0f} minutes old")
    return {"oldest_checkpoint_minutes": oldest, "checkpoints_looked_at": len(ages)}
