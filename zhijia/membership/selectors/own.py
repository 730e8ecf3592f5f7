"""What a worker sees of his own membership."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from zhijia.core.errors import NotFound
from zhijia.core.workflow import State
from zhijia.membership.card import number_of, token_of
from zhijia.membership.enums import ApplicationState
from zhijia.membership.models import Application, Correction, Membership, Reminder, Transfer, Worker
from zhijia.membership.workflow import APPLICATION, MEMBERSHIP


@dataclass(frozen=True)
class OwnMembership:
    """One of one's own memberships, with its state in words and its card."""

    row: Membership
    state: State
    card_number: str
    token: str
    steps: tuple[Any, ...]


@dataclass(frozen=True)
class OwnPage:
    """Everything about one's own membership."""

    worker: Worker | None
    details: dict[str, str]
    current: tuple[OwnMembership, ...]
    past: tuple[OwnMembership, ...]
    applications: tuple[tuple[Application, State], ...]
    reminder: Reminder | None
    transfers: tuple[Transfer, ...]
    corrections: tuple[Correction, ...]

    @property
    def may_apply(self) -> bool:
        """Say whether "join" is offered: neither a member nor waiting for an answer."""
        waiting = any(not state.final and row.state != "refused" for row, state in self.applications)
        return not waiting and not any(own.row.kind == "full" for own in self.current)


def worker_of(user: Any) -> Worker | None:
    """Return the entry on the roll that belongs to an account, if there is one."""
    if getattr(user, "pk", None) is None:
        return None
    return Worker.objects.filter(account=user, merged_into=None).first()


def own_page(user: Any) -> OwnPage:
    """Return one's own memberships, applications and what waits for an answer."""
    worker = worker_of(user)
    rows = Membership.objects.filter(worker=worker) if worker else Membership.objects.none()
    found = [
        _own(row) for row in rows.select_related("body").prefetch_related("steps").order_by("-joined_on")
    ]
    sent = Application.objects.filter(account=user).select_related("body").order_by("-submitted_at")
    over = Q(state=ApplicationState.ACCEPTED, membership__ended_on__isnull=False)  # told with the membership
    applications = sent.exclude(over)
    reminders = Reminder.objects.filter(membership__worker=worker, state="sent") if worker else ()
    transfers = Transfer.objects.filter(worker=worker, state__in=("asked", "objected")) if worker else ()
    corrections = Correction.objects.filter(worker=worker).order_by("-asked_at")[:20] if worker else ()
    return OwnPage(
        worker, worker.details() if worker else {}, tuple(own for own in found if own.row.is_open),
        tuple(own for own in found if not own.row.is_open),
        tuple((row, APPLICATION.state(row.state)) for row in applications[:10]),
        next(iter(reminders), None), tuple(transfers), tuple(corrections),
    )  # fmt: skip


def _own(row: Membership) -> OwnMembership:
    steps = sorted(row.steps.all(), key=lambda step: step.pk)
    number = row.card_number or number_of(row.tenant, row.pk)
    return OwnMembership(row, MEMBERSHIP.state(row.state), number, token_of(row.pk), tuple(steps))


def own_application(user: Any, public_id: Any) -> Application:
    """Return one's own application; raise ``NotFound`` for anybody else's."""
    rows = Application.objects.select_related("body", "membership")
    found = rows.filter(account=user, public_id=public_id).first() if getattr(user, "pk", None) else None
    if found is None:
        raise NotFound
    return found
