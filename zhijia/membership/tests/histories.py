"""What always holds of the histories of members, whatever was done: read from all rows at once."""

import datetime as dt
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from zhijia.audit.models import Entry
from zhijia.membership.models import (
    Application,
    Membership,
    MembershipStep,
    Pair,
    Reminder,
    Succession,
    TotalsDelta,
    Transfer,
    Worker,
)
from zhijia.membership.workflow import MEMBERSHIP
from zhijia.notifications.models import Notification

TABLES = (Worker, Membership, Succession, MembershipStep, Reminder, Transfer, Application, Pair, TotalsDelta)
COLUMNS = {table: [field.attname for field in table._meta.concrete_fields] for table in TABLES}
FIGURES = ("members", "women", "migrants", "platform", "retained")
ENDING = {"state", "ended_on", "ending", "changed_at"}
"""All that a step may change in a membership."""
MOVED = {"worker_id"}
"""What two entries that are put together change besides."""
Snapshot = dict[str, Any]


def snapshot() -> Snapshot:
    """Return every row of the roll, and how much was written down and told about it."""
    rows = {table.__name__: {row["id"]: row for row in table.objects.values(*COLUMNS[table])}
            for table in TABLES}  # fmt: skip
    return {**rows, "audit": Entry.objects.count(), "told": Notification.objects.count()}


def check_nothing_overwritten(old_rows: Snapshot, new: Snapshot, merged: set[int]) -> None:
    free = ENDING | MOVED
    for table in ("MembershipStep", "TotalsDelta"):
        assert old_rows[table].items() <= new[table].items()
    for pk, old in old_rows["Membership"].items():
        row = new["Membership"][pk]
        assert {k: v for k, v in row.items() if k not in free} == {
            k: v for k, v in old.items() if k not in free
        }
        assert old["ended_on"] is None or {k: row[k] for k in ENDING} == {k: old[k] for k in ENDING}
        assert row["worker_id"] == old["worker_id"] or row["worker_id"] in merged


def check_steps(new: Snapshot, today: dt.date) -> None:
    chains = defaultdict(list)
    for pk in sorted(new["MembershipStep"]):
        step = new["MembershipStep"][pk]
        chains[step["membership_id"]].append(step)
    for pk, row in new["Membership"].items():
        state, day = "", row["joined_on"]
        for step in chains[pk]:
            way = MEMBERSHIP.transition(step["step"])
            assert step["before"] == state
            assert state in (way.sources or ("",))
            assert step["after"] in way.targets
            assert day <= step["counts_on"] <= today
            state, day = step["after"], step["counts_on"]
        assert state == row["state"]
        assert row["ended_on"] == (day if state == "ended" else None)


def check_waiting(new: Snapshot) -> None:
    """Nothing waits for an answer about a membership that has ended."""
    over = {pk for pk, row in new["Membership"].items() if row["ended_on"] is not None}
    waiting = [row for row in new["Transfer"].values() if row["state"] in ("asked", "objected")]
    waiting += [row for row in new["Reminder"].values() if row["state"] == "sent"]
    assert [row for row in waiting if row["membership_id"] in over] == []


def check_days(new: Snapshot, merged: set[int]) -> None:
    """What was merged is looked at for what runs only: two entries may well have had a past each."""
    spans, running = defaultdict(list), Counter()
    for row in new["Membership"].values():
        days = (row["joined_on"], row["ended_on"] or dt.date.max)
        keys = [(row["worker_id"], row["body_id"])] + [(row["worker_id"], 0)] * (row["kind"] == "full")
        running.update(keys if row["ended_on"] is None else ())
        if row["ending"] != "mistake" and row["worker_id"] not in merged:
            for key in keys:
                spans[key].append(days)
    assert all(count == 1 for count in running.values())
    for days in spans.values():
        days.sort()
        assert all(one[1] <= two[0] for one, two in pairwise(days)), days


def check_figures(new: Snapshot) -> None:
    counted: Counter[tuple[int, str]] = Counter()
    for row in new["Membership"].values():
        if row["kind"] == "full" and row["ended_on"] is None:
            who, here = new["Worker"][row["worker_id"]], row["state"] != "retained"
            kinds = (True, who["sex"] == 2, who["is_migrant"], who["trade"] != "")
            found = [here and is_so for is_so in kinds] + [not here]
            counted.update(
                {(row["body_id"], name): int(is_so) for name, is_so in zip(FIGURES, found, strict=True)}
            )
    noted: Counter[tuple[int, str]] = Counter()
    for change in new["TotalsDelta"].values():
        noted.update({(change["body_id"], name): change[name] for name in FIGURES})
    assert {k: v for k, v in noted.items() if v} == {k: v for k, v in counted.items() if v}
