"""P2: cut the power, let syncs fail, fill the disk, kill a whole PostgreSQL; then look and retry.

What a disk holds is modelled by ``tests/faults/faults.c``: content counts once it was synced, a changed name
once its folder was, or at once; and mixtures of that with what a kernel may have written by itself. Not
modelled: pages torn in the middle, and disks that lie about having written.
"""

import tempfile
from pathlib import Path
from typing import Any

from tests.faults import cluster
from tests.faults.checking import Tally, compare, exactly_once, look, retry
from tests.faults.installation import NoCompiler, Place, fresh, library
from tests.faults.power import after_cut, begin_shadows, cut_power
from trust import Broken, NotHere

PROMISE = "P2"
TITLE = "It survives a power cut, and a failing or full disk is told clearly"
CUTS = {False: 6, True: 300}
CONTROL = {False: 4, True: 20}
"""Power cuts with one mechanism taken away; at least a quarter of them must show a loss."""
CLUSTER = {False: 1, True: 8}
"""Kills of a whole PostgreSQL of our own."""
SEARCHES = 5
DEAF = ("errors_acknowledged", "journal_errors_unheard")
"""Ways of not hearing a failing or full disk; each must be noticed under both faults."""


def prove(*, long: bool) -> dict[str, Any]:
    """Return the figures, or raise ``Broken``."""
    try:
        library()
    except NoCompiler as missing:
        raise NotHere(str(missing)) from None
    with tempfile.TemporaryDirectory(prefix="zhijia-p02-") as folder:
        base = Path(folder)
        prepared = Place(base / "prepared").prepare()
        cuts = cut_power(prepared.copy(base / "cuts"), cuts=CUTS[long], seed=1)
        syncs = failing_syncs(prepared.copy(base / "syncs"))
        full = full_disk(prepared.copy(base / "full"), step=16384 if not long else 512)
        controls = weakened(prepared, base, CONTROL[long]) | deaf(prepared, base, syncs, full)
        server = cluster.prove(base / "cluster", kills=CLUSTER[long])
    parts = [cuts.tally.figures(), syncs, full, *([server] if "acked" in server else [])]
    return {
        "n": cuts.disks + syncs["trials"] + full["trials"] + server.get("kills", 0),
        "acked": sum(part["acked"] for part in parts),
        "lost": sum(part["lost"] + part["lost_in_journal"] for part in parts),
        "false_acks": syncs["false_acks"] + full["false_acks"],
        "power": cuts.figures(), "failed_syncs": syncs,
        "full_disk": full, "postgresql": server, **controls,
    }  # fmt: skip


def failing_syncs(place: Place) -> dict[str, Any]:
    """Let the n-th sync fail, once and from then on, for every n; what is acknowledged must be there."""
    tally, statuses, number = Tally(), dict[str, int](), 0
    with place.zygote(shadow=True) as zygote:
        while True:
            number += 1
            reached = [
                _harmed(place, zygote, tally, statuses, fail=(number, last)) for last in (number, 1 << 40)
            ]
            if not any(reached):
                break
        exactly_once(place, look(zygote, deep=True), tally)
    if number < 4:
        raise Broken("no sync was seen: the faults do not reach the program")
    return {**tally.figures(), "sync_points": number - 1, "answers": statuses}


def full_disk(place: Place, step: int) -> dict[str, Any]:
    """Leave room for 0, ``step``, 2 × ``step`` … bytes until a submission fits."""
    tally, statuses, room = Tally(), dict[str, int](), 0
    with place.zygote(shadow=True) as zygote:
        while _harmed(place, zygote, tally, statuses, room=room):
            room += step
        exactly_once(place, look(zygote, deep=True), tally)
    if not statuses:
        raise Broken("a disk without room took everything")
    return {**tally.figures(), "fits_in_bytes": room, "answers": statuses}


def _harmed(
    place: Place, zygote: Any, tally: Tally, statuses: dict[str, int], *, weaken: str = "", **harm: Any
) -> bool:
    """Send once under a fault, then again without; say whether the fault was felt."""
    begin_shadows(place)
    key, text = fresh()
    known = set(tally.keys.values())
    with zygote.worker() as child:
        if weaken:
            child("weaken", how=weaken)
        child("arm", **harm)
        answer = child("send", key=key, text=text)
        child("arm")
        tally.trials += 1
        found = child("look") if answer["status"] >= 300 else after_cut(place, zygote)
        compare(place, found, tally, known)
        got = place.acked().get(key)
        tally.false_acks += got is not None and not (got in found["rows"] and got in found["journal"])
        if not weaken:
            _told_clearly(answer, tally, harm)
            retry(child, [(key, text)], tally)
    if answer["status"] < 300:
        return False
    statuses[str(answer["status"])] = statuses.get(str(answer["status"]), 0) + 1
    return True


def _told_clearly(answer: dict[str, Any], tally: Tally, harm: dict[str, Any]) -> None:
    status, body = answer["status"], answer["body"]
    if status >= 300 and not (status >= 500 and "next_step" in body):
        raise Broken(f"{harm}: the answer was {status}, which tells nobody what to do: {body[:200]}")
    if tally.lost or tally.lost_in_journal or tally.false_acks:
        raise Broken(f"acknowledged and not there under {harm}: {tally.figures()}")


def deaf(prepared: Place, base: Path, syncs: dict[str, Any], full: dict[str, Any]) -> dict[str, Any]:
    """Do not hear errors, in two ways; under the same faults false receipts must be found."""
    found: dict[str, Any] = {}
    for how in DEAF:
        for kind, fault, most in (("failed_syncs", _deaf_to_syncs, syncs["sync_points"]),
                                  ("full_disk", _deaf_to_fullness, full["fits_in_bytes"])):  # fmt: skip
            place, tally = prepared.copy(base / f"{how}-{kind}"), Tally()
            with place.zygote(shadow=True) as zygote:
                fault(place, zygote, tally, how, most)
            if not tally.false_acks:
                raise Broken(f"the control {how} under {kind}: no false receipt was noticed")
            found[f"control_{kind}_{how}"] = {"trials": tally.trials, "false_acks": tally.false_acks}
    return found


def _deaf_to_syncs(place: Place, zygote: Any, tally: Tally, how: str, most: int) -> None:
    for number in range(1, most + 1):
        if tally.false_acks:
            return
        _harmed(place, zygote, tally, {}, weaken=how, fail=(number, number))


def _deaf_to_fullness(place: Place, zygote: Any, tally: Tally, how: str, most: int) -> None:
    """Look for the least room that is acknowledged: there the database fits and the journal does not.

    What the database needs differs from one submission to the next, so it is looked for several times.
    """
    for _search in range(SEARCHES):
        low, high = 0, most
        while high - low > 256 and not tally.false_acks:
            room = (low + high) // 2
            if _harmed(place, zygote, tally, {}, weaken=how, room=room):
                low = room
            else:
                high = room


def weakened(prepared: Place, base: Path, cuts: int) -> dict[str, Any]:
    """Take one mechanism away; the same cuts must find losses, or they prove nothing."""
    found: dict[str, Any] = {}
    for how, figure in (("synchronous_off", "lossy"), ("synchronous_full", "lossy"),
                        ("journal_without_sync", "lossy_in_journal")):  # fmt: skip
        seen = cut_power(prepared.copy(base / how), cuts=cuts, seed=2, weaken=how)
        if getattr(seen, figure) * 4 < cuts:
            raise Broken(f"the control {how} lost something in {getattr(seen, figure)} of {cuts} cuts only")
        found[f"control_{how}"] = {
            "cuts": cuts, "with_loss": getattr(seen, figure), "disks_with_loss": seen.lossy_disks,
            "brought_back_by_replay": seen.replayed,
        }  # fmt: skip
        if how == "synchronous_full" and seen.replayed != seen.lossy_disks:
            raise Broken(f"the journal did not bring back what the database lost: {found}")
    return found
