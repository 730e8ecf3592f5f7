"""The same way by program: worker, receipt holder, officer, another hotline."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhijia.accounts.services import create_token
from zhijia.appeals.models import Appeal
from zhijia.attachments.tests.files import photo
from zhijia.vault.services import adopt_parts, hand_on_keys, open_user_key
from zhijia.vault.session import give_to_token

BASE = "/api/v1/appeals"
KEY = "a" * 32


class Caller:
    """A program with a token, a receipt, or nothing."""

    def __init__(self, token="", receipt=""):
        self.client = Client()
        self.headers = {}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"
        if receipt:
            self.headers["Receipt"] = receipt

    def send(self, method, path, body=None, **headers):
        told = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.client.generic(
            method, f"{BASE}{path}", json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=self.headers | told,
        )  # fmt: skip


@pytest.fixture
def token_of(world, now, clock_at):
    def make(name, *scopes, with_key=False):
        user = world.people[name]
        if with_key:
            user.private_key = open_user_key(user=user, password="Zhijia-2026", now=now)
        token, secret = create_token(user=user, name="t", scopes=scopes, days=30, by=user, now=now)
        give_to_token(user, token, secret)
        return Caller(token=secret)

    return make


@pytest.fixture
def clock_at(now, monkeypatch):
    """Set the one clock to ``now``."""
    from zhijia.core import clock

    monkeypatch.setattr(clock, "now", lambda: now)


def test_the_whole_way_by_program(world, token_of):
    worker = token_of("worker", "appeals:submit", "appeals:read", with_key=True)
    desk, handler = token_of("dispatcher", "appeals:work"), token_of("handler", "appeals:work")
    told = {
        "text": "三个月没发工资",
        "place": "130502",
        "category": "WAGE.ARREARS",
        "confidentiality": "sealed",
    }
    made = worker.send("POST", "", told, Idempotency_Key=KEY)
    assert made.status_code == 201, made.content
    again = worker.send("POST", "", told, Idempotency_Key=KEY)
    assert (again.status_code, again.json()) == (200, made.json())
    at = f"/{made.json()['public_id']}"
    assert desk.send("POST", f"/work{at}/acceptance").json()["state"] == "accepted"
    given = desk.send("POST", f"/work{at}/assignment", {"handler_id": world.people["handler"].pk})
    assert given.json()["handler_id"] == world.people["handler"].pk
    assert handler.send("POST", f"/work{at}/signature").json()["state"] == "handling"
    reply = handler.send("POST", f"/work{at}/reply", {"text": "已补发", "opinion": "supported"})
    assert reply.json()["state"] == "replied"
    assert [a["name"] for a in worker.send("GET", at).json()["actions"]][:1] == ["rate_reply"]
    rated = worker.send("POST", f"{at}/rating", {"result": "satisfied", "attitude": "basically"})
    assert rated.json()["state"] == "confirmed"
    twice = worker.send("POST", f"{at}/rating", {"result": "satisfied", "attitude": "basically"})
    assert (twice.status_code, twice.json()["code"]) == (409, "already-rated")
    assert twice["Content-Type"] == "application/problem+json"
    assert twice.json()["next_step"]


def test_a_stranger_hands_in_and_follows_by_receipt(world, clock_at):
    made = Caller().send("POST", "", {"text": "老板打人", "place": "130502"}, Idempotency_Key=KEY).json()
    holder = Caller(receipt=made["receipt"])
    seen = holder.send("GET", "/by-receipt").json()
    assert (seen["number"], seen["text"]) == (made["number"], "老板打人")
    said = holder.send("POST", f"/{made['public_id']}/messages", {"text": "还有两个人"}).json()
    assert [t["is_from_worker"] for t in said["talks"]] == [True]
    assert Caller().send("GET", f"/{made['public_id']}").status_code == 401
    assert Caller(receipt="1" * 20).send("GET", "/by-receipt").status_code == 401


def test_chinese_travels_unescaped(world, client):
    answer = client.get("/api/v1/appeals/categories")
    assert "工资" in answer.content.decode()


def test_a_receipt_opens_no_other_matter(world, clock_at):
    one = Caller().send("POST", "", {"text": "一", "place": "130502"}, Idempotency_Key="b" * 32).json()
    two = Caller().send("POST", "", {"text": "二", "place": "130502"}, Idempotency_Key="c" * 32).json()
    refused = Caller(receipt=one["receipt"]).send("GET", f"/{two['public_id']}")
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")


def test_a_token_without_the_scope_is_refused_and_nothing_changes(world, token_of):
    reader = token_of("worker", "appeals:read")
    refused = reader.send("POST", "", {"text": "x"}, Idempotency_Key=KEY)
    assert refused.status_code == 403
    assert not Appeal.objects.exists()


def test_a_worker_cannot_use_the_officers_door(world, token_of):
    appeal = world.submit()
    worker = token_of("worker", "appeals:work")
    refused = worker.send("POST", f"/work/{appeal.public_id}/acceptance")
    assert refused.status_code == 403
    assert worker.send("GET", "/work").json()["items"] == []


def test_a_token_without_the_owners_key_opens_nothing_and_says_what_helps(world, token_of):
    appeal = world.in_hand()
    world.people["handler"].private_key = open_user_key(
        user=world.people["handler"], password="Zhijia-2026", now=world.now
    )
    hand_on_keys(by=world.people["handler"], now=world.now)
    adopt_parts(world.now)
    at = f"/work/{appeal.public_id}"
    del world.people["handler"].private_key
    refused = token_of("handler", "appeals:work").send("GET", at)
    assert (refused.status_code, refused.json()["code"]) == (409, "key-locked")
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["next_step"]
    seen = token_of("handler", "appeals:work", with_key=True).send("GET", at).json()
    assert seen["text"] == "老板拖欠我们三个月工资，一直推脱。"
    blind = token_of("handler", "appeals:work").send("POST", f"{at}/notes", {"text": "已联系"})
    assert (blind.status_code, blind.json()["text"], blind.json()["is_shown"]) == (200, "", False)


def test_bad_shapes_are_problem_documents_naming_the_field(world, token_of):
    worker = token_of("worker", "appeals:submit")
    bad = worker.send("POST", "", {"text": "x", "people_count": -1}, Idempotency_Key=KEY)
    assert (bad.status_code, bad["Content-Type"]) == (422, "application/problem+json")
    assert bad.json()["errors"][0]["field"].endswith("people_count")
    lost = worker.send("POST", "", {"text": "x"})
    assert lost.status_code == 422


def test_the_same_key_with_another_body_is_422(world, token_of):
    worker = token_of("worker", "appeals:submit")
    worker.send("POST", "", {"text": "一"}, Idempotency_Key=KEY)
    other = worker.send("POST", "", {"text": "二"}, Idempotency_Key=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_files_come_with_the_appeal_and_go_only_to_those_who_may(world, token_of, now):
    worker = token_of("worker", "appeals:submit", "appeals:read", with_key=True)
    slip = SimpleUploadedFile("工资条.jpg", photo())
    made = worker.client.post(
        f"{BASE}/with-files", {"text": "附工资条", "place": "130502",
                                  "confidentiality": "sealed", "files": [slip]},
        headers=worker.headers | {"Idempotency-Key": KEY},
    )  # fmt: skip
    assert made.status_code == 201, made.content
    at = f"/{made.json()['public_id']}"
    file = worker.send("GET", at).json()["files"][0]
    got = worker.send("GET", f"{at}/files/{file['public_id']}")
    assert got.status_code == 200
    assert got["Content-Disposition"].startswith("attachment")
    assert (
        token_of("stranger", "appeals:read").send("GET", f"{at}/files/{file['public_id']}").status_code == 404
    )


def test_the_queue_is_paged_by_cursor_in_order_of_due_dates(world, token_of):
    for _n in range(5):
        world.submit()
    desk = token_of("dispatcher", "appeals:work")
    seen, cursor = [], ""
    for _page in range(3):
        page = desk.send("GET", f"/work?size=2{f'&cursor={cursor}' if cursor else ''}").json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert sorted(seen) == sorted(Appeal.objects.values_list("number", flat=True))


def test_bulk_assignment_names_what_was_not_done(world, token_of):
    one, two = world.submit(), world.submit()
    desk = token_of("dispatcher", "appeals:work")
    desk.send("POST", f"/work/{one.public_id}/acceptance")
    hidden = "00000000-0000-4000-8000-000000000000"
    body = {
        "public_ids": [str(one.public_id), str(two.public_id), hidden],
        "handler_id": world.people["handler"].pk,
    }
    answer = desk.send("POST", "/work/assignments", body).json()
    assert answer["done"] == [str(one.public_id)]
    assert {f["public_id"]: f["code"] for f in answer["failed"]} == {
        str(two.public_id): "wrong-state",
        hidden: "not-found",
    }


def test_another_hotline_hands_over_once_however_often_it_sends(world, token_of):
    hotline = token_of("agent", "transfer:write")
    told = {
        "source": "12345",
        "source_reference": "XT-2026-77",
        "text": "转办",
        "place": "130502",
        "mobile": "13800000000",
    }
    first = hotline.send("POST", "/transfers", told)
    second = hotline.send("POST", "/transfers", told)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    appeal = Appeal.objects.get()
    assert (appeal.channel, appeal.source_reference) == ("transfer", "XT-2026-77")


def test_one_appeal_costs_the_same_queries_however_much_was_said(
    world, token_of, django_assert_max_num_queries
):
    from zhijia.appeals import services

    appeal = world.in_hand()
    for n in range(20):
        services.write_message(appeal_id=appeal.pk, text=f"消息{n}", by=world.people["worker"], now=world.now)
    handler = token_of("handler", "appeals:work")
    with django_assert_max_num_queries(40):
        assert len(handler.send("GET", f"/work/{appeal.public_id}").json()["talks"]) == 20


def test_the_description_is_openapi_3_1_and_names_every_step(client, db):
    from zhijia.appeals.api.officer import STEPS

    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    for path, _shape, _service, _summary in STEPS:
        assert f"{BASE}/work/{{public_id}}/{path}" in told["paths"]


def test_the_rest_of_the_desk_is_open_to_programs_too(world, token_of):
    desk, steward = token_of("dispatcher", "appeals:work"), token_of("steward", "appeals:work")
    handler = token_of("handler", "appeals:work")
    worker = token_of("worker", "appeals:submit", "appeals:read")
    county = world.bodies["county"].pk
    one, two = world.replied(), world.submit()
    at = f"/work/{one.public_id}"
    linked = desk.send("POST", f"{at}/links", {"number": two.number, "title": "欠薪"}).json()
    assert linked["title"] == "欠薪"
    assert [s["number"] for s in desk.send("GET", f"{at}/similar").json()] == [two.number]
    assert desk.send("DELETE", f"{at}/links").status_code == 204
    text = {"body_id": county, "title": "收到", "text": "已收到。"}
    kept = desk.send("POST", "/work/saved-replies", text).json()
    assert [r["title"] for r in handler.send("GET", "/work/saved-replies").json()] == ["收到"]
    assert desk.send("DELETE", f"/work/saved-replies/{kept['id']}").status_code == 204
    promise = {"urgency": "general", "clock": "final", "amount": 3, "unit": "working_day"}
    assert steward.send("PUT", f"/work/promises/{county}", promise).status_code == 200
    slow = steward.send("PUT", f"/work/promises/{county}", promise | {"amount": 90, "unit": "day"})
    assert (slow.status_code, slow.json()["code"]) == (422, "promise-too-slow")
    assert len(desk.send("GET", f"/work/promises/{county}").json()) == 1
    told = {"title": "补发", "question": "工资没发怎么办？", "answer": "已督促补发。"}
    assert desk.send("POST", f"{at}/publication", told).json()["code"] == "consent-missing"
    worker.send("PUT", f"/{one.public_id}/consent", {"consents": True})
    published = desk.send("POST", f"{at}/publication", told).json()
    assert [a["title"] for a in Caller().send("GET", "/answers").json()["items"]] == ["补发"]
    assert desk.send("DELETE", f"/work/publications/{published['id']}").status_code == 204
    assert Caller().send("GET", "/answers").json()["items"] == []


def test_flags_are_listed_and_seen_only_by_those_above(world, token_of):
    for _n in range(5):
        world.submit(confidentiality="anonymous")
    above, own = token_of("city_dispatcher", "appeals:work"), token_of("own_union_chair", "appeals:work")
    flag = above.send("GET", "/work/flags").json()[0]
    assert flag["people_count"] == 5
    assert own.send("GET", "/work/flags").json() == []
    assert own.send("POST", f"/work/flags/{flag['id']}/seen").status_code == 404
    assert above.send("POST", f"/work/flags/{flag['id']}/seen").status_code == 200
    assert above.send("GET", "/work/flags").json() == []


def test_figures_come_with_definition_numerator_and_denominator(world, token_of):
    world.replied()
    chief = token_of("supervisor", "statistics:read")
    asked = "/api/v1/statistics/figures?since=2026-03-01&until=2026-03-31"
    got = chief.client.get(asked, headers=chief.headers)
    assert got.status_code == 200
    lines = {line["key"]: line for line in got.json()}
    assert lines["appeals.received"]["value"] == 1
    told = chief.client.get("/api/v1/statistics/indicators", headers=chief.headers).json()
    assert [i["key"] for i in told] == list(lines)
    worker = token_of("worker", "statistics:read")
    assert worker.client.get(asked, headers=worker.headers).status_code == 403
