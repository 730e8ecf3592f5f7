"""Entering a matter for a person, and what a body sets for its desk."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals.models import Appeal, BodyPromise, EmployerFlag, SavedReply
from zhijia.core.identifiers import clean_receipt
from zhijia.vault.models import SealedPart


@pytest.fixture(autouse=True)
def _clock(world):
    with time_machine.travel(world.now, tick=False):
        yield


@pytest.fixture
def told(world):
    return {
        "idempotency_key": "entry-key-000000000001",
        "channel": "hotline",
        "text": "老板三个月没发工资，一共一万二。",
        "place": "130502",
        "employer": world.employer.pk,
        "employer_text": "远山木业",
        "kind": "help",
        "people_count": "1",
        "confidentiality": "sealed",
        "name": "王秀兰",
        "mobile": "１３８ 1234-5678",
    }


def client_of(world, who):
    return sign_in(Client(), world.people[who])


ENTER = "/appeals/enter/"


def test_a_matter_entered_for_a_person_is_marked_and_its_receipt_is_shown(world, told):
    client = client_of(world, "agent")
    answer = client.post(ENTER, told)
    appeal = Appeal.objects.get()
    assert answer["Location"] == reverse("appeals:entered", args=[appeal.public_id])
    assert (appeal.channel, appeal.entered_by, appeal.author_pk) == ("hotline", world.people["agent"], None)
    assert appeal.employer == world.employer
    slip = client.get(answer["Location"])
    digits = clean_receipt(slip.context["receipt"])
    assert len(digits) == 20
    assert slip.context["receipt"] in slip.content.decode()
    assert "王秀兰" not in slip.content.decode()
    assert SealedPart.objects.filter(owner=appeal.owner, part="complainant").exists()


def test_the_slip_is_only_for_the_session_that_entered_it(world, told):
    client = client_of(world, "agent")
    slip = client.post(ENTER, told)["Location"]
    assert client_of(world, "agent").get(slip).status_code == 404
    assert client_of(world, "dispatcher").get(slip).status_code == 404


def test_sending_twice_makes_one_matter_with_one_receipt(world, told):
    client = client_of(world, "agent")
    first = client.post(ENTER, told)["Location"]
    assert client.post(ENTER, told)["Location"] == first
    assert Appeal.objects.count() == 1


def test_a_named_person_without_a_number_is_asked_for_one_and_nothing_is_lost(world, told):
    answer = client_of(world, "agent").post(ENTER, {**told, "mobile": ""})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["mobile"]
    assert told["text"] in answer.content.decode()
    assert not Appeal.objects.exists()


def test_looking_shows_employer_and_similar_matters_and_sends_nothing(world, told):
    world.submit(text="老板三个月没发工资了")
    shown = client_of(world, "dispatcher").post(ENTER, {**told, "look": "1"})
    hints = shown.context["hints"]
    assert (world.employer.pk, "远山木业有限公司") in hints["employers"]
    assert len(hints["similar"]) == 1
    assert told["text"] in shown.content.decode()
    assert Appeal.objects.count() == 1


def test_hints_while_typing_are_a_fragment(world):
    got = client_of(world, "agent").get(
        "/appeals/enter/hints/",
        {"text": "拖欠工资三个月没有发", "employer_text": "远山木业", "place": "130502"},
    )
    assert "<html" not in got.content.decode()
    assert "远山木业有限公司" in got.content.decode()
    assert got.context["hints"]["kinds"]


def test_a_matter_said_to_be_the_same_is_linked_at_once(world, told):
    other = world.submit()
    client_of(world, "dispatcher").post(ENTER, {**told, "same_as": other.number})
    entered = Appeal.objects.exclude(pk=other.pk).get()
    other.refresh_from_db()
    assert entered.group_id is not None
    assert entered.group_id == other.group_id


def test_a_link_that_is_not_allowed_is_said_and_the_matter_is_received(world, told):
    other = world.submit()
    answer = client_of(world, "agent").post(ENTER, {**told, "same_as": other.number}, follow=True)
    assert len(list(answer.context["messages"])) == 1
    assert Appeal.objects.count() == 2


@pytest.mark.parametrize("who", ["worker", "supervisor", "steward"])
def test_only_intake_enters_matters(world, told, who):
    assert client_of(world, who).post(ENTER, told).status_code == 403
    assert not Appeal.objects.exists()


def test_a_text_is_kept_changed_and_thrown_away(world):
    client = client_of(world, "handler")
    client.post("/appeals/texts/", {"title": "督促", "text": "已发提示函", "category": ""})
    kept = SavedReply.objects.get()
    client.post(
        reverse("appeals:saved_reply", args=[kept.pk]), {"title": "督促二", "text": "新", "category": "WAGE"}
    )
    kept.refresh_from_db()
    assert (kept.title, kept.text, kept.category.code) == ("督促二", "新", "WAGE")
    address = reverse("appeals:saved_reply", args=[kept.pk])
    assert client_of(world, "other_dispatcher").post(address, {"title": "x", "text": "x"}).status_code == 403
    assert (
        client_of(world, "other_dispatcher").post(reverse("appeals:delete_reply", args=[kept.pk])).status_code
        == 403
    )
    client.post(reverse("appeals:delete_reply", args=[kept.pk]))
    assert not SavedReply.objects.exists()


def test_a_promise_no_slower_than_the_law(world):
    client = client_of(world, "steward")
    told = {"urgency": "general", "clock": "final", "amount": "3", "unit": "working_day"}
    assert client.post("/appeals/promises/", told).status_code == 302
    assert BodyPromise.objects.get().amount == 3
    slow = client.post("/appeals/promises/", {**told, "amount": "90", "unit": "day"})
    assert slow.status_code == 422
    assert list(slow.context["form"].errors) == ["amount"]
    assert BodyPromise.objects.get().amount == 3
    assert client_of(world, "handler").get("/appeals/promises/").status_code == 403
    own = [line for line in client.get("/appeals/promises/").context["lines"] if line.is_own]
    assert [(line.urgency, line.clock, line.amount) for line in own] == [("general", "final", 3)]


def test_a_flag_is_shown_to_the_body_above_and_not_to_the_employers_own_union(world):
    for _ in range(5):
        world.submit()
    flag = EmployerFlag.objects.get()
    assert [f.pk for f in client_of(world, "supervisor").get("/appeals/flags/").context["flags"]] == [flag.pk]
    assert list(client_of(world, "own_union_chair").get("/appeals/flags/").context["flags"]) == []
    seen = reverse("appeals:acknowledge_flag", args=[flag.pk])
    assert client_of(world, "handler").post(seen).status_code == 404
    assert client_of(world, "own_union_chair").post(seen).status_code == 404
    assert client_of(world, "supervisor").post(seen).status_code == 302
    flag.refresh_from_db()
    assert flag.seen_by == world.people["supervisor"]
    assert flag.seen_at == world.now.astimezone(dt.UTC)
