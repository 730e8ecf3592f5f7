"""What the processes hold about one person, for how long, and how they let go of it."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.accounts.models import User
from zhijia.core.rights import Eraser, Ground, Held, keepings
from zhijia.organising.enums import ProcessKind, State
from zhijia.organising.models import Process, Step
from zhijia.organising.services import withdraw_for_erasure
from zhijia.organising.workflow import FINAL
from zhijia.regulations.selectors import let_go_before

KEEPING = keepings(
    "retention.organising", gettext_lazy("the end of the process"), "organising.forget", Ground.DUTY,
    "organising.Process", "organising.Step", "organising.Candidate",
)  # fmt: skip
HELD_BACK = (State.DRAFT, State.PREP_APPLIED, State.PREP_REJECTED, State.UNDER_REVIEW)
"""A founding that stands here depends on its applicant; later it belongs to all who joined."""


def held(user: User, now: dt.datetime, proven: bool) -> Iterator[Held]:
    """Yield what the person has begun, and what he did in it."""
    for row in Process.objects.filter(applicant=user).order_by("-opened_at"):
        value = f"{row.get_kind_display()} · {row.title} · {row.get_state_display()}"
        url = f"/organising/{row.public_id}/"
        yield Held("organising.Process", _("Process of a union body"), value, row.opened_at, url=url)
    for step in Step.objects.filter(actor=user).select_related("process").order_by("-at"):
        yield Held("organising.Step", _("Step in a process of a union body"), step.reason, step.at)


def erase(reference: str, *, now: dt.datetime) -> dict[str, int]:
    """Take back a founding that nobody else has joined yet, and forget who the person was in all others."""
    account = int(reference.partition(":")[2])
    rows = Process.objects.filter(applicant=account)
    alone = rows.filter(kind=ProcessKind.FOUNDING, state__in=HELD_BACK).values_list("pk", flat=True)
    for pk in list(alone):
        withdraw_for_erasure(process_id=pk, now=now)
    cleared = rows.update(applicant=None)
    Process.objects.filter(last_applicant=account).update(last_applicant=None)
    Step.objects.filter(actor=account).update(actor=None)
    return {"processes": cleared}


ERASER = Eraser(kind="user", erase=erase, order=50)


def forget(now: dt.datetime) -> int:
    """Timer: delete processes that ended long ago; what they led to stays in the tree. Return how many."""
    limit = let_go_before("retention.organising", now)
    old = Process.objects.filter(state__in=FINAL, changed_at__lt=limit)
    return len([row.delete() for row in old[:500]])
