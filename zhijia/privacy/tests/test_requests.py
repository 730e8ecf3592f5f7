"""Asking about one's own data: a machine may grant, only a person may refuse, and never one's own."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.core.errors import NotAllowed, NotFound, WrongState
from zhijia.notifications.models import Notification
from zhijia.privacy import services
from zhijia.privacy.errors import AlreadyAsked, HoldTooLong, SecondPersonNeeded, StillInTheWay, WordsMissing
from zhijia.privacy.models import LegalHold, RightsRequest
from zhijia.privacy.selectors import requests as selectors
from zhijia.privacy.selectors.holds import is_frozen, is_held, reason_of
from zhijia.privacy.tests.conftest import officer
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import PostFactory, UnionBodyFactory

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def ask(user, kind="correct", text="My name is written wrongly.", **more):
    return services.ask_request(user=user, kind=kind, text=text, by=user, now=NOW, **more)


def test_a_question_is_answered_by_a_custodian_of_the_body_and_the_person_reads_it(body):
    user, custodian = UserFactory(tenant=13), officer(body)
    row = ask(user)
    assert (row.state, row.body) == ("asked", body)
    assert Notification.objects.get(to=custodian).kind == "privacy.asked"
    services.answer_request(public_id=row.public_id, answer="Put right.", by=custodian, now=LATER)
    (line,) = selectors.requests_of(user)
    assert (line.row.state, line.text, line.answer) == ("done", "My name is written wrongly.", "Put right.")
    assert Notification.objects.get(to=user).kind == "privacy.answered"


def test_what_was_written_lies_sealed(body):
    row = ask(UserFactory(tenant=13))
    row.refresh_from_db()
    assert "wrongly" not in bytes(row.text).decode("latin1")


def test_an_account_to_which_nothing_belongs_is_granted_at_once_and_can_still_be_taken_back(body):
    user = UserFactory(tenant=13)
    row = ask(user, kind="erase_account", text="")
    assert (row.state, row.decided_by) == ("granted", None)
    assert row.carry_out_at == NOW + dt.timedelta(hours=48)
    assert (row.erase_until - NOW).days in (7, 8, 9)  # to the end of the day, off rest days
    services.withdraw_request(public_id=row.public_id, by=user, now=LATER)
    assert services.carry_out(NOW + dt.timedelta(days=30)) == 0
    user.refresh_from_db()
    assert user.name != ""


def test_somebody_who_holds_a_post_is_not_erased_by_a_machine(body):
    chair = officer(body, Role.CHAIR)
    row = services.ask_request(user=chair, kind="erase_account", text="", by=chair, now=NOW)
    assert row.state == "asked"
    row.refresh_from_db()
    above = officer(body)
    with pytest.raises(StillInTheWay):
        services.grant_request(public_id=row.public_id, by=above, now=LATER)
    assert RightsRequest.objects.get().state == "asked"


def test_nobody_decides_his_own_request(body):
    custodian = officer(body)
    row = ask(custodian)
    with pytest.raises(NotFound):
        services.answer_request(public_id=row.public_id, answer="Yes.", by=custodian, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.filter(pk=row.pk).update(decided_by=custodian, decided_at=LATER)
    assert RightsRequest.objects.get().state == "asked"


@pytest.mark.parametrize("role", [Role.HANDLER, Role.DISPATCHER, Role.STEWARD, Role.HOTLINE_AGENT])
def test_other_posts_neither_see_nor_decide(body, role):
    row, other = ask(UserFactory(tenant=13)), officer(body, role)
    with pytest.raises(NotFound):
        services.answer_request(public_id=row.public_id, answer="Yes.", by=other, now=LATER)
    assert RightsRequest.objects.get().state == "asked"


def test_a_custodian_of_another_body_sees_nothing(body):
    row = ask(UserFactory(tenant=13))
    elsewhere = officer(UnionBodyFactory(tenant=13))
    with pytest.raises(NotFound):
        services.answer_request(public_id=row.public_id, answer="Yes.", by=elsewhere, now=LATER)


def test_a_refusal_needs_a_reason_and_a_person(body):
    row, custodian = ask(UserFactory(tenant=13), kind="explain"), officer(body)
    with pytest.raises(WordsMissing):
        services.refuse_request(public_id=row.public_id, answer=" ", by=custodian, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.filter(pk=row.pk).update(state="refused", decided_at=LATER)
    services.refuse_request(public_id=row.public_id, answer="档案法 第三十条", by=custodian, now=LATER)
    with pytest.raises(WrongState):
        services.answer_request(public_id=row.public_id, answer="Yes.", by=custodian, now=LATER)


def test_the_same_is_not_asked_twice_while_it_is_open(body):
    user = UserFactory(tenant=13)
    ask(user)
    with pytest.raises(AlreadyAsked):
        ask(user)
    assert RightsRequest.objects.count() == 1


def test_another_persons_request_cannot_be_taken_back(body):
    row = ask(UserFactory(tenant=13))
    with pytest.raises(NotFound):
        services.withdraw_request(public_id=row.public_id, by=UserFactory(), now=LATER)
    assert RightsRequest.objects.get().state == "asked"


def hold(user, body, by, **more):
    told = {"about_kind": "user", "about_id": None, "person": user, "body": body, "article": "档案法 30",
            "reason": "named in a court case", "until_on": dt.date(2026, 9, 1)} | more  # fmt: skip
    return services.place_hold(**told, by=by, now=NOW)


def test_a_hold_takes_two_people_a_law_and_an_end(body):
    user, one, other = UserFactory(tenant=13), officer(body), officer(body)
    made = hold(user, body, one)
    assert (is_held(f"user:{user.pk}", NOW), reason_of(made)) == (False, "named in a court case")
    with pytest.raises(SecondPersonNeeded):
        services.confirm_hold(hold_id=made.pk, by=one, now=NOW)
    services.confirm_hold(hold_id=made.pk, by=other, now=NOW)
    assert is_held(f"user:{user.pk}", NOW) is True
    assert is_held(f"user:{user.pk}", NOW + dt.timedelta(days=200)) is False
    with pytest.raises(HoldTooLong):
        hold(user, body, one, until_on=dt.date(2028, 1, 1))
    with pytest.raises(NotAllowed):
        hold(user, body, officer(body, Role.HANDLER))
    assert LegalHold.objects.count() == 1


def test_what_a_law_holds_is_frozen_and_erased_when_the_hold_ends(body):
    user, one, other = UserFactory(tenant=13), officer(body), officer(body)
    made = hold(user, body, one)
    services.confirm_hold(hold_id=made.pk, by=other, now=NOW)
    row = services.ask_request(user=user, kind="erase_account", text="", by=user, now=NOW)
    assert row.state == "asked"
    services.grant_request(public_id=row.public_id, by=one, now=NOW)
    row.refresh_from_db()
    assert (row.state, is_frozen(f"user:{user.pk}", NOW)) == ("frozen", True)
    assert services.carry_out(LATER) == 0
    services.end_hold(hold_id=made.pk, by=other, now=LATER)
    assert services.carry_out(LATER) == 1
    row.refresh_from_db()
    user.refresh_from_db()
    assert (row.state, user.name, user.is_erased) == ("done", "", True)


def test_the_pages_lead_from_asking_to_the_answer(client, body, time_machine):
    time_machine.move_to(NOW, tick=False)
    user, custodian = UserFactory(tenant=13), officer(body)
    sign_in(client, user)
    client.post("/privacy/me/requests/new/", {"kind": "explain", "text": "Who reads this?"})
    assert "Who reads this?" in client.get("/privacy/me/requests/").content.decode()
    row = RightsRequest.objects.get()
    sign_in(client, custodian)
    assert f"/privacy/desk/{row.public_id}/" in client.get("/privacy/desk/").content.decode()
    empty = client.post(f"/privacy/desk/{row.public_id}/", {"step": "refuse", "answer": ""})
    assert (empty.status_code, RightsRequest.objects.get().state) == (422, "asked")
    client.post(f"/privacy/desk/{row.public_id}/", {"step": "answer", "answer": "Only you and us."})
    sign_in(client, user)
    assert "Only you and us." in client.get("/privacy/me/requests/").content.decode()


def test_asking_for_erasure_needs_a_fresh_proof_of_who_asks(client, body, time_machine):
    time_machine.move_to(NOW, tick=False)
    user = UserFactory(tenant=13)
    sign_in(client, user, by_code=True)
    answer = client.post("/privacy/me/requests/new/", {"kind": "erase_account", "text": ""})
    assert answer.status_code in (302, 303, 403, 200)
    assert RightsRequest.objects.count() == 0
    assert client.post("/api/v1/privacy/requests", '{"kind": "erase_account"}',
                       content_type="application/json").status_code == 403  # fmt: skip
    assert RightsRequest.objects.count() == 0


def test_the_post_of_a_person_keeps_him_from_nothing_once_it_has_ended(body):
    user = PostFactory(body=body, role=Role.HANDLER, until_on=dt.date(2026, 2, 1)).user
    user.refresh_from_db()
    assert ask(user, kind="erase_account", text="").state == "granted"
