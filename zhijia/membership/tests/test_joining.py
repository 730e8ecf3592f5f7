"""Joining: the employer never learns, the union above decides, a refusal can be reviewed."""

import datetime as dt

import pytest

from zhijia.accounts.tests.factories import UserFactory
from zhijia.audit.models import Entry
from zhijia.core.errors import NotAllowed, NotFound, WrongState
from zhijia.core.idempotency import KeyReused
from zhijia.membership import selectors, services
from zhijia.membership.errors import (
    AlreadyApplied,
    DoorClosed,
    PlaceMissing,
    ProofNeeded,
    ReasonMissing,
    ReviewOver,
    WrongBody,
)
from zhijia.membership.models import Application, Identity, JoinDoor, Membership, Worker
from zhijia.membership.services.correcting import own_entry
from zhijia.membership.tests.factories import (
    NOW,
    TODAY,
    applied,
    joining,
    keeper,
    member,
    new_key,
    resident_id,
)
from zhijia.notifications.models import Notification
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import AffiliationFactory

pytestmark = pytest.mark.django_db


def later(days: int) -> dt.datetime:
    return NOW + dt.timedelta(days=days)


def test_without_a_union_at_the_employer_the_county_decides_within_three_working_days(tree):
    row = applied(employer_name="无名快递站")
    assert row.body == tree.county
    assert row.is_discreet
    assert row.due_on == dt.date(2026, 3, 5)
    assert row.latest_on == dt.date(2026, 3, 23)


def test_with_a_union_at_the_employer_the_union_above_decides_unless_he_chose_the_own_one(tree):
    above = applied(employer_id=tree.glass.pk)
    assert (above.body, above.is_discreet) == (tree.county, True)
    own = applied(employer_id=tree.glass.pk, to_own_union=True)
    assert (own.body, own.is_discreet) == (tree.glass_union, False)


def test_nobody_tied_to_the_employer_learns_that_somebody_applied(tree):
    chair, county = keeper(tree.glass_union, Role.CHAIR), keeper(tree.county)
    tied = keeper(tree.county)
    AffiliationFactory(user=tied, employer=tree.glass, by=tied)
    Notification.objects.all().delete()
    row = applied(employer_id=tree.glass.pk)
    told = set(Notification.objects.values_list("to", flat=True)) - {row.account_id}
    assert told == {county.pk}
    for officer in (chair, tied):
        assert not selectors.applications_for(officer, TODAY).exists()
        with pytest.raises(NotFound):
            services.accept_application(public_id=row.public_id, by=officer, now=NOW)
    row.refresh_from_db()
    assert row.state == "submitted"


def test_a_name_and_a_place_are_enough_and_a_wrong_number_keeps_nobody_out(tree):
    row = applied(person={"id_number": resident_id()[:-1] + "?", "id_kind": "resident"})
    assert row.is_id_doubted
    services.accept_application(public_id=row.public_id, by=keeper(tree.county), now=NOW)
    worker = Worker.objects.get()
    assert worker.id_standing == "doubted"
    assert Identity.objects.count() == 0
    with pytest.raises(PlaceMissing):
        applied(place="")


def test_sending_twice_makes_one_and_another_text_under_the_key_is_refused(tree):
    user, key = UserFactory(), new_key()
    first = services.apply(joining=joining(), key=key, by=user, now=NOW)
    assert services.apply(joining=joining(), key=key, by=user, now=NOW) == (first[0], False)
    with pytest.raises(KeyReused):
        services.apply(joining=joining(place="130533"), key=key, by=user, now=NOW)
    with pytest.raises(AlreadyApplied):
        services.apply(joining=joining(), key=new_key(), by=user, now=NOW)
    assert Application.objects.count() == 1


def test_an_accepted_courier_is_a_member_and_holds_his_entry(tree):
    user = UserFactory()
    row = applied(user, person={"id_number": resident_id(), "id_kind": "resident"}, employer_id=tree.glass.pk)
    officer = keeper(tree.county)
    services.accept_application(public_id=row.public_id, by=officer, now=NOW)
    membership = Membership.objects.get()
    assert (membership.body, membership.joined_on, membership.channel) == (tree.county, TODAY, "self")
    assert membership.is_discreet
    assert own_entry(user).memberships.count() == 1
    assert not Membership.objects.visible_to(keeper(tree.glass_union), TODAY).exists()
    with pytest.raises(WrongState):
        services.accept_application(public_id=row.public_id, by=officer, now=NOW)


def test_nobody_accepts_himself(tree):
    officer = keeper(tree.county)
    row = applied(officer)
    with pytest.raises(NotAllowed):
        services.accept_application(public_id=row.public_id, by=officer, now=NOW)
    assert Membership.objects.count() == 0


def test_an_entry_of_the_roster_is_given_to_the_applicant_only_with_the_same_telephone_or_the_card_seen(tree):
    number = resident_id()
    member(tree.county, id_number=number, phone="13900001111")
    stranger = applied(person={"id_number": number, "id_kind": "resident"})
    officer = keeper(tree.county)
    with pytest.raises(ProofNeeded):
        services.accept_application(public_id=stranger.public_id, by=officer, now=NOW)
    services.accept_application(public_id=stranger.public_id, seen=True, by=officer, now=NOW)
    assert Worker.objects.count() == 1
    assert Worker.objects.get().id_standing == "seen"


def test_a_member_elsewhere_is_transferred_not_made_a_member_twice(tree):
    user = UserFactory(phone="13900002222")
    number = resident_id()
    old = member(tree.other_county, id_number=number, phone="13900002222", account=user)
    row = applied(user, person={"id_number": number, "id_kind": "resident"})
    row = services.accept_application(public_id=row.public_id, by=keeper(tree.county), now=NOW)
    assert row.state == "accepted"
    assert row.membership is None
    assert old.worker.transfers.get().to_body == tree.county
    assert Membership.objects.open().get() == old


def test_a_refusal_needs_a_reason_and_the_union_above_looks_again(tree):
    user = UserFactory()
    row = applied(user)
    officer = keeper(tree.county)
    with pytest.raises(ReasonMissing):
        services.refuse_application(public_id=row.public_id, reason="  ", by=officer, now=NOW)
    services.refuse_application(public_id=row.public_id, reason="材料不实", by=officer, now=NOW)
    row = services.ask_review(public_id=row.public_id, text="材料是真的", by=user, now=later(3))
    assert (row.state, row.body) == ("review", tree.city)
    with pytest.raises(NotFound):
        services.accept_application(public_id=row.public_id, by=officer, now=later(3))
    row = services.accept_application(public_id=row.public_id, by=keeper(tree.city), now=later(4))
    assert row.state == "accepted"


def test_after_its_time_a_review_is_refused_with_the_way_on_and_the_refusal_closes(tree):
    user = UserFactory()
    row = applied(user)
    services.refuse_application(public_id=row.public_id, reason="材料不实", by=keeper(tree.county), now=NOW)
    with pytest.raises(ReviewOver):
        services.ask_review(public_id=row.public_id, text="晚了", by=user, now=later(40))
    assert services.close_refused(now=later(40)) == 1
    assert services.close_refused(now=later(40)) == 0
    assert applied(user, now=later(41)).state == "submitted"


def test_what_is_late_is_told_and_then_goes_up_by_itself(tree):
    row = applied()
    assert services.escalate_overdue(now=later(2)) == 0
    assert services.escalate_overdue(now=later(4)) == 1
    row.refresh_from_db()
    assert (row.body, row.due_on) == (tree.county, row.latest_on)
    assert services.escalate_overdue(now=later(25)) == 1
    row.refresh_from_db()
    assert row.body == tree.city


def test_a_question_stops_the_clock_and_the_answer_starts_it_anew(tree):
    user = UserFactory()
    row = applied(user)
    services.ask_applicant(public_id=row.public_id, question="在哪个站点？", by=keeper(tree.county), now=NOW)
    assert services.escalate_overdue(now=later(20)) == 0
    row = services.answer_question(public_id=row.public_id, text="东站", by=user, now=later(20))
    assert row.state == "submitted"
    assert row.due_on > later(20).date()
    assert row.details()["answer"] == "东站"


def test_an_application_is_given_to_another_union_but_never_to_the_employers(tree):
    row = applied(employer_id=tree.glass.pk)
    officer = keeper(tree.county)
    with pytest.raises(WrongBody):
        services.route_application(public_id=row.public_id, body_id=tree.kiln.pk, by=officer, now=NOW)
    row = services.route_application(
        public_id=row.public_id, body_id=tree.forest_city.pk, by=officer, now=NOW
    )
    assert row.body == tree.forest_city


def test_strangers_and_other_workers_see_no_application(tree):
    row = applied()
    with pytest.raises(NotFound):
        services.withdraw_application(public_id=row.public_id, by=UserFactory(), now=NOW)
    with pytest.raises(NotFound):
        selectors.own_application(UserFactory(), row.public_id)
    row.refresh_from_db()
    assert row.state == "submitted"


def test_a_code_leads_to_its_union_and_an_invitation_serves_once(tree):
    officer = keeper(tree.forest_city)
    code = services.make_door(body=tree.forest_city, channel="qr", note="护林站", by=officer, now=NOW)
    assert applied(door=code.code).body == tree.forest_city
    assert applied(door=code.code).channel == "qr"
    once = services.make_door(body=tree.forest_city, channel="invitation", by=officer, now=NOW)
    applied(door=once.code)
    with pytest.raises(DoorClosed):
        applied(door=once.code)
    services.close_door(door_id=code.pk, by=officer, now=NOW)
    with pytest.raises(DoorClosed):
        applied(door=code.code)
    with pytest.raises(NotAllowed):
        services.make_door(body=tree.county, channel="qr", by=officer, now=NOW)
    assert JoinDoor.objects.count() == 2


def test_the_log_names_nobody(tree):
    row = applied(person={"name": "秘密名字", "id_number": resident_id()}, employer_name="秘密公司")
    services.refuse_application(public_id=row.public_id, reason="秘密理由", by=keeper(tree.county), now=NOW)
    written = " ".join(str(entry.data) for entry in Entry.objects.all())
    assert "秘密" not in written


def test_where_he_works_is_not_written_down_as_where_he_lives(tree):
    asked = applied(place="130582")
    services.accept_application(public_id=asked.public_id, by=keeper(tree.county), now=NOW)
    assert Membership.objects.get().worker.place == ""
