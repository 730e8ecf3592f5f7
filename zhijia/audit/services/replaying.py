"""Deeds that come back from the intake journal after a restore."""

import datetime as dt
import json
from typing import Any

from zhijia.audit.enums import Kind
from zhijia.audit.models import Entry
from zhijia.audit.services.recording import _append, _locked_head, stamp
from zhijia.core.actors import SYSTEM


def replay_entry(values: dict[str, Any], now: dt.datetime) -> int:
    """Put a deed back: as it was where it continues the chain, else as a new deed that says what it was.

    Other deeds stood between the backup and this one, and are lost; so its old place in the chain is
    usually gone. The new entry keeps its hash, so that a witness of the old chain can still find it.
    Called in the transaction of its envelope.
    """
    head = _locked_head(values["tenant"])
    if (head.seq + 1, head.hash) == (values["seq"], values["previous"]):
        Entry(**{name: value for name, value in values.items() if name != "id"}).save(force_insert=True)
        head.seq, head.hash, head.at = values["seq"], values["hash"], values["at"]
        head.save(update_fields=["seq", "hash", "at"])
        return 1
    was = {
        "actor": values["actor"],
        "at": stamp(values["at"]),
        "hash": values["hash"],
        "seq": values["seq"],
    }
    _append(
        Kind(values["kind"]), values["action"], values["object"], SYSTEM, now, values["tenant"],
        json.loads(values["data"]) | {"replayed": was}, values["purpose"],
    )  # fmt: skip
    return 1


def replay_head(values: dict[str, Any], now: dt.datetime) -> int:
    """Leave the head to its entries."""
    return 0
