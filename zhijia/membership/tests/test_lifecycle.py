"""The life of a membership: steps, transfers, corrections; nothing is overwritten."""

import datetime as dt

import pytest

from zhijia.accounts.tests.factories import UserFactory
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed, NotFound, WrongState
from zhijia.membership import services
from zhijia.membership.card import membership_of, number_of, token_of
from zhijia.membership.errors import (
    AlreadyInBody,
    AlreadyMember,
    AlreadyReminded,
    BadDay,
    NothingToCorrect,
    ReasonMissing,
    ReminderNeeded,
    SameBody,
    SixMonthsNeeded,
    TooYoung,
    TransferRunning,
    VerdictNeeded,
)
from zhijia.membership.models import Correction, Identity, Membership, PastFact, TotalsDelta, Worker
from zhijia.membership.models.person import id_index, phone_index
from zhijia.membership.selectors.card import card_check
from zhijia.membership.tests.factories import NOW, TODAY, keeper, member, resident_id
from zhijia.notifications.models import Notification
from zhijia.unions.tests.factories import PostFactory

pytestmark = pytest.mark.django_db


def totals(body) -> dict[str, int]:
    """Return the sum of what was noted about a body."""
    rows = TotalsDelta.objects.filter(body=body).values_list("members", "women", "retained")
    return dict(zip(("members", "women", "retained"), map(sum, zip(*rows, strict=True)), strict=True))


def told(officer, **more):
    return {"by": officer, "now": NOW, **more}


def test_a_member_is_retained_and_resumed_and_each_step_is_dated(tree):
    row, officer = member(tree.county), keeper(tree.county)
    services.retain(membership_id=row.pk, on=dt.date(2026, 1, 5), reason="失业", **told(officer))
    assert totals(tree.county) == {"members": 0, "women": 0, "retained": 1}
    services.resume(membership_id=row.pk, on=dt.date(2026, 2, 2), **told(officer))
    row.refresh_from_db()
    assert row.state == "active"
    assert list(row.steps.order_by("id").values_list("step", "counts_on")) == [
        ("enrol", dt.date(2025, 1, 6)), ("retain", dt.date(2026, 1, 5)), ("resume", dt.date(2026, 2, 2)),
    ]  # fmt: skip
    assert totals(tree.county) == {"members": 1, "women": 0, "retained": 0}


@pytest.mark.parametrize("on", [dt.date(2026, 3, 3), dt.date(2024, 12, 31)])
def test_a_day_in_the_future_or_before_he_joined_is_refused(tree, on):
    row = member(tree.county)
    with pytest.raises(BadDay):
        services.retain(membership_id=row.pk, on=on, reason="失业", **told(keeper(tree.county)))
    row.refresh_from_db()
    assert row.state == "active"
    assert row.steps.count() == 1


def test_a_member_leaves_by_himself_without_a_reason_and_comes_back(tree):
    user = UserFactory()
    number = resident_id()
    row = member(tree.county, account=user, id_number=number)
    services.withdraw(membership_id=row.pk, on=TODAY, by=user, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.ending, row.ended_on) == ("ended", "withdrawn", TODAY)
    again = member(tree.county, id_number=number, on=TODAY)
    assert again.worker_id == row.worker_id
    assert Membership.objects.filter(worker=row.worker).count() == 2


def test_another_worker_and_an_officer_elsewhere_find_no_such_membership(tree):
    row = member(tree.county)
    for nobody in (UserFactory(), keeper(tree.other_county), keeper(tree.glass_union)):
        with pytest.raises(NotFound):
            services.withdraw(membership_id=row.pk, on=TODAY, by=nobody, now=NOW)
    row.refresh_from_db()
    assert row.state == "active"


def test_an_officer_takes_no_step_in_his_own_membership_but_leaving(tree):
    officer = keeper(tree.county)
    row = member(tree.county, account=officer)
    with pytest.raises(NotAllowed):
        services.retain(membership_id=row.pk, on=TODAY, reason="退休", **told(officer))
    services.withdraw(membership_id=row.pk, on=TODAY, **told(officer))
    row.refresh_from_db()
    assert row.state == "ended"


def test_nobody_is_deemed_to_have_left_without_six_months_a_reminder_and_a_refusal(tree):
    row, officer = member(tree.county), keeper(tree.county)
    step = {"membership_id": row.pk, "on": TODAY, "reason": "长期不缴会费", **told(officer)}
    with pytest.raises(SixMonthsNeeded):
        services.deem_withdrawn(months=5, **step)
    with pytest.raises(ReminderNeeded):
        services.deem_withdrawn(months=6, **step)
    reminder = services.remind(membership_id=row.pk, **told(officer))
    with pytest.raises(AlreadyReminded):
        services.remind(membership_id=row.pk, **told(officer))
    with pytest.raises(ReminderNeeded):
        services.deem_withdrawn(months=6, **step)
    services.answer_reminder(reminder_id=reminder.pk, stays=False, answer="不想参加", **told(officer))
    services.deem_withdrawn(months=6, **step)
    row.refresh_from_db()
    assert (row.state, row.ending) == ("ended", "deemed")


def test_who_says_that_he_stays_stays(tree):
    user = UserFactory()
    row = member(tree.county, account=user)
    officer = keeper(tree.county)
    reminder = services.remind(membership_id=row.pk, **told(officer))
    services.answer_reminder(reminder_id=reminder.pk, stays=True, by=user, now=NOW)
    with pytest.raises(ReminderNeeded):
        services.deem_withdrawn(membership_id=row.pk, months=12, on=TODAY, reason="x", **told(officer))


def test_expulsion_needs_a_judgment_and_a_reason(tree):
    row, officer = member(tree.county), keeper(tree.county)
    with pytest.raises(VerdictNeeded):
        services.expel(membership_id=row.pk, on=TODAY, reason="犯罪", verdict=" ", **told(officer))
    with pytest.raises(ReasonMissing):
        services.expel(membership_id=row.pk, on=TODAY, reason=" ", verdict="(2026)1号", **told(officer))
    services.expel(membership_id=row.pk, on=TODAY, reason="犯罪", verdict="(2026)1号", **told(officer))
    row.refresh_from_db()
    assert row.ending == "expelled"


def test_what_ended_does_not_go_on(tree):
    row, officer = member(tree.county), keeper(tree.county)
    services.record_death(membership_id=row.pk, on=TODAY, **told(officer))
    with pytest.raises(WrongState):
        services.resume(membership_id=row.pk, on=TODAY, **told(officer))
    with pytest.raises(WrongState):
        services.withdraw(membership_id=row.pk, on=TODAY, **told(officer))
    assert totals(tree.county)["members"] == 0


def test_one_full_membership_and_further_ones_beside_it(tree):
    number = resident_id()
    member(tree.county, id_number=number)
    with pytest.raises(AlreadyMember):
        member(tree.other_county, id_number=number)
    with pytest.raises(AlreadyInBody):
        member(tree.county, id_number=number, kind="associate")
    member(tree.forest_city, id_number=number, kind="associate")
    assert Membership.objects.open().count() == 2
    assert not TotalsDelta.objects.filter(body=tree.forest_city).exists(), "nobody is counted twice"


def test_a_child_is_not_entered(tree):
    with pytest.raises(TooYoung):
        member(tree.county, id_number=resident_id(born="20120101"), on=TODAY)
    assert Membership.objects.count() == 0


# Transfers ------------------------------------------------------------------------------------


def asked(tree, **more):
    row = member(tree.county, **more)
    return row, services.ask_transfer(
        membership=row, to_body=tree.other_county, by=keeper(tree.other_county), now=NOW
    )


def test_silence_of_the_old_union_releases_after_five_working_days(tree):
    row, transfer = asked(tree)
    assert transfer.release_due_on == dt.date(2026, 3, 9)
    assert services.release_silent(now=NOW + dt.timedelta(days=7)) == 0
    assert services.release_silent(now=NOW + dt.timedelta(days=8)) == 1
    assert services.release_silent(now=NOW + dt.timedelta(days=9)) == 0
    row.refresh_from_db()
    assert row.ending == "transferred"
    new = Membership.objects.open().get()
    assert (new.body, new.worker_id, new.channel) == (tree.other_county, row.worker_id, "transfer")
    assert totals(tree.county)["members"] == 0
    assert totals(tree.other_county)["members"] == 1


def test_an_objection_goes_to_the_union_above_both(tree):
    _row, transfer = asked(tree)
    old, city = keeper(tree.county), keeper(tree.city)
    with pytest.raises(ReasonMissing):
        services.object_to_transfer(transfer_id=transfer.pk, reason="", **told(old))
    services.object_to_transfer(transfer_id=transfer.pk, reason="他还在我们这里上班", **told(old))
    assert services.release_silent(now=NOW + dt.timedelta(days=30)) == 0
    for wrong in (old, keeper(tree.other_county)):
        with pytest.raises(NotAllowed):
            services.judge_transfer(transfer_id=transfer.pk, releases=True, reason="x", **told(wrong))
    services.judge_transfer(transfer_id=transfer.pk, releases=True, reason="劳动关系已转移", **told(city))
    assert Membership.objects.open().get().body == tree.other_county


def test_the_union_above_may_decide_against_it_and_the_new_one_may_take_it_back(tree):
    row, transfer = asked(tree)
    services.object_to_transfer(transfer_id=transfer.pk, reason="不符", **told(keeper(tree.county)))
    services.judge_transfer(transfer_id=transfer.pk, releases=False, reason="不符", **told(keeper(tree.city)))
    assert Membership.objects.open().get() == row
    again = services.ask_transfer(
        membership=row, to_body=tree.other_county, by=keeper(tree.other_county), now=NOW
    )
    services.cancel_transfer(transfer_id=again.pk, **told(keeper(tree.other_county)))
    assert Membership.objects.open().get() == row


def test_a_transfer_goes_elsewhere_and_runs_once(tree):
    row, _transfer = asked(tree)
    with pytest.raises(TransferRunning):
        services.ask_transfer(membership=row, to_body=tree.city, by=SYSTEM, now=NOW)
    with pytest.raises(SameBody):
        services.ask_transfer(membership=row, to_body=tree.county, by=SYSTEM, now=NOW)


# Corrections ----------------------------------------------------------------------------------


def test_a_worker_changes_his_data_and_what_stood_there_stays_as_a_fact(tree):
    user = UserFactory()
    row = member(tree.county, account=user, place="130582", address="老地址")
    services.change_own(changes={"place": "130533", "address": "新地址"}, by=user, now=NOW)
    row.worker.refresh_from_db()
    assert row.worker.place == "130533"
    assert row.worker.details()["address"] == "新地址"
    facts = {fact.field: fact.read() for fact in PastFact.objects.all()}
    assert facts == {"place": "130582", "address": "老地址"}
    with pytest.raises(NothingToCorrect):
        services.change_own(changes={"place": "130533"}, by=user, now=NOW)
    with pytest.raises(TypeError):
        services.change_own(changes={"name": "别人"}, by=user, now=NOW)
    with pytest.raises(NotFound):
        services.change_own(changes={"place": "130533"}, by=UserFactory(), now=NOW)


def test_becoming_a_courier_is_counted_in_the_union(tree):
    user = UserFactory()
    member(tree.county, account=user)
    services.change_own(changes={"trade": "courier"}, by=user, now=NOW)
    assert sum(TotalsDelta.objects.filter(body=tree.county).values_list("platform", flat=True)) == 1


def test_a_number_is_put_right_by_the_union_and_a_doubled_one_stays_doubted(tree):
    user, other = UserFactory(), resident_id()
    member(tree.county, id_number=other)
    row = member(tree.county, account=user, id_number="")
    right = resident_id()
    first = services.ask_correction(field="id_number", value=right, note="带证来", by=user, now=NOW)
    officer = keeper(tree.county)
    services.decide_correction(correction_id=first.pk, accepts=True, by=officer, now=NOW)
    row.worker.refresh_from_db()
    assert row.worker.id_standing == "seen"
    assert Identity.objects.get(pk=row.worker.id_index).worker_id == row.worker_id
    second = services.ask_correction(field="id_number", value=other, note="", by=user, now=NOW)
    services.decide_correction(correction_id=second.pk, accepts=True, by=officer, now=NOW)
    row.worker.refresh_from_db()
    assert (row.worker.id_standing, row.worker.id_index) == ("doubted", None)


def test_what_a_number_tells_is_put_right_with_it(tree):
    user, officer = UserFactory(), keeper(tree.county)
    row = member(tree.county, account=user, id_number="")
    assert row.worker.birth_year is None
    asked = services.ask_correction(field="id_number", value="11010519491231002X", note="", by=user, now=NOW)
    services.decide_correction(correction_id=asked.pk, accepts=True, by=officer, now=NOW)
    row.worker.refresh_from_db()
    assert (row.worker.birth_year, row.worker.sex) == (1949, 2)
    assert row.worker.details()["born_on"] == "1949-12-31"


def test_the_year_of_birth_follows_the_day_that_was_put_right(tree):
    user, officer = UserFactory(), keeper(tree.county)
    row = member(tree.county, account=user)
    asked = services.ask_correction(field="born_on", value="1971-02-03", note="", by=user, now=NOW)
    services.decide_correction(correction_id=asked.pk, accepts=True, by=officer, now=NOW)
    row.worker.refresh_from_db()
    assert (row.worker.birth_year, row.worker.details()["born_on"]) == (1971, "1971-02-03")


def test_a_correction_is_refused_with_a_reason_and_never_decided_by_oneself(tree):
    officer = keeper(tree.county)
    member(tree.county, account=officer)
    mine = services.ask_correction(field="name", value="新名字", note="", by=officer, now=NOW)
    with pytest.raises(NotAllowed):
        services.decide_correction(correction_id=mine.pk, accepts=True, by=officer, now=NOW)
    colleague = keeper(tree.county)
    with pytest.raises(ReasonMissing):
        services.decide_correction(correction_id=mine.pk, accepts=False, by=colleague, now=NOW)
    services.decide_correction(correction_id=mine.pk, accepts=False, reason="没有证件", by=colleague, now=NOW)
    assert Correction.objects.get().state == "refused"


def test_an_officer_puts_an_entry_right_by_a_paper_that_he_saw(tree):
    user, officer = UserFactory(), keeper(tree.county)
    row = member(tree.county, account=user, name="王小朋", phone="+8613800000001")
    number = resident_id(born="19850607", sex=2)
    for field, value in (("name", "王小明"), ("id_number", number), ("phone", "+8613900000002")):
        services.correct_entry(
            membership_id=row.pk, field=field, value=value, seen="身份证，柜台", by=officer, now=NOW
        )
    worker = Worker.objects.get(pk=row.worker_id)
    told = worker.details()
    assert (told["name"], told["id_number"], told["phone"]) == ("王小明", number, "+8613900000002")
    assert (worker.id_index, worker.id_standing) == (id_index(number), "seen")
    assert (worker.phone_index, worker.birth_year, worker.sex) == (phone_index("+8613900000002"), 1985, 2)
    assert [fact.read() for fact in worker.past_facts.filter(field__in=("name", "phone")).order_by("id")] == [
        "王小朋", "+8613800000001",
    ]  # fmt: skip
    assert set(Correction.objects.values_list("state", "reason", "decided_by")) == {
        ("done", "身份证，柜台", officer.pk)
    }
    assert Notification.objects.filter(to=user, kind="correction.done").count() == 3


def test_nothing_is_put_right_without_a_paper_a_change_or_the_roll(tree):
    officer, row = keeper(tree.county), member(tree.county, name="王小明")
    mine, secret = member(tree.county, account=officer), member(tree.county)
    Membership.objects.filter(pk=secret.pk).update(is_discreet=True, employer=tree.glass)
    tied = keeper(tree.county)
    PostFactory(body=tree.glass_union, user=tied, role="organiser")
    for entry, value, seen, by, error in (
        (row, "王晓明", " ", officer, ReasonMissing), (row, "王小明", "身份证", officer, NothingToCorrect),
        (row, " ", "身份证", officer, NothingToCorrect), (mine, "别名", "身份证", officer, NotAllowed),
        (row, "王晓明", "身份证", keeper(tree.other_county), NotFound),
        (secret, "王晓明", "身份证", tied, NotFound), (row, "王晓明", "身份证", UserFactory(), NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            services.correct_entry(
                membership_id=entry.pk, field="name", value=value, seen=seen, by=by, now=NOW
            )
    assert not Correction.objects.exists()
    assert row.worker.details()["name"] == "王小明"


# The card -------------------------------------------------------------------------------------


def test_a_card_tells_whether_it_is_valid_and_no_more_than_the_first_character(tree):
    row = member(tree.county, name="王小明")
    check = card_check(token_of(row.pk), TODAY)
    assert check.is_valid
    assert check.name == "王＊＊"
    services.record_death(membership_id=row.pk, on=TODAY, **told(keeper(tree.county)))
    assert not card_check(token_of(row.pk), TODAY).is_valid
    assert number_of(13, 7).startswith("0130 0000 0007")


def test_a_forged_code_is_no_card(tree):
    row = member(tree.county)
    token = token_of(row.pk)
    assert membership_of(token) == row.pk
    for forged in (f"{row.pk + 1:x}-{token.partition('-')[2]}", token[:-1], "", "x-y", f"{row.pk:x}-"):
        assert membership_of(forged) is None
        assert card_check(forged, TODAY) is None
