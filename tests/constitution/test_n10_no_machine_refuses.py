"""N10: no machine refuses anybody. A refusal has a person who decided, and a reason."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.architecture.sources import nothing
from zhijia.appeals import services as s
from zhijia.appeals.enums import State
from zhijia.appeals.models import Appeal, Review
from zhijia.appeals.permissions import PERMISSIONS, ask, is_system
from zhijia.appeals.tests.factories import World, make_world
from zhijia.appeals.workflow import TABLE
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import BadInput, NotAllowed

AGAINST_THE_WORKER = {
    State.REFUSED.value,
    State.REFERRED.value,
    State.REVIEWED.value,
    State.RE_REVIEWED.value,
}
"""States in which the union does no more than was done."""


@pytest.fixture
def world(db: None, now: Any) -> World:
    """Return a world."""
    return make_world(now)


def test_no_timer_makes_a_step_that_turns_somebody_away() -> None:
    steps = [t for t in TABLE.transitions if set(t.targets) & AGAINST_THE_WORKER]
    assert len(steps) >= 4
    nothing(t.name for t in steps if t.by_timer)


@pytest.mark.parametrize("step", ["refuse_appeal", "refer_appeal", "decide_review", "decide_re_review"])
def test_the_platform_is_not_allowed_to_turn_anybody_away(world: World, step: str) -> None:
    appeal = world.submit()
    assert not PERMISSIONS[step].test(SYSTEM, ask(appeal, world.now))
    assert PERMISSIONS["escalate_appeal"].test(SYSTEM, ask(appeal, world.now))
    assert is_system.test(SYSTEM, ask(appeal, world.now))


def test_the_platform_that_tries_is_refused_itself_and_nothing_changes(world: World) -> None:
    appeal = world.submit()
    with pytest.raises(NotAllowed):
        s.refuse_appeal(appeal_id=appeal.pk, ground="court", notice="n", by=SYSTEM, now=world.now)
    appeal.refresh_from_db()
    assert appeal.state == State.RECEIVED


def test_a_refusal_without_a_lawful_ground_or_a_notice_is_none(world: World) -> None:
    appeal, by = world.submit(), world.people["dispatcher"]
    for ground, notice in (("because", "n"), ("court", "  ")):
        with pytest.raises(BadInput), transaction.atomic():
            s.refuse_appeal(appeal_id=appeal.pk, ground=ground, notice=notice, by=by, now=world.now)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.refusal_ground) == (State.RECEIVED, "")


@pytest.mark.parametrize("by", ["", "system", "anonymous"])
def test_the_database_keeps_no_refusal_that_no_person_made(world: World, by: str) -> None:
    appeal = world.submit()
    told = {"state": State.REFUSED, "refusal_ground": "court", "refused_by": by, "closed_at": world.now}
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(**told)
    told["refused_by"] = f"user:{world.people['dispatcher'].pk}"
    assert Appeal.objects.filter(pk=appeal.pk).update(**told) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(refusal_ground="")


def test_the_database_keeps_no_review_that_no_person_decided(world: World) -> None:
    appeal, worker = world.replied(), world.people["worker"]
    s.rate_reply(appeal_id=appeal.pk, result="satisfied", attitude="satisfied", by=worker, now=world.now)
    s.ask_review(appeal_id=appeal.pk, reason="r", by=worker, now=world.now)
    told = {"decision": "upheld", "decided_at": world.now}
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.update(**told, decided_by="system")
    assert Review.objects.update(**told, decided_by=f"user:{worker.pk}") == 1


def test_who_refused_stands_in_the_row(world: World) -> None:
    appeal, by = world.submit(), world.people["dispatcher"]
    s.refuse_appeal(appeal_id=appeal.pk, ground="court", notice="请去法院", by=by, now=world.now)
    appeal.refresh_from_db()
    assert appeal.refused_by == f"user:{by.pk}"
