"""The work on rosters that goes on in the background."""

from typing import Any

from django.db import transaction

from zhijia.membership.models import RosterImport


def queue(step: str, roster: RosterImport) -> None:
    """Put work into the queue once this transaction is committed."""
    from zhijia.membership import tasks_rosters

    task: Any = {
        "check": tasks_rosters.check_roster, "write": tasks_rosters.write_roster,
        "pairs": tasks_rosters.find_pairs,
    }[step]  # fmt: skip
    transaction.on_commit(lambda: task.enqueue(roster.pk))
