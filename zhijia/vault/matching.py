"""Does the list of openings that workers read agree with the audit, row by row and both ways?"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from zhijia.audit.models import Entry, Head
from zhijia.regulations.selectors import let_go_before
from zhijia.vault.models import Disclosure

HIDDEN = "was an opening, and the worker's list does not show it"
INVENTED = "is shown to a worker as an opening, and the audit says otherwise"
OPENED = "vault.opened"
Line = tuple[int, dt.datetime, str, str, str, str]
"""Row of the chain, instant, who, which record, why, which part."""


def check(tenant: int, now: dt.datetime) -> Iterator[tuple[int, str]]:
    """Yield each row of the chain that the worker's list hides, changes or invents, oldest first.

    Openings past their period of keeping may be gone from the list; the chain keeps them. Both sides
    are read in step, in constant memory, up to the row that was last when the check began: an opening
    and its line are committed together.
    """
    head = Head.objects.filter(tenant=tenant).first()
    last = head.seq if head else 0
    forgotten = let_go_before("retention.disclosure", now)
    shown = _shown(tenant, last)
    line = next(shown, None)
    for opening in _openings(tenant, last):
        while line is not None and line[0] < opening[0]:
            yield line[0], INVENTED
            line = next(shown, None)
        if line is not None and line[0] == opening[0]:
            if line != opening:
                yield line[0], INVENTED
            line = next(shown, None)
        elif opening[1] >= forgotten:
            yield opening[0], HIDDEN
    if line is not None:
        yield line[0], INVENTED


def _openings(tenant: int, last: int) -> Iterator[Line]:
    rows: Any = Entry.objects.filter(tenant=tenant, action=OPENED, seq__lte=last).order_by("seq")
    for seq, at, actor, owner, purpose, data in rows.values_list(
        "seq", "at", "actor", "object", "purpose", "data"
    ).iterator():
        yield seq, at, actor, owner, purpose, str(json.loads(data).get("part"))


def _shown(tenant: int, last: int) -> Iterator[Line]:
    rows = Disclosure.objects.filter(tenant=tenant).order_by("audit_seq")
    for line in rows.values_list(
        "audit_seq", "opened_at", "opened_by", "owner", "purpose", "part"
    ).iterator():
        if line[0] <= last or not Entry.objects.filter(tenant=tenant, seq=line[0]).exists():
            yield line
