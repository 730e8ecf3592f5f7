"""Two officers, two days, one number: the services and the pages."""

import datetime as dt

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from zhijia.accounts import rate_limit
from zhijia.accounts import services as accounts
from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.tests.factories import PASSWORD, UserFactory, sign_in
from zhijia.core import clock as house_clock
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed
from zhijia.core.manifest import contributions
from zhijia.notifications.models import Delivery, Notification
from zhijia.recovery import services
from zhijia.recovery.enums import State
from zhijia.recovery.errors import (
    AlreadyRunning,
    NoSuchAccount,
    NothingWaits,
    NumberInUse,
    SecondOfficerNeeded,
    StopNeedsProof,
    TooManyTries,
)
from zhijia.recovery.models import Recovery
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import AffiliationFactory, PostFactory, Tree

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
OLD, NEW, OTHER = "13800001111", "13800002222", "13800003333"
SEEN = {"document": "resident_id", "number_proof": "operator"}


@pytest.fixture(autouse=True)
def clock(settings):
    settings.ZHIJIA_CODE_SENDER = "zhijia.accounts.tests.factories.keep_code"
    rate_limit.forget_shares()
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def tree():
    return Tree()


def officer(body, role=Role.HANDLER) -> User:
    found = PostFactory(body=body, role=role).user
    found.refresh_from_db()
    return found


@pytest.fixture
def worker():
    return UserFactory(phone=OLD, email="w@home.example", notice_by_sms=False, notice_by_email=False)


@pytest.fixture
def first(tree):
    return officer(tree.county)


@pytest.fixture
def second(tree):
    return officer(tree.other_county)


def opened(by, new=NEW, now=START, old=OLD):
    return services.open_recovery(old_phone=old, new_phone=new, **SEEN, by=by, now=now)


def confirmed(by, new=NEW, now=START, **more):
    return services.confirm_recovery(old_phone=OLD, new_phone=new, **SEEN, **more, by=by, now=now)


def stop(by, now=START, vouched=True):
    return services.stop_recovery(vouched=vouched, by=by, now=now)


# The way ------------------------------------------------------------------------------------------


def test_after_exactly_two_days_the_new_number_takes_the_place(worker, first, second):
    accounts.add_totp(user=worker)
    RecoveryCodes.activate(worker)
    accounts.create_token(user=worker, name="t", scopes=["appeals:read"], days=9, by=worker, now=START)
    browser = sign_in(Client(), worker)
    opened(first)
    confirmed(second)
    due = START + dt.timedelta(hours=48)
    assert services.finish_due(now=due - dt.timedelta(seconds=1)) == 0
    worker.refresh_from_db()
    assert worker.phone == f"+86{OLD}"
    assert services.finish_due(now=due) == 1
    worker.refresh_from_db()
    assert (worker.phone, worker.has_usable_password()) == (f"+86{NEW}", False)
    assert Authenticator.objects.count() == 0
    assert ApiToken.objects.get().revoked_at == due
    assert browser.get("/me/").status_code == 302
    row = Recovery.objects.get()
    assert (row.state, bytes(row.new_phone_sealed), row.new_phone_index) == (State.DONE, b"", "")
    assert services.finish_due(now=due) == 0, "once"


def test_the_old_ways_are_told_even_those_that_were_switched_off(worker, first, second):
    opened(first)
    assert Notification.objects.count() == 0
    confirmed(second)
    assert Notification.objects.get().kind == "recovery.begun"
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"sms", "email"}


def test_the_first_password_after_it_is_a_full_one_and_only_the_first_and_only_for_a_week(
    worker, first, second
):
    opened(first)
    confirmed(second)
    due = START + dt.timedelta(hours=48)
    services.finish_due(now=due)
    worker.refresh_from_db()
    for day, weak in ((6, False), (6, True), (8, True)):
        accounts.set_password(
            user=worker, password=PASSWORD, by_code=True, by=worker, now=due + dt.timedelta(days=day)
        )
        assert worker.password_from_code is weak, day


def test_a_password_after_the_week_is_as_weak_as_any(worker, first, second):
    opened(first)
    confirmed(second)
    services.finish_due(now=START + dt.timedelta(hours=48))
    worker.refresh_from_db()
    late = START + dt.timedelta(days=10)
    accounts.set_password(user=worker, password=PASSWORD, by_code=True, by=worker, now=late)
    assert worker.password_from_code


def test_a_telephone_in_strange_hands_loses_its_sessions_at_once(worker, first, second):
    browser = sign_in(Client(), worker)
    opened(first)
    assert browser.get("/me/").status_code == 200
    confirmed(second, end_sessions=True)
    assert browser.get("/me/").status_code == 302


# Who may ------------------------------------------------------------------------------------------


def test_the_first_officer_is_not_the_second(worker, first):
    opened(first)
    with pytest.raises(SecondOfficerNeeded):
        confirmed(first)
    assert Recovery.objects.get().state == State.WAITING


@pytest.mark.parametrize("role", [Role.CHAIR, Role.STEWARD])
@pytest.mark.parametrize("chair_first", [True, False])
def test_who_can_give_the_other_orders_is_not_the_second(worker, tree, first, role, chair_first):
    over = officer(tree.city, role)
    one, other = (over, first) if chair_first else (first, over)
    opened(one)
    with pytest.raises(SecondOfficerNeeded):
        confirmed(other)


def test_two_colleagues_of_one_office_may(worker, tree, first):
    opened(first)
    assert confirmed(officer(tree.county)).state == State.COOLING


def test_nobody_of_an_employers_union_takes_part(worker, tree):
    for body, role in (
        (tree.glass_union, Role.CHAIR),
        (tree.kiln, Role.HANDLER),
        (tree.farm_union, Role.STEWARD),
    ):
        with pytest.raises(NotAllowed):
            opened(officer(body, role))
    assert Recovery.objects.count() == 0


def test_nobody_tied_to_any_employer_takes_part(worker, tree, first, second):
    AffiliationFactory(user=second, employer=tree.glass, by=second)
    opened(first)
    with pytest.raises(NotAllowed):
        confirmed(second)


def test_a_hotline_agent_sees_nobody_so_he_confirms_nobody(worker, tree):
    with pytest.raises(NotAllowed):
        opened(officer(tree.county, Role.HOTLINE_AGENT))


def test_an_officer_gets_no_account_this_way_and_none_of_his_own(worker, first, second):
    with pytest.raises(NoSuchAccount):
        opened(first, old=second.phone)
    with pytest.raises(NoSuchAccount):
        opened(first, old=first.phone)


def test_a_worker_opens_nothing(worker):
    with pytest.raises(NotAllowed):
        opened(UserFactory())


# What they type -----------------------------------------------------------------------------------


def test_a_number_put_in_by_the_first_officer_does_not_get_past_the_second(worker, first, second):
    opened(first, new=OTHER)
    with pytest.raises(NothingWaits):
        confirmed(second)
    assert Recovery.objects.get().state == State.WAITING


def test_a_number_in_use_or_unknown_is_refused(worker, first):
    UserFactory(phone=OTHER)
    with pytest.raises(NumberInUse):
        opened(first, new=OTHER)
    with pytest.raises(NoSuchAccount):
        opened(first, old="13800009999")


def test_a_number_that_got_an_account_meanwhile_lets_the_recovery_lapse(worker, first, second):
    opened(first)
    confirmed(second)
    UserFactory(phone=NEW)
    services.finish_due(now=START + dt.timedelta(hours=48))
    worker.refresh_from_db()
    assert (worker.phone, Recovery.objects.get().state) == (f"+86{OLD}", State.LAPSED)


def test_the_form_is_no_directory(worker, first, clock):
    for number in range(services.TRIES):
        with pytest.raises(NoSuchAccount):
            opened(first, old=f"1390000{number:04d}")
    with pytest.raises(TooManyTries):
        opened(first)
    clock.shift(3600)
    assert opened(first, now=house_clock.now())


def test_one_that_nobody_confirmed_gives_way_and_one_that_runs_does_not(worker, first, second, tree):
    opened(first, new=OTHER)
    opened(second)
    assert sorted(Recovery.objects.values_list("state", flat=True)) == [State.LAPSED, State.WAITING]
    confirmed(first)
    with pytest.raises(AlreadyRunning):
        opened(officer(tree.county), new=OTHER)


def test_after_a_day_without_a_second_officer_it_lapses(worker, first, second):
    opened(first)
    day = START + dt.timedelta(hours=24)
    assert services.lapse_waiting(now=day - dt.timedelta(seconds=1)) == 0
    with pytest.raises(NothingWaits):
        confirmed(second, now=day)
    assert services.lapse_waiting(now=day) == 1
    assert Recovery.objects.get().state == State.LAPSED


def test_the_second_officer_may_refuse(worker, first, second):
    opened(first)
    services.refuse_recovery(old_phone=OLD, new_phone=NEW, by=second, now=START)
    assert Recovery.objects.get().state == State.REFUSED
    with pytest.raises(NothingWaits):
        confirmed(second)


# Stopping -----------------------------------------------------------------------------------------


def test_the_owner_stops_it_and_is_told(worker, first, second):
    opened(first)
    confirmed(second)
    stop(worker, now=START + dt.timedelta(hours=47))
    assert services.finish_due(now=START + dt.timedelta(hours=49)) == 0
    worker.refresh_from_db()
    assert (worker.phone, Recovery.objects.get().state) == (f"+86{OLD}", State.STOPPED)
    assert Notification.objects.filter(kind="recovery.stopped").count() == 1


def test_a_text_message_stops_nothing(worker, first, second):
    opened(first)
    confirmed(second)
    with pytest.raises(StopNeedsProof):
        stop(worker, vouched=False)
    assert Recovery.objects.get().state == State.COOLING


def test_nobody_stops_what_does_not_run_or_is_not_his(worker, first, second):
    opened(first)
    for other in (UserFactory(), first):
        with pytest.raises(NothingWaits):
            stop(other)


def test_a_timer_never_takes_a_person_along(worker, first):
    row = opened(first)
    with pytest.raises(NotAllowed):
        services.finish_recovery(recovery_id=row.pk, by=first, now=START)
    assert services.finish_recovery(recovery_id=row.pk, by=SYSTEM, now=START).state == State.WAITING


def test_ended_ones_are_forgotten(worker, first, second):
    opened(first)
    services.refuse_recovery(old_phone=OLD, new_phone=NEW, by=second, now=START)
    assert services.forget_ended(before=START) == 0
    assert services.forget_ended(before=START + dt.timedelta(seconds=1)) == 1


# Pages --------------------------------------------------------------------------------------------


def typed(**more: str) -> dict[str, str]:
    return {"old_phone": OLD, "new_phone": NEW, **SEEN, **more}


def test_two_officers_type_and_the_worker_gets_in(worker, first, second, clock):
    one, other = sign_in(Client(), first), sign_in(Client(), second)
    assert one.post(reverse("recovery:open"), typed()).status_code == 302
    page = other.post(reverse("recovery:confirm"), typed(), follow=True).content.decode()
    assert "2026-03-04 09:30" in page
    mine = sign_in(Client(), worker).get(reverse("recovery:mine")).content.decode()
    assert "2026" in mine
    assert OLD not in mine
    assert NEW not in mine
    clock.shift(48 * 3600)
    services.finish_due(now=house_clock.now())
    worker.refresh_from_db()
    assert worker.phone == f"+86{NEW}"


def test_the_counter_asks_for_the_second_factor_anew(worker, first, clock):
    accounts.add_totp(user=first)
    client = sign_in(Client(), first)
    clock.shift(601)
    answer = client.post(reverse("recovery:open"), typed())
    assert answer.status_code == 403
    assert "proof-for" in answer.content.decode()
    assert Recovery.objects.count() == 0


def test_the_second_officer_refuses_with_the_other_button(worker, first, second):
    opened(first)
    sign_in(Client(), second).post(reverse("recovery:confirm"), typed(refuse="yes"))
    assert Recovery.objects.get().state == State.REFUSED


def test_a_photocopy_is_not_on_the_list(worker, first):
    answer = sign_in(Client(), first).post(reverse("recovery:open"), typed(document="photocopy"))
    assert answer.status_code == 422
    assert Recovery.objects.count() == 0


@pytest.mark.parametrize(("by_code", "state"), [(False, State.STOPPED), (True, State.COOLING)])
def test_the_owners_page_stops_it_with_more_than_a_text_message(worker, first, second, by_code, state):
    opened(first)
    confirmed(second)
    answer = sign_in(Client(), worker, by_code=by_code).post(reverse("recovery:mine"))
    assert answer.status_code == (403 if by_code else 302)
    assert Recovery.objects.get().state == state


def test_an_officer_of_an_employers_union_has_no_door_and_gets_no_page(worker, tree):
    client = sign_in(Client(), officer(tree.glass_union, Role.STEWARD))
    assert client.get(reverse("recovery:open")).status_code == 403
    assert reverse("recovery:open") not in client.get("/desk/").content.decode()


def test_an_erased_account_takes_its_recoveries_along(worker, first):
    opened(first)
    assert Recovery.objects.count() == 1
    for eraser in contributions("erasers"):
        if eraser.kind == "user":
            eraser.erase(f"user:{worker.pk}", now=START)
    assert Recovery.objects.count() == 0
