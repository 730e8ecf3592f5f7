"""What menu and desk ask about the processes."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhijia.core.clock import local_date
from zhijia.core.manifest import DeskCard, Matter
from zhijia.organising import selectors
from zhijia.organising.workflow import table_of


def desk(user: Any, now: dt.datetime) -> Iterator[DeskCard]:
    """Yield what waits for an answer, and terms that end."""
    on = local_date(now)
    waiting = list(selectors.waiting(user, on).values_list("due_on", flat=True)[:500])
    late = sum(1 for due in waiting if due and due < on)
    if waiting:
        yield DeskCard(
            _("Founding and elections: to answer"), reverse("organising:index"), len(waiting), late, order=40
        )
    ending = list(selectors.terms_running_out(user, on).values_list("until_on", flat=True)[:500])
    if ending:
        over = sum(1 for until in ending if until < on)
        yield DeskCard(
            _("Terms that end within a year"), reverse("organising:terms"), len(ending), over, order=41
        )


def matters(user: Any, now: dt.datetime) -> Iterator[Matter]:
    """Yield a worker's own foundings for "my matters"."""
    for row in selectors.own_foundings(user)[:50]:
        state = table_of(row.kind).state(row.state)
        yield Matter(
            title=row.title, url=reverse("organising:process", args=[row.public_id]), state=str(state.label),
            happens_next=str(state.happens_next), due_on=row.due_on, changed_at=row.changed_at,
            kind=row.get_kind_display(),
        )  # fmt: skip
