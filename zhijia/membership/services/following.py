"""What becomes of the members of a body that is merged or dissolved: they follow it, and nobody is lost.

Moved in batches of one transaction each. A batch takes whoever still belongs to the old body, so that it
can be cut off, repeated and run twice. Locks: the succession, memberships by id, transfers by id.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from zhijia.audit.services import record
from zhijia.core.actors import SYSTEM, Actor
from zhijia.core.clock import local_date
from zhijia.core.services import load_locked, require
from zhijia.membership import messages
from zhijia.membership.card import number_of
from zhijia.membership.enums import ApplicationState, Channel, Ending, Kind, ReminderState, State
from zhijia.membership.models import (
    Application,
    Membership,
    MembershipStep,
    Reminder,
    Succession,
    Transfer,
)
from zhijia.membership.permissions import Ask
from zhijia.membership.services.application_steps import days, move
from zhijia.membership.services.base import cancel_transfers, counts, note_changes
from zhijia.membership.workflow import MEMBERSHIP
from zhijia.unions.models import UnionBody
from zhijia.unions.selectors import ancestors, without_ties

BATCH = 500
STEP = "follow_union"
REACHES = {State.RETAINED: "retain", State.HELD: "hold"}
"""State in the new union -> the step that follows on entering it."""


@transaction.atomic
def begin_succession(
    *, body: UnionBody, successor: UnionBody, ending: str, is_held: bool, on: dt.date, by: Actor,
    now: dt.datetime,
) -> Succession:  # fmt: skip
    """Let the members of a body that ends go to another; the first of them at once, the rest by a timer.

    ``is_held``: nobody was named who takes them over, so the union above keeps them. Repeating changes
    nothing.
    """
    require(by, "membership.system", Ask(on, body))
    succession, is_new = Succession.objects.get_or_create(
        tenant=body.tenant, body=body,
        defaults={"successor": successor, "ending": ending, "is_held": is_held, "moves_on": on,
                  "begun_at": now},
    )  # fmt: skip
    if is_new:
        facts = {"to": successor.pk, "why": str(ending)}
        record("members.follow", obj=succession, by=by, now=now, tenant=body.tenant, data=facts)
        _route_applications(body, successor, now)
        cancel_transfers(Transfer.objects.filter(to_body=body), by=by, now=now)
    move_batch(succession_id=succession.pk, now=now)
    return succession


def resume_successions(*, now: dt.datetime) -> int:
    """Timer: move whoever still belongs to a body that has ended; return how many."""
    waiting = Membership.objects.filter(tenant=OuterRef("tenant"), body=OuterRef("body"), ended_on=None)
    moved = 0
    for pk in list(Succession.objects.filter(Exists(waiting)).order_by("id").values_list("pk", flat=True)):
        while count := move_batch(succession_id=pk, now=now):
            moved += count
    return moved


@transaction.atomic
def move_batch(*, succession_id: int, now: dt.datetime, size: int = BATCH) -> int:
    """Move some members; return how many. None left: note that it is done."""
    succession = load_locked(Succession.objects.select_related("body", "successor"), pk=succession_id)
    rows = Membership.objects.filter(tenant=succession.tenant, body=succession.body, ended_on=None)
    found = list(rows.select_for_update(of=("self",)).select_related("worker__account").order_by("id")[:size])
    if found:
        _Move(succession, _last_successor(succession), now).run(found)
    if len(found) < size:
        succession.ended_at = now
        succession.save(update_fields=["ended_at"])
    return len(found)


def _last_successor(succession: Succession) -> UnionBody:
    """Return where the members go now: a successor may have ended meanwhile itself."""
    body, seen = succession.successor, {succession.body_id}
    while body.pk not in seen:
        seen.add(body.pk)
        following = (
            Succession.objects.filter(tenant=body.tenant, body=body).select_related("successor").first()
        )
        body = following.successor if following else body
    return body


# Memberships ----------------------------------------------------------------------------------


@dataclass
class _Move:
    """Moves memberships to one body."""

    succession: Succession
    body: UnionBody
    now: dt.datetime
    states: dict[int, str] = field(default_factory=dict)
    """State of each membership before it ended."""

    def run(self, rows: list[Membership]) -> None:
        """End these memberships and begin those that follow; steps, figures and messages with them."""
        beside = self._beside(rows)
        going = [*rows, *(row for row in beside.values() if self._gives_way(row, rows))]
        steps, last = [], _last_steps(going)
        for row in going:
            on = max(self.succession.moves_on, row.joined_on, last.get(row.pk, row.joined_on))
            steps.append(self._end(row, on))
        Membership.objects.bulk_update(going, ["state", "ended_on", "ending", "changed_at"], batch_size=500)
        fresh = [self._follow(row) for row in rows if row.kind == Kind.FULL or row.worker_id not in beside]
        Membership.objects.bulk_create(fresh)
        for row in fresh:
            steps += self._begin(row)
        MembershipStep.objects.bulk_create(steps)
        self._count(steps, {row.pk: row for row in (*rows, *fresh)})
        self._drop_what_waits(going)
        self._tell(rows)
        facts = {"moved": len(rows), "first": rows[0].pk, "last": rows[-1].pk}
        label = MEMBERSHIP.transition(STEP).audit
        record(label, obj=self.succession, by=SYSTEM, now=self.now, tenant=self.succession.tenant, data=facts)

    def _beside(self, rows: list[Membership]) -> dict[int, Membership]:
        """Return, by worker, who belongs to the new body already."""
        workers = [row.worker_id for row in rows]
        there = Membership.objects.filter(
            tenant=self.body.tenant, body=self.body, worker__in=workers, ended_on=None
        )
        return {row.worker_id: row for row in there.select_for_update(of=("self",)).order_by("id")}

    def _gives_way(self, beside: Membership, rows: list[Membership]) -> bool:
        """Say whether a further membership in the new body ends because the full one comes."""
        return any(row.worker_id == beside.worker_id and row.kind == Kind.FULL for row in rows)

    def _state_after(self, old: Membership) -> str:
        before = self.states[old.pk]
        return State.HELD if self.succession.is_held and before == State.ACTIVE else before

    def _end(self, row: Membership, on: dt.date) -> MembershipStep:
        before = self.states[row.pk] = row.state
        row.state = MEMBERSHIP.target(STEP, before)
        row.ended_on, row.ending, row.changed_at = on, Ending(self.succession.ending), self.now
        return self._step(row, STEP, before, on)

    def _follow(self, old: Membership) -> Membership:
        """Return the membership in the new body; state, number of the card and secrecy go on."""
        known = old.employer_id or self.succession.body.employer_id
        employer = old.employer_id if old.is_discreet else self.body.employer_id or known
        return Membership(
            tenant=self.body.tenant, worker=old.worker, body=self.body, kind=old.kind,
            state=self._state_after(old), joined_on=old.ended_on or self.succession.moves_on,
            channel=Channel.SUCCESSION,
            employer_id=employer, is_discreet=old.is_discreet,
            card_number=old.card_number or number_of(old.tenant, old.pk),
            written_at=self.now, changed_at=self.now,
        )  # fmt: skip

    def _begin(self, row: Membership) -> list[MembershipStep]:
        """Return the steps by which a membership reaches its state on the first day."""
        reached, row.state = row.state, State.ACTIVE.value
        steps = [self._step(row, "enrol", "", row.joined_on)]
        if reached != State.ACTIVE:
            row.state = reached
            steps.append(self._step(row, REACHES[State(reached)], State.ACTIVE, row.joined_on))
        return steps

    def _step(self, row: Membership, name: str, before: str, on: dt.date) -> MembershipStep:
        return MembershipStep(
            tenant=row.tenant, membership=row, step=name, before=before, after=row.state, counts_on=on,
            written_at=self.now,
        )  # fmt: skip

    def _count(self, steps: Iterable[MembershipStep], rows: dict[int, Membership]) -> None:
        """Note by body how the totals change: one row for each of the two."""
        changes: defaultdict[tuple[int, int], Counter[str]] = defaultdict(Counter)
        for step in steps:
            row = rows.get(step.membership_id)
            if row is None or not row.is_counted:
                continue
            found = changes[row.tenant, row.body_id]
            found.update(counts(row.worker, step.after))
            found.subtract(counts(row.worker, step.before))
        note_changes(changes, self.now)

    def _drop_what_waits(self, rows: list[Membership]) -> None:
        Reminder.objects.filter(membership__in=rows, state=ReminderState.SENT).update(
            state=ReminderState.DROPPED
        )
        cancel_transfers(Transfer.objects.filter(membership__in=rows), by=SYSTEM, now=self.now)

    def _tell(self, rows: list[Membership]) -> None:
        for row in rows:
            messages.tell_member(STEP, row, by=SYSTEM, now=self.now, union=self.body.name)


def _last_steps(rows: list[Membership]) -> dict[int, dt.date]:
    steps = MembershipStep.objects.filter(membership__in=rows).order_by().values("membership")
    return {row["membership"]: row["last"] for row in steps.annotate(last=Max("counts_on"))}


# Applications ---------------------------------------------------------------------------------


def _route_applications(body: UnionBody, successor: UnionBody, now: dt.datetime) -> None:
    """Give what waits for an answer to the new body; to one above it where nobody tied may learn of it."""
    waiting = Application.objects.select_for_update(of=("self",)).filter(tenant=body.tenant, body=body)
    for row in waiting.open().order_by("id"):
        lines = [successor, *ancestors(successor)]
        free = without_ties(lines, row.employer_id) if row.is_discreet else lines
        to = next((one for one in free if one.is_active and one.pk != body.pk), successor)
        step = "escalate_application" if row.state == ApplicationState.REVIEW else "route_application"
        told: dict[str, Any] = {"body": to, "tenant": to.tenant, **days(to, local_date(now))}
        row = move(step, row, SYSTEM, now, **told)
        messages.tell_applicant("route_application", row, now=now)
        messages.tell_body("application.waits", row, now=now)
