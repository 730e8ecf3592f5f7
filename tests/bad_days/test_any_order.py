"""Whatever people try, in whatever order and at whatever time: the rules of an appeal hold."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhijia.appeals import services as s
from zhijia.appeals.enums import ReviewDecision, State
from zhijia.appeals.models import Appeal
from zhijia.appeals.tests.factories import World
from zhijia.appeals.workflow import TABLE
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import DomainError

ACTORS = (
    "worker", "stranger", "dispatcher", "handler", "second_handler", "chair", "supervisor",
    "city_dispatcher", "province_supervisor", "own_union_chair", "holder", "system",
)  # fmt: skip
HANDLERS = ("handler", "second_handler", "chair", "dispatcher", "own_union_chair")
HOURS = (-25, -1, 0, 0, 1, 5, 30, 24 * 8, 24 * 20, 24 * 40)
"""How far the clock moves before a step; backwards, too."""

Step = Callable[[World, random.Random], dict[str, Any]]


def _person(world: World, choose: random.Random) -> dict[str, Any]:
    return {"handler_id": world.people[choose.choice(HANDLERS)].pk}


def _decision(choose: random.Random) -> dict[str, Any]:
    return {"decision": choose.choice(ReviewDecision.values), "text": "决定。"}


def _fixed(**told: Any) -> Step:
    return lambda world, choose: dict(told)


STEPS: dict[str, Step] = {
    "accept_appeal": _fixed(),
    "refuse_appeal": _fixed(ground="outside_scope", notice="请找住建部门。"),
    "refer_appeal": _fixed(notice="已转劳动监察。"),
    "answer_on_the_spot": _fixed(text="可以。", opinion="explained"),
    "route_appeal": lambda world, choose: {
        "body_id": choose.choice([body.pk for body in world.bodies.values()]), "reason": "归口",
    },
    "object_to_routing": _fixed(reason="不归我们。"),
    "assign_appeal": _person,
    "hand_over_appeal": lambda world, choose: _person(world, choose) | {"reason": "休假"},
    "sign_for_appeal": _fixed(),
    "ask_worker": _fixed(question="请补充。"),
    "answer_question": _fixed(text="补充。"),
    "resume_handling": _fixed(),
    "suspend_appeal": _fixed(reason="court", explanation="已起诉。"),
    "lift_suspension": _fixed(),
    "ask_extension": _fixed(days=10, reason="调查中。"),
    "decide_extension": lambda world, choose: {"approve": choose.random() < 0.7},
    "reply_to_appeal": _fixed(text="已补发。", opinion="supported", correction="已纠正。"),
    "rate_reply": lambda world, choose: {
        "result": choose.choice(("satisfied", "dissatisfied", "dissatisfied")),
        "attitude": "basically", "reopen": choose.random() < 0.7,
    },
    "close_unrated": _fixed(),
    "reopen_appeal": _fixed(reason="又欠了。"),
    "ask_review": _fixed(reason="不服。"),
    "decide_review": lambda world, choose: _decision(choose),
    "ask_re_review": _fixed(reason="不服。"),
    "decide_re_review": lambda world, choose: _decision(choose),
    "supervise_appeal": _fixed(demand="三日内报告。"),
    "escalate_appeal": _fixed(),
    "write_message": _fixed(text="您好。"),
    "write_note": _fixed(text="备注。"),
    "withdraw_appeal": _fixed(),
}  # fmt: skip
LIKELY = {
    State.RECEIVED: (("dispatcher", "accept_appeal"),),
    State.ACCEPTED: (("dispatcher", "assign_appeal"), ("second_handler", "sign_for_appeal")),
    State.ASSIGNED: (("handler", "sign_for_appeal"), ("second_handler", "sign_for_appeal")),
    State.HANDLING: (
        *[("handler", "reply_to_appeal"), ("second_handler", "reply_to_appeal")] * 2,
        *(("handler", "ask_worker"), ("handler", "suspend_appeal")),
    ),
    State.WAITING: (("worker", "answer_question"),),
    State.SUSPENDED: (("handler", "lift_suspension"), ("second_handler", "lift_suspension")),
    State.REPLIED: (("worker", "rate_reply"), ("system", "close_unrated")),
    State.UNSATISFIED: (("worker", "ask_review"),),
    State.REFUSED: (("worker", "ask_review"),),
    State.UNCONFIRMED: (("worker", "reopen_appeal"), ("worker", "rate_reply")),
    State.UNDER_REVIEW: (("city_dispatcher", "decide_review"),),
    State.REVIEWED: (("worker", "ask_re_review"),),
    State.UNDER_RE_REVIEW: (("province_supervisor", "decide_re_review"),),
}
"""Three steps of four are what somebody would really do, so that the walk comes far."""
walks = st.lists(st.integers(0, 2**32), min_size=15, max_size=30, unique=True)
"""One number for each step: from it everything about the step follows."""
seen: set[str] = set()
answers: list[tuple[str, str]] = []


def actor(world: World, name: str, appeal: Appeal) -> Any:
    if name == "system":
        return SYSTEM
    return world.holder(appeal) if name == "holder" else world.people[name]


def walk(world: World, appeal: Appeal, steps: list[int]) -> None:
    now = world.now
    for seed in steps:
        choose = random.Random(seed)
        appeal.refresh_from_db()
        who, name, hours = choose.choice(ACTORS), choose.choice(sorted(STEPS)), choose.choice(HOURS)
        if choose.random() < 0.75 and appeal.state in LIKELY:
            who, name = choose.choice(LIKELY[State(appeal.state)])
            hours = min(hours, 30)
        now += dt.timedelta(hours=hours)
        before = Appeal.objects.values().get(pk=appeal.pk)
        try:
            with transaction.atomic():
                told = STEPS[name](world, choose)
                getattr(s, name)(appeal_id=appeal.pk, by=actor(world, who, appeal), now=now, **told)
        except DomainError as refused:
            answers.append((refused.message, refused.advice))
            assert Appeal.objects.values().get(pk=appeal.pk) == before
        appeal.refresh_from_db()
        seen.add(appeal.state)
        check_move(before, appeal, name)
        check_rows(appeal)


def check_move(before: dict[str, Any], appeal: Appeal, name: str) -> None:
    if appeal.state != before["state"]:
        row = TABLE.transition("answer_question" if name == "write_message" else name)
        assert before["state"] in row.sources
        assert appeal.state in row.targets
    if appeal.state == State.CONFIRMED:
        assert appeal.ratings.filter(round=appeal.round).exclude(result="dissatisfied").exists()
    if before["state"] != State.CONFIRMED and appeal.state == State.CONFIRMED:
        assert name == "rate_reply"


def check_rows(appeal: Appeal) -> None:
    assert TABLE.state(appeal.state)
    for rows in (appeal.assignments, appeal.holds):
        assert rows.filter(ended_at=None).count() <= 1
    assert appeal.reviews.filter(decided_at=None).count() <= 1
    rated = list(appeal.ratings.values_list("round", flat=True))
    assert len(rated) == len(set(rated))
    assert appeal.final_due_at > appeal.round_started_at
    assert appeal.first_due_at > appeal.round_started_at
    overturned = appeal.reviews.filter(decision=ReviewDecision.OVERTURNED).count()
    assert 1 <= appeal.round <= 2 + overturned
    handlers = appeal.assignments.values_list("handler_id", flat=True)
    assert appeal.author_pk not in handlers
    stands = appeal.holds.filter(ended_at=None).exists()
    assert stands == (appeal.state in (State.WAITING, State.SUSPENDED))


@settings(
    max_examples=15, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=walks)
def try_any_order(world: World, steps: list[int]) -> None:
    try_one(world, steps)


def try_one(world: World, steps: list[int]) -> None:
    mark = transaction.savepoint()
    try:
        appeal = world.submit()
        walk(world, appeal, steps)
        call_command("audit", "verify")
    finally:
        transaction.savepoint_rollback(mark)


def test_no_order_of_steps_by_anybody_breaks_a_rule(world: World) -> None:
    seen.clear()
    try_any_order(world)
    assert all(text and next_step for text, next_step in answers)
    # Which walks hypothesis draws depends on the modules that are loaded; these are always the same,
    # and show that the walks come far enough to mean something.
    seen.clear()
    for number in range(20):
        choose = random.Random(number)
        try_one(world, [choose.getrandbits(32) for _ in range(30)])
    assert len(seen) >= 12, sorted(seen)
