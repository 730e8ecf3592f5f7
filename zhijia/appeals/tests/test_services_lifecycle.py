"""From acceptance to judgement: clocks, holds, second handler, reviews, escalation."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from zhijia.appeals import services as s
from zhijia.appeals.enums import State
from zhijia.appeals.errors import (
    AlreadyRated,
    CorrectionMissing,
    ExtendedBefore,
    ExtensionTooLong,
    HandlerUnfit,
    NobodyAbove,
    OwnRequest,
    PromiseTooSlow,
    ReopenedBefore,
    ReopenTooLate,
    ReviewTooLate,
    RoutingObjectionTooLate,
    SameHandler,
    TakenByAnother,
)
from zhijia.appeals.models import Appeal, Assignment, Escalation, Rating
from zhijia.appeals.tests.factories import opened
from zhijia.audit.selectors import entries_about
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import BadInput, WrongState
from zhijia.notifications.models import Notification

DAY = dt.timedelta(days=1)


def again(appeal: Appeal) -> Appeal:
    appeal.refresh_from_db()
    return appeal


def test_the_whole_way_to_a_satisfied_worker(world):
    appeal, people = world.replied(), world.people
    s.rate_reply(
        appeal_id=appeal.pk, result="satisfied", attitude="satisfied", by=people["worker"], now=world.now
    )
    assert again(appeal).state == State.CONFIRMED
    assert appeal.closed_at == world.now
    steps = [e.action for e in entries_about(appeal)]
    assert sorted(steps) == sorted(
        [
            "appeal.submitted",
            "appeal.accepted",
            "appeal.assigned",
            "appeal.signed_for",
            "appeal.replied",
            "appeal.rated",
        ]
    )
    told = Notification.objects.filter(to=people["worker"]).values_list("kind", flat=True)
    assert set(told) == {"appeal.accepted", "appeal.handling", "appeal.replied"}


def test_dissatisfied_goes_at_once_to_a_second_handler_with_fresh_clocks(world):
    appeal, people = world.replied(), world.people
    later = world.now + 3 * DAY
    s.rate_reply(
        appeal_id=appeal.pk, result="dissatisfied", attitude="basically", by=people["worker"], now=later
    )
    again(appeal)
    assert (appeal.state, appeal.round, appeal.handler, appeal.round_started_at) == (
        "accepted",
        2,
        None,
        later,
    )
    with pytest.raises(SameHandler):
        s.assign_appeal(
            appeal_id=appeal.pk, handler_id=people["handler"].pk, by=people["dispatcher"], now=later
        )
    second = people["second_handler"]
    s.assign_appeal(appeal_id=appeal.pk, handler_id=second.pk, by=people["dispatcher"], now=later)
    s.sign_for_appeal(appeal_id=appeal.pk, by=second, now=later)
    with pytest.raises(CorrectionMissing):
        s.reply_to_appeal(appeal_id=appeal.pk, text="再次答复", opinion="supported", by=second, now=later)
    s.reply_to_appeal(
        appeal_id=appeal.pk, text="再次答复", opinion="supported", correction="已纠正", by=second, now=later
    )
    s.rate_reply(
        appeal_id=appeal.pk, result="dissatisfied", attitude="satisfied", by=people["worker"], now=later
    )
    assert again(appeal).state == State.UNSATISFIED
    with pytest.raises(ReopenedBefore):
        s.reopen_appeal(appeal_id=appeal.pk, reason="还没解决", by=people["worker"], now=later)


def test_the_former_handler_cannot_take_the_second_round_from_the_pool(world):
    appeal, people = world.replied(), world.people
    s.rate_reply(
        appeal_id=appeal.pk, result="dissatisfied", attitude="satisfied", by=people["worker"], now=world.now
    )
    with pytest.raises(SameHandler):
        s.sign_for_appeal(appeal_id=appeal.pk, by=people["handler"], now=world.now)
    s.sign_for_appeal(appeal_id=appeal.pk, by=people["second_handler"], now=world.now)


def test_rating_twice_is_refused_and_the_first_stays(world):
    appeal, worker = world.replied(), world.people["worker"]
    s.rate_reply(appeal_id=appeal.pk, result="satisfied", attitude="satisfied", by=worker, now=world.now)
    with pytest.raises(AlreadyRated):
        s.rate_reply(
            appeal_id=appeal.pk, result="dissatisfied", attitude="satisfied", by=worker, now=world.now
        )
    assert Rating.objects.get().result == "satisfied"
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(
            tenant=appeal.tenant, appeal=appeal, round=1, result="satisfied", attitude="satisfied",
            rated_at=world.now, rated_by="x",
        )  # fmt: skip


def test_silence_closes_as_not_confirmed_never_as_satisfied(world):
    appeal = world.replied()
    assert s.close_silent(world.now + 15 * DAY) == 0
    assert s.close_silent(world.now + 17 * DAY) == 1
    assert s.close_silent(world.now + 17 * DAY) == 0
    assert again(appeal).state == State.UNCONFIRMED
    assert not Rating.objects.exists()
    s.rate_reply(
        appeal_id=appeal.pk,
        result="basically",
        attitude="basically",
        by=world.people["worker"],
        now=world.now + 20 * DAY,
    )
    assert again(appeal).state == State.CONFIRMED


def test_reopen_outside_the_window_says_until_when_it_was_possible(world):
    appeal, worker = world.replied(), world.people["worker"]
    s.rate_reply(appeal_id=appeal.pk, result="satisfied", attitude="satisfied", by=worker, now=world.now)
    with pytest.raises(ReopenTooLate) as caught:
        s.reopen_appeal(appeal_id=appeal.pk, reason="又欠了", by=worker, now=world.now + 31 * DAY)
    assert caught.value.data["until"] == "2026-04-01"
    assert caught.value.data["number"] == appeal.number
    s.reopen_appeal(appeal_id=appeal.pk, reason="又欠了", by=worker, now=world.now + 30 * DAY)
    assert again(appeal).state == State.ACCEPTED


def test_the_clock_stands_while_the_worker_is_asked_and_moves_by_that_time(world):
    appeal, people = world.in_hand(), world.people
    before = appeal.final_due_at
    s.ask_worker(appeal_id=appeal.pk, question="请补充工资条", by=people["handler"], now=world.now + DAY)
    assert again(appeal).state == State.WAITING
    assert s.escalate_overdue(world.now + 60 * DAY) == 0
    s.write_message(appeal_id=appeal.pk, text="已上传", by=people["worker"], now=world.now + 8 * DAY)
    assert again(appeal).state == State.HANDLING
    assert appeal.final_due_at >= before + 7 * DAY
    assert appeal.holds.get().ended_at == world.now + 8 * DAY


def test_the_officers_own_message_does_not_restart_a_waiting_clock(world):
    appeal, people = world.in_hand(), world.people
    s.ask_worker(appeal_id=appeal.pk, question="?", by=people["handler"], now=world.now)
    s.write_message(appeal_id=appeal.pk, text="提醒您补充", by=people["handler"], now=world.now + DAY)
    assert again(appeal).state == State.WAITING
    assert appeal.holds.get().ended_at is None


def test_waiting_ends_by_itself_after_fifteen_days(world):
    appeal = world.in_hand()
    s.ask_worker(appeal_id=appeal.pk, question="?", by=world.people["handler"], now=world.now)
    assert s.end_waiting(world.now + 14 * DAY) == 0
    assert s.end_waiting(world.now + 16 * DAY) == 1
    assert again(appeal).state == State.HANDLING


def test_an_extension_needs_a_second_person_and_stays_within_thirty_days(world):
    appeal, people = world.in_hand(), world.people
    ask = {"appeal_id": appeal.pk, "reason": "需调取银行流水", "by": people["handler"], "now": world.now}
    with pytest.raises(ExtensionTooLong):
        s.ask_extension(days=31, **ask)
    s.ask_extension(days=30, **ask)
    with pytest.raises(ExtendedBefore):
        s.ask_extension(days=5, **ask)
    before = appeal.final_due_at
    s.decide_extension(appeal_id=appeal.pk, approve=True, by=people["chair"], now=world.now)
    assert dt.timedelta(days=30) <= again(appeal).final_due_at - before <= dt.timedelta(days=38)
    assert "appeal.extended" in Notification.objects.filter(to=people["worker"]).values_list(
        "kind", flat=True
    )


def test_who_asks_for_an_extension_does_not_decide_it(world):
    appeal, people = world.in_hand(), world.people
    s.hand_over_appeal(
        appeal_id=appeal.pk, handler_id=people["chair"].pk, reason="", by=people["dispatcher"], now=world.now
    )
    s.ask_extension(appeal_id=appeal.pk, days=3, reason="需要", by=people["chair"], now=world.now)
    with pytest.raises(OwnRequest):
        s.decide_extension(appeal_id=appeal.pk, approve=True, by=people["chair"], now=world.now)


def test_two_officers_taking_one_case_the_second_is_told(world):
    appeal = world.submit()
    s.accept_appeal(appeal_id=appeal.pk, by=world.people["dispatcher"], now=world.now)
    s.sign_for_appeal(appeal_id=appeal.pk, by=world.people["handler"], now=world.now)
    with pytest.raises(TakenByAnother):
        s.sign_for_appeal(appeal_id=appeal.pk, by=world.people["second_handler"], now=world.now)
    assert again(appeal).handler == world.people["handler"]
    assert Assignment.objects.filter(ended_at=None).count() == 1


def test_a_hand_over_keeps_history_and_reason(world):
    appeal, people = world.in_hand(), world.people
    s.hand_over_appeal(
        appeal_id=appeal.pk,
        handler_id=people["second_handler"].pk,
        reason="休假",
        by=people["handler"],
        now=world.now,
    )
    first, second = map(opened, appeal.assignments.order_by("pk"))
    assert (first.handler, first.end_reason, first.ended_at) == (people["handler"], "休假", world.now)
    assert (second.handler, second.ended_at) == (people["second_handler"], None)


def test_an_officer_of_the_employer_cannot_be_given_the_case(world):
    appeal = world.submit()
    s.accept_appeal(appeal_id=appeal.pk, by=world.people["dispatcher"], now=world.now)
    with pytest.raises(HandlerUnfit):
        s.assign_appeal(
            appeal_id=appeal.pk,
            handler_id=world.people["own_union_chair"].pk,
            by=world.people["dispatcher"],
            now=world.now,
        )


def test_bulk_assignment_names_each_one_that_failed(world):
    one, two = world.submit(), world.submit()
    s.accept_appeal(appeal_id=one.pk, by=world.people["dispatcher"], now=world.now)
    done, failed = s.assign_many(
        appeal_ids=[one.pk, two.pk, 10**9], handler_id=world.people["handler"].pk,
        by=world.people["dispatcher"], now=world.now,
    )  # fmt: skip
    assert [a.pk for a in done] == [one.pk]
    assert [(pk, error.code) for pk, error in failed] == [(two.pk, "wrong-state"), (10**9, "not-found")]


def test_refusal_needs_a_lawful_ground_and_says_where_to_go(world):
    appeal, dispatcher = world.submit(), world.people["dispatcher"]
    refuse = {"appeal_id": appeal.pk, "by": dispatcher, "now": world.now}
    with pytest.raises(BadInput):
        s.refuse_appeal(ground="too_busy", notice="请去别处", **refuse)
    with pytest.raises(BadInput):
        s.refuse_appeal(ground="court", notice="  ", **refuse)
    assert again(appeal).state == State.RECEIVED
    s.refuse_appeal(ground="court", notice="仲裁委已受理，请向其查询。", **refuse)
    assert again(appeal).state == State.REFUSED
    assert appeal.first_responded_at == world.now


def test_a_wrong_routing_goes_up_within_five_working_days(world):
    appeal, people = world.submit(), world.people
    send_back = {"appeal_id": appeal.pk, "reason": "不属本区", "by": people["dispatcher"]}
    with pytest.raises(RoutingObjectionTooLate) as caught:
        s.object_to_routing(now=world.now + 8 * DAY, **send_back)
    assert caught.value.data["until"] == "2026-03-09"
    s.object_to_routing(now=world.now + 7 * DAY, **send_back)
    assert again(appeal).handling_body == world.bodies["city"]
    s.route_appeal(
        appeal_id=appeal.pk, body_id=world.bodies["other_county"].pk, reason="属信都区",
        by=people["city_dispatcher"], now=world.now + 7 * DAY,
    )  # fmt: skip
    assert again(appeal).handling_body == world.bodies["other_county"]
    assert appeal.final_due_at < world.now + 12 * DAY + dt.timedelta(days=14)


def test_nothing_is_ever_routed_to_the_employers_own_union(world):
    appeal = world.submit()
    with pytest.raises(BadInput):
        s.route_appeal(
            appeal_id=appeal.pk, body_id=world.bodies["own_union"].pk, reason="x",
            by=world.people["dispatcher"], now=world.now,
        )  # fmt: skip
    assert again(appeal).handling_body == world.bodies["county"]


def test_there_is_nobody_above_the_province_within_the_tenant(world):
    appeal = world.submit()
    for key, body in (("dispatcher", "city"), ("city_dispatcher", "province")):
        s.object_to_routing(appeal_id=appeal.pk, reason="错", by=world.people[key], now=world.now)
        assert again(appeal).handling_body == world.bodies[body]
    chief = world.officer("province_dispatcher", "province", "dispatcher")
    with pytest.raises(NobodyAbove):
        s.object_to_routing(appeal_id=appeal.pk, reason="错", by=chief, now=world.now)


def test_late_matters_go_up_by_themselves_and_the_worker_is_told(world):
    appeal, people = world.submit(), world.people
    assert s.escalate_overdue(appeal.first_due_at) == 0
    late = appeal.first_due_at + dt.timedelta(minutes=1)
    assert s.escalate_overdue(late) == 1
    assert s.escalate_overdue(late) == 0
    assert Escalation.objects.get().to_body == world.bodies["city"]
    assert "appeal.escalated" in Notification.objects.filter(to=people["worker"]).values_list(
        "kind", flat=True
    )
    assert Notification.objects.filter(to=people["supervisor"], kind="appeal.escalated_to_you").count() == 1
    assert s.escalate_overdue(late + 10 * DAY) == 1
    assert Escalation.objects.order_by("-pk")[0].to_body in (world.bodies["city"], world.bodies["province"])
    assert again(appeal).state == State.RECEIVED


def test_supervision_tells_the_handler_and_keeps_the_state(world):
    appeal, people = world.in_hand(), world.people
    s.supervise_appeal(appeal_id=appeal.pk, demand="三日内报结果", by=people["supervisor"], now=world.now)
    assert (again(appeal).state, appeal.supervised_at) == (State.HANDLING, world.now)
    assert Notification.objects.filter(to=people["handler"], kind="appeal.supervised").exists()


def test_suspension_stops_the_clock_and_says_why(world):
    appeal, people = world.in_hand(), world.people
    s.suspend_appeal(
        appeal_id=appeal.pk,
        reason="arbitration",
        explanation="仲裁已立案",
        by=people["handler"],
        now=world.now,
    )
    assert s.escalate_overdue(world.now + 90 * DAY) == 0
    s.lift_suspension(appeal_id=appeal.pk, by=people["handler"], now=world.now + 40 * DAY)
    assert again(appeal).state == State.HANDLING
    assert appeal.final_due_at > world.now + 40 * DAY


def test_review_and_final_review_climb_the_tree_and_end(world):
    appeal, people = world.replied(), world.people
    worker = people["worker"]
    s.rate_reply(
        appeal_id=appeal.pk,
        result="dissatisfied",
        attitude="satisfied",
        reopen=False,
        by=worker,
        now=world.now,
    )
    review = s.ask_review(appeal_id=appeal.pk, reason="不服", by=worker, now=world.now + DAY)
    assert review.body == world.bodies["city"]
    s.decide_review(
        appeal_id=appeal.pk, decision="upheld", text="维持", by=people["supervisor"], now=world.now + 2 * DAY
    )
    final = s.ask_re_review(appeal_id=appeal.pk, reason="仍不服", by=worker, now=world.now + 3 * DAY)
    assert final.body == world.bodies["province"]
    s.decide_re_review(
        appeal_id=appeal.pk,
        decision="upheld",
        text="维持",
        by=people["province_supervisor"],
        now=world.now + 4 * DAY,
    )
    assert again(appeal).state == State.RE_REVIEWED
    with pytest.raises(WrongState):
        s.ask_re_review(appeal_id=appeal.pk, reason="再来", by=worker, now=world.now + 5 * DAY)


def test_an_overturned_review_starts_a_new_round(world):
    appeal, people = world.replied(), world.people
    s.rate_reply(
        appeal_id=appeal.pk,
        result="dissatisfied",
        attitude="satisfied",
        reopen=False,
        by=people["worker"],
        now=world.now,
    )
    s.ask_review(appeal_id=appeal.pk, reason="不服", by=people["worker"], now=world.now)
    s.decide_review(
        appeal_id=appeal.pk, decision="overturned", text="重新办理", by=people["supervisor"], now=world.now
    )
    assert (again(appeal).state, appeal.round) == (State.ACCEPTED, 2)


def test_a_review_is_refused_after_thirty_days(world):
    appeal, worker = world.replied(), world.people["worker"]
    s.rate_reply(
        appeal_id=appeal.pk,
        result="dissatisfied",
        attitude="satisfied",
        reopen=False,
        by=worker,
        now=world.now,
    )
    with pytest.raises(ReviewTooLate):
        s.ask_review(appeal_id=appeal.pk, reason="不服", by=worker, now=world.now + 31 * DAY)


def test_a_promise_slower_than_the_law_is_refused(world):
    promise = {"body": world.bodies["county"], "by": world.people["steward"], "now": world.now}
    with pytest.raises(PromiseTooSlow):
        s.set_promise(urgency="complex", clock="final", amount=70, unit="day", **promise)
    s.set_promise(urgency="difficult", clock="final", amount=3, unit="day", **promise)
    assert world.submit().final_due_at == dt.datetime(2026, 3, 5, 15, 59, 59, tzinfo=dt.UTC)


def test_withdrawing_frees_the_handler_and_ends_it(world):
    appeal, people = world.in_hand(), world.people
    s.withdraw_appeal(appeal_id=appeal.pk, by=people["worker"], now=world.now)
    assert again(appeal).state == State.WITHDRAWN
    assert not Assignment.objects.filter(ended_at=None).exists()


def test_linked_people_keep_their_own_receipts_and_ratings(world):
    one = world.replied()
    two = world.replied(by=world.people["stranger"])
    s.link_appeals(
        appeal_id=one.pk,
        other_number=two.number,
        title="同一工地欠薪",
        by=world.people["dispatcher"],
        now=world.now,
    )
    assert again(one).group == again(two).group
    s.rate_reply(
        appeal_id=one.pk, result="satisfied", attitude="satisfied", by=world.people["worker"], now=world.now
    )
    assert (again(one).state, again(two).state) == (State.CONFIRMED, State.REPLIED)


def test_erasure_removes_every_word_and_keeps_the_figures(world):
    appeal = world.replied()
    s.rate_reply(
        appeal_id=appeal.pk,
        result="satisfied",
        attitude="satisfied",
        comment="谢谢",
        by=world.people["worker"],
        now=world.now,
    )
    assert s.erase_expired(world.now + 30 * DAY) == 0
    assert s.erase_expired(world.now + 1200 * DAY) == 1
    again(appeal)
    assert (appeal.text, appeal.subject, appeal.author_pk, appeal.state) == ("", "", None, State.CONFIRMED)
    assert appeal.replies.get().text == ""
    assert Rating.objects.get().comment == ""


def test_only_the_system_closes_for_silence(world):
    from zhijia.core.errors import NotAllowed

    appeal = world.replied()
    with pytest.raises(NotAllowed):
        s.close_unrated(appeal_id=appeal.pk, by=world.people["handler"], now=world.now + 30 * DAY)
    s.close_unrated(appeal_id=appeal.pk, by=SYSTEM, now=world.now + 30 * DAY)


def test_a_body_with_nobody_left_borrows_a_second_handler_from_above(world):
    from zhijia.unions.enums import Role

    appeal, people = world.replied(), world.people
    s.rate_reply(
        appeal_id=appeal.pk, result="dissatisfied", attitude="satisfied", by=people["worker"], now=world.now
    )
    for key in ("second_handler", "dispatcher", "chair"):
        people[key].posts.update(until_on=dt.date(2026, 1, 1))
    lent = world.officer("city_handler", "city", Role.HANDLER)
    assert s.handlers_for(again(appeal), world.now) == [people["city_dispatcher"], lent]
    s.assign_appeal(appeal_id=appeal.pk, handler_id=lent.pk, by=people["city_dispatcher"], now=world.now)
    assert again(appeal).handler == lent


def test_the_clock_climbs_to_the_top_and_then_reminds_the_top_again(world):
    appeal = world.submit()
    moment, told = appeal.first_due_at, []
    for _step in range(6):
        moment += 10 * DAY
        s.escalate_overdue(moment)
    rows = Escalation.objects.filter(clock="final").order_by("level")
    told = [row.to_body.name for row in rows]
    assert told[:3] == ["邢台市总工会", "河北省总工会", "中华全国总工会"]
    assert set(told[3:]) == {"中华全国总工会"}
    news = Notification.objects.filter(to=world.people["worker"], kind="appeal.escalated").count()
    assert news == len(set(told)) + Escalation.objects.filter(clock="first").count()


def test_a_matter_that_refuses_does_not_keep_the_timer_from_the_others(world, monkeypatch):
    from zhijia.appeals.services import supervising

    one, two = world.submit(), world.submit()
    real = supervising.escalate_appeal

    def moved_on(*, appeal_id, by, now):
        if appeal_id == one.pk:
            raise WrongState
        return real(appeal_id=appeal_id, by=by, now=now)

    monkeypatch.setattr(supervising, "escalate_appeal", moved_on)
    assert s.escalate_overdue(one.first_due_at + DAY) == 1
    assert Escalation.objects.get().appeal == two
