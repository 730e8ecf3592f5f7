"""The full table of actors × steps. A denial also proves that nothing changed."""

import datetime as dt

import pytest

from zhijia.appeals import services as s
from zhijia.appeals.models import Appeal
from zhijia.appeals.permissions import PERMISSIONS, ask, may
from zhijia.appeals.workflow import TABLE
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM, ReceiptHolder
from zhijia.core.errors import NotAllowed, NotFound
from zhijia.notifications.models import Notification

ACTORS = (
    "worker", "receipt", "wrong_receipt", "stranger", "nobody", "dispatcher", "handler",
    "second_handler", "chair",
    "agent", "steward", "supervisor", "city_dispatcher", "province_supervisor", "other_dispatcher",
    "own_union_chair", "system",
)  # fmt: skip
AUTHOR = {"worker", "receipt"}
DESK = {"dispatcher", "chair", "city_dispatcher"}

# step -> (how to bring an appeal there, arguments, who may)
STEPS = {
    "accept_appeal": ("received", {}, DESK | {"handler", "second_handler"}),
    "refuse_appeal": ("received", {"ground": "court", "notice": "n"}, DESK),
    "refer_appeal": ("received", {"notice": "n"}, DESK),
    "answer_on_the_spot": (
        "received",
        {"text": "t", "opinion": "explained"},
        DESK | {"handler", "second_handler"},
    ),
    "route_appeal": ("received", {"body_id": "other_county", "reason": "r"}, DESK),
    "object_to_routing": ("received", {"reason": "r"}, DESK),
    "clear_conflict": ("handling", {}, {"system"}),
    "assign_appeal": ("accepted", {"handler_id": "handler"}, DESK),
    "sign_for_appeal": ("accepted", {}, {"handler", "second_handler"}),
    "hand_over_appeal": ("handling", {"handler_id": "second_handler", "reason": "r"}, DESK | {"handler"}),
    "ask_worker": ("handling", {"question": "q"}, {"handler"}),
    "answer_question": ("waiting", {"text": "t"}, AUTHOR),
    "resume_handling": ("waiting", {}, {"handler", "system"}),
    "suspend_appeal": ("handling", {"reason": "court", "explanation": "e"}, DESK | {"handler"}),
    "lift_suspension": ("suspended", {}, DESK | {"handler"}),
    "ask_extension": ("handling", {"days": 5, "reason": "r"}, {"handler"}),
    "decide_extension": ("extension", {"approve": True}, DESK),
    "reply_to_appeal": ("handling", {"text": "t", "opinion": "explained"}, {"handler"}),
    "rate_reply": ("replied", {"result": "satisfied", "attitude": "satisfied"}, AUTHOR),
    "close_unrated": ("replied", {}, {"system"}),
    "reopen_appeal": ("confirmed", {"reason": "r"}, AUTHOR),
    "ask_review": ("confirmed", {"reason": "r"}, AUTHOR),
    "decide_review": ("under_review", {"decision": "upheld", "text": "t"}, {"supervisor"}),
    "ask_re_review": ("reviewed", {"reason": "r"}, AUTHOR),
    "decide_re_review": ("under_re_review", {"decision": "upheld", "text": "t"}, {"province_supervisor"}),
    "supervise_appeal": ("handling", {"demand": "d"}, {"supervisor", "province_supervisor"}),
    "escalate_appeal": ("received", {}, {"system"}),
    "withdraw_appeal": ("handling", {}, AUTHOR),
}
MOVELESS = {
    "write_message": ("handling", {"text": "t"}, AUTHOR | DESK | {"handler"}),
    "write_note": ("handling", {"text": "t"}, DESK | {"handler", "supervisor", "province_supervisor"}),
    "sort_appeal": (
        "handling",
        {"category": "", "kind": "help", "urgency": "general", "employer_id": None},
        DESK | {"handler"},
    ),
    "set_consent": ("handling", {"consents": True}, AUTHOR),
}


def test_every_transition_but_handing_in_has_its_row():
    assert set(STEPS) == {t.name for t in TABLE.transitions} - {"submit_appeal"}


def test_every_transition_names_a_known_permission():
    assert {t.permission.removeprefix("appeals.") for t in TABLE.transitions} <= set(PERMISSIONS)


def actor(world, appeal, name):
    special = {
        "system": SYSTEM,
        "receipt": world.holder(appeal),
        "wrong_receipt": ReceiptHolder("appeal:00000000-0000-0000-0000-000000000000"),
        "nobody": ReceiptHolder(""),
    }
    if name == "nobody":
        from django.contrib.auth.models import AnonymousUser

        return AnonymousUser()
    return special.get(name) or world.people[name]


def brought_to(world, stage):
    people, now = world.people, world.now
    if stage == "received":
        return world.submit()
    if stage == "accepted":
        appeal = world.submit()
        s.accept_appeal(appeal_id=appeal.pk, by=people["dispatcher"], now=now)
        return appeal
    if stage in ("handling", "waiting", "suspended", "extension"):
        appeal = world.in_hand()
        extra = {
            "waiting": lambda: s.ask_worker(appeal_id=appeal.pk, question="q", by=people["handler"], now=now),
            "suspended": lambda: s.suspend_appeal(
                appeal_id=appeal.pk, reason="court", explanation="e", by=people["handler"], now=now
            ),
            "extension": lambda: s.ask_extension(
                appeal_id=appeal.pk, days=3, reason="r", by=people["handler"], now=now
            ),
        }
        extra.get(stage, lambda: None)()
        return appeal
    return reviewed(world, stage)


def reviewed(world, stage):
    people, now, appeal = world.people, world.now, world.replied()
    worker = people["worker"]
    if stage == "replied":
        return appeal
    s.rate_reply(appeal_id=appeal.pk, result="satisfied", attitude="satisfied", by=worker, now=now)
    if stage in ("under_review", "reviewed", "under_re_review"):
        s.ask_review(appeal_id=appeal.pk, reason="r", by=worker, now=now)
    if stage in ("reviewed", "under_re_review"):
        s.decide_review(appeal_id=appeal.pk, decision="upheld", text="t", by=people["supervisor"], now=now)
    if stage == "under_re_review":
        s.ask_re_review(appeal_id=appeal.pk, reason="r", by=worker, now=now)
    return appeal


def snapshot(appeal):
    fields = Appeal.objects.filter(pk=appeal.pk).values().get()
    return fields, Entry.objects.count(), Notification.objects.count()


@pytest.mark.parametrize("step", [*STEPS, *MOVELESS])
def test_only_those_in_the_table_may_make_the_step(world, step):
    stage, arguments, allowed = (STEPS | MOVELESS)[step]
    for name in sorted(set(ACTORS) - allowed) + sorted(allowed):
        appeal = brought_to(world, stage)
        told = {
            k: world.bodies[v].pk if k == "body_id" else world.people[v].pk if k == "handler_id" else v
            for k, v in arguments.items()
        }
        before = snapshot(appeal)
        call = {"appeal_id": appeal.pk, "by": actor(world, appeal, name), "now": world.now, **told}
        if name in allowed:
            getattr(s, step)(**call)
            continue
        with pytest.raises((NotAllowed, NotFound)):
            getattr(s, step)(**call)
        assert snapshot(appeal) == before, f"{name} was refused {step}, yet something changed"


def test_the_list_and_the_permission_agree_for_every_actor(world):
    rows = [world.submit(), world.in_hand(), world.replied(), world.submit(confidentiality="anonymous")]
    rows.append(world.submit(employer_id=world.other_employer.pk, place="130503"))
    on = dt.date(2026, 3, 2)
    for name in set(ACTORS) - {"system"}:
        for appeal in rows:
            who = actor(world, appeal, name)
            listed = Appeal.objects.visible_to(who, on).filter(pk=appeal.pk).exists()
            assert listed == may(who, "appeals.view_appeal", ask(appeal, world.now)), name


def test_what_concerns_an_employer_does_not_exist_for_its_own_union(world):
    appeal, chair, on = world.submit(), world.people["own_union_chair"], dt.date(2026, 3, 2)
    assert not Appeal.objects.visible_to(chair, on).exists()
    world.officer("double", "county", "dispatcher")
    from zhijia.unions.services import grant_post

    grant_post(
        body=world.bodies["own_union"], user=world.people["double"], role="chair",
        from_on=dt.date(2025, 1, 1),
        by=SYSTEM, now=world.now,
    )  # fmt: skip
    double = type(chair).objects.get(pk=world.people["double"].pk)
    assert not Appeal.objects.visible_to(double, on).exists()
    with pytest.raises(NotFound):
        s.accept_appeal(appeal_id=appeal.pk, by=double, now=world.now)
