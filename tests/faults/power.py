"""Power cuts: what the disk held at that moment becomes the installation, and is looked at."""

import random
import shutil
from dataclasses import dataclass, field
from typing import Any

from tests.faults.checking import Tally, compare, exactly_once, look, public_id, retry, send_until_dead
from tests.faults.installation import Place, Zygote, fresh, power_cut
from trust import Broken

SENDS = 2
"""Submissions that are under way or done when the power goes."""
MIXTURES = 2
"""Disks tried for each moment besides the two extremes: what a kernel may have written by itself."""


@dataclass
class Cuts:
    """What was found after the cuts of one installation."""

    cuts: int = 0
    disks: int = 0
    tally: Tally = field(default_factory=Tally)
    lossy: int = 0
    """Cuts after which a disk lacked something acknowledged, in the database."""
    lossy_in_journal: int = 0
    lossy_disks: int = 0
    replayed: int = 0
    """Disks with a loss, and those of them on which a replay of the journal brought everything back."""

    def figures(self) -> dict[str, int]:
        """Return the numbers."""
        return {
            "cuts": self.cuts, "disks": self.disks, "acked": self.tally.acked, "info": self.tally.info,
            "lost": self.tally.lost, "lost_in_journal": self.tally.lost_in_journal,
            "cuts_with_loss": self.lossy, "cuts_with_loss_in_journal": self.lossy_in_journal,
            "brought_back_by_replay": self.replayed,
        }  # fmt: skip


def cut_power(place: Place, *, cuts: int, seed: int, weaken: str = "") -> Cuts:
    """Cut the power so often, each time at a random call; unless weakened, ``Broken`` at the first loss."""
    found, rng = Cuts(), random.Random(seed)
    with place.zygote(shadow=True) as zygote:
        calls = _calls(place, zygote, found.tally, weaken)
        for number in range(cuts):
            # A control cuts every other time right after a receipt: there the weakness must show.
            after_receipt = bool(weaken) and number % 2 == 0
            kill_at = calls + 1 if after_receipt else rng.randint(1, calls * SENDS)
            _cut(place, zygote, found, kill_at, seed * 100_000 + number, weaken)
        if not weaken:
            exactly_once(place, look(zygote, deep=True), found.tally)
    return found


def _calls(place: Place, zygote: Zygote, tally: Tally, weaken: str) -> int:
    """Return how many calls one submission takes, with its note of the receipt."""
    begin_shadows(place)
    with zygote.worker() as child:
        if weaken:
            child("weaken", how=weaken)
        child("arm")
        key, text = fresh()
        tally.keys[key] = public_id(child("send", key=key, text=text)["body"])
        return int(child("counted")["calls"])


def begin_shadows(place: Place) -> None:
    """Say that the disk holds what the processes see."""
    shutil.rmtree(place.shadow, ignore_errors=True)
    for name in ("late", "early"):
        shutil.copytree(place.data, place.shadow / name)


def _cut(place: Place, zygote: Zygote, found: Cuts, kill_at: int, seed: int, weaken: str) -> None:
    """Have one history; try every disk that it may have left; go on with the last of them."""
    begin_shadows(place)
    sends = [fresh() for _n in range(SENDS)]
    known = set(found.tally.keys.values())
    send_until_dead(zygote, sends, weaken, kill_at=kill_at)
    disks = place.base / "disks"
    losses = [0, 0]
    for number in (0, 1, *(seed * 10 + n + 2 for n in range(MIXTURES))):
        disk = power_cut(place, disks / str(number), number)
        _become(place, disk, disks / "before")
        found.disks += 1
        lost = _inspect(place, zygote, found, known, sends, weaken)
        losses = [max(old, new) for old, new in zip(losses, lost, strict=True)]
        if number not in (0, 1) and number == seed * 10 + MIXTURES + 1:
            break
        _restore(place, disks / "before")
    if not weaken:
        with zygote.worker() as child:
            retry(child, sends, found.tally)
    shutil.rmtree(disks)
    found.cuts += 1
    found.lossy += bool(losses[0])
    found.lossy_in_journal += bool(losses[1])


def after_cut(place: Place, zygote: Zygote) -> dict[str, Any]:
    """Return what would be seen after a power cut at this moment, on the most forgetful disk."""
    disks = place.base / "disks"
    _become(place, power_cut(place, disks / "0", 0), disks / "before")
    found = look(zygote)
    _restore(place, disks / "before")
    shutil.rmtree(disks)
    return found


def _become(place: Place, disk: Place, before: Any) -> None:
    """Put the disk in the place of what the processes saw."""
    shutil.rmtree(before, ignore_errors=True)
    place.data.rename(before)
    disk.data.rename(place.data)


def _restore(place: Place, before: Any) -> None:
    shutil.rmtree(place.data)
    before.rename(place.data)


def _inspect(
    place: Place, zygote: Zygote, found: Cuts, known: set[str], sends: list[tuple[str, str]], weaken: str
) -> tuple[int, int]:
    seen, one = look(zygote, deep=True), Tally()
    compare(place, seen, one, known)
    found.tally.acked, found.tally.info = one.acked, found.tally.info + one.info
    found.tally.lost = max(found.tally.lost, one.lost)
    found.tally.lost_in_journal = max(found.tally.lost_in_journal, one.lost_in_journal)
    if not weaken and (one.lost or one.lost_in_journal or seen["wrong"]):
        raise Broken(f"after a power cut: {one.figures()}, damage: {seen['wrong'][:3]}")
    if weaken and one.lost:
        found.lossy_disks += 1
        found.replayed += not one.lost_in_journal and _brought_back(place, zygote)
    return one.lost, one.lost_in_journal


def _brought_back(place: Place, zygote: Zygote) -> bool:
    """Replay the journal; say whether everything acknowledged is in the database now."""
    with zygote.worker() as child:
        told = child("replay", folder=str(place.data / "journal"))
        return not told["refused"] and set(place.acked().values()) <= set(child("look")["rows"])
