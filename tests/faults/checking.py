"""What must hold after every bad moment: what was acknowledged is there, and sent again it stays one."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.faults.installation import Child, Died, Place, Zygote, fresh
from trust import Broken


@dataclass
class Tally:
    """Figures of a run. Histories in Jepsen's words: ok (acknowledged), info (saved, nobody knows)."""

    trials: int = 0
    killed: int = 0
    acked: int = 0
    lost: int = 0
    lost_in_journal: int = 0
    info: int = 0
    false_acks: int = 0
    """Acknowledged under a fault, and not on the disk in both places."""
    keys: dict[str, str] = field(default_factory=dict)
    """Key of each sending, and the id that its receipt named in the end."""

    def figures(self) -> dict[str, int]:
        """Return the numbers."""
        names = ("trials", "killed", "acked", "lost", "lost_in_journal", "info", "false_acks")
        return {name: getattr(self, name) for name in names}


def send_until_dead(zygote: Zygote, sends: list[tuple[str, str]], weaken: str = "", **harm: Any) -> bool:
    """Let a fresh process hand in until it dies; say whether it did."""
    with zygote.worker() as child:
        try:
            if weaken:
                child("weaken", how=weaken)
            child("arm", **harm)
            for key, text in sends:
                child("send", key=key, text=text)
        except Died:
            return True
    return False


def look(zygote: Zygote, *, deep: bool = False) -> dict[str, Any]:
    """Look with a fresh process."""
    with zygote.worker() as child:
        return dict(child("look", deep=deep))


def compare(place: Place, found: dict[str, Any], tally: Tally, before: set[str]) -> None:
    """Count what was acknowledged and is gone, and what is there though nobody was told."""
    acked = place.acked()
    rows, journal = set(found["rows"]), set(found["journal"])
    tally.acked = len(acked)
    tally.lost = len(set(acked.values()) - rows)
    tally.lost_in_journal = len(set(acked.values()) - journal)
    tally.info += len(rows - before - set(acked.values()))


def retry(child: Child, sends: list[tuple[str, str]], tally: Tally) -> None:
    """Send the same again, twice: the same receipt both times, and one matter for each key."""
    for key, text in sends:
        first, second = (child("send", key=key, text=text) for _ in range(2))
        if first["status"] not in (200, 201) or second["status"] != 200 or first["body"] != second["body"]:
            raise Broken(f"sent again with the same key: {first}, then {second}")
        tally.keys[key] = public_id(first["body"])


def public_id(body: str) -> str:
    """Return the id that a receipt names."""
    return str(json.loads(body)["public_id"])


def exactly_once(place: Place, found: dict[str, Any], tally: Tally) -> None:
    """Raise ``Broken`` unless each key has one row and one record, of the id that was acknowledged."""
    if found["wrong"]:
        raise Broken(f"damaged afterwards: {found['wrong'][:5]}")
    if moved := [key for key, old in place.acked().items() if tally.keys.get(key, old) != old]:
        raise Broken(f"another receipt than the acknowledged one: {moved[:5]}")
    for name in ("rows", "journal"):
        counts = Counter(found[name])
        doubled = [each for each, n in counts.items() if n > 1]
        if doubled or set(counts) != set(tally.keys.values()):
            missing, more = set(tally.keys.values()) - set(counts), set(counts) - set(tally.keys.values())
            told = f"missing {sorted(missing)[:5]}, more {sorted(more)[:5]}"
            raise Broken(f"{name}: doubled {doubled[:5]}, {told}")


def trial(
    place: Place, zygote: Zygote, tally: Tally, *, size: int = 1, weaken: str = "", **harm: Any
) -> bool:
    """Kill a sender at one call; look; send again. Say whether it was killed."""
    sends = [fresh() for _ in range(size)]
    known = set(tally.keys.values())
    killed = send_until_dead(zygote, sends, weaken, **harm)
    tally.trials, tally.killed = tally.trials + 1, tally.killed + killed
    with zygote.worker() as child:
        found = child("look")
        compare(place, found, tally, known)
        if not weaken:
            if tally.lost or tally.lost_in_journal:
                raise Broken(f"acknowledged and lost at {harm}: {tally.figures()}")
            retry(child, sends, tally)
    return killed
