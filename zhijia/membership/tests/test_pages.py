"""The pages: a worker joins on his own, an officer answers; nothing typed is lost."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.core.actors import SYSTEM
from zhijia.membership import services
from zhijia.membership.card import token_of
from zhijia.membership.models import Application, Correction, JoinDoor, Membership
from zhijia.membership.services.correcting import new_value
from zhijia.membership.tests.factories import NOW, applied, keeper, member, new_key
from zhijia.membership.tests.roster_files import HEADER, check, person, text_file, upload, write
from zhijia.unions.tests.factories import UnionBodyFactory

pytestmark = pytest.mark.django_db
TOLD = {"name": "刘小满", "place": "130582", "trade": "courier", "employer_name": "", "id_number": ""}


@pytest.fixture(autouse=True)
def _clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def worker():
    return UserFactory()


@pytest.fixture
def phone(worker, client) -> Client:
    return sign_in(client, worker)


@pytest.fixture
def desk(tree) -> Client:
    return sign_in(Client(), keeper(tree.county))


def text_of(answer) -> str:
    return answer.content.decode()


def test_a_courier_joins_on_one_page_and_reads_by_when(tree, phone):
    answer = phone.post(reverse("membership:join"), TOLD | {"idempotency_key": new_key()})
    assert answer.status_code == 302
    page = text_of(phone.get(answer.url))
    assert tree.county.name in page
    assert "2026" in page
    assert Application.objects.get().channel == "self"


def test_who_waits_is_led_to_his_application_and_not_to_another(tree, worker, phone):
    applied(worker)
    for name in ("join", "card"):
        page = text_of(phone.get(reverse(f"membership:{name}")))
        main = page[page.index("<main") : page.index("</main>")]
        assert f'class="button button-primary" href="{reverse("membership:mine")}"' in main
        assert reverse("membership:join") not in main


@pytest.mark.parametrize(
    "typed", ["1305021990010112", "110105194912310021", "１１０１０５" + "1949123100212"]
)
def test_a_wrong_identity_number_is_told_before_the_union_looks_at_it(tree, worker, phone, typed):
    member(tree.county, account=worker)
    told = {"field": "id_number", "value": typed, "note": ""}
    answer = phone.post(reverse("membership:correction"), told)
    assert answer.status_code == 422
    assert typed in text_of(answer)
    assert not Correction.objects.exists()
    answer = phone.post(reverse("membership:correction"), told | {"value": "11010519491231002x"})
    assert answer.status_code == 302
    assert new_value(Correction.objects.get()) == "11010519491231002X"


def test_who_has_left_does_not_read_that_he_is_a_member(tree, worker, phone):
    asked = applied(worker)
    services.accept_application(public_id=asked.public_id, by=keeper(tree.county), now=NOW)
    address = reverse("membership:application", args=[asked.public_id])
    assert address in text_of(phone.get(reverse("membership:mine")))
    row = Membership.objects.get()
    phone.post(reverse("membership:leave", args=[row.pk]), {"is_sure": "on"})
    page = text_of(phone.get(reverse("membership:mine")))
    assert address not in page
    assert tree.county.name in page


def test_the_number_of_a_passport_may_be_short(tree, worker, phone):
    member(tree.county, account=worker)
    phone.post(reverse("membership:correction"), {"field": "id_number", "value": "123456789", "note": ""})
    assert Correction.objects.exists()


def test_what_was_typed_stays_when_something_is_missing(tree, phone):
    told = TOLD | {"idempotency_key": new_key(), "place": "", "employer_name": "某某快递"}
    answer = phone.post(reverse("membership:join"), told)
    assert answer.status_code == 422
    assert "某某快递" in text_of(answer)
    assert not Application.objects.exists()


def test_where_several_employers_fit_he_is_asked_once(tree, phone):
    told = TOLD | {"idempotency_key": new_key(), "employer_name": "明澈玻璃"}
    answer = phone.post(reverse("membership:join"), told)
    assert answer.status_code == 422
    assert tree.glass.name in text_of(answer)
    chosen = phone.post(reverse("membership:join"), told | {"employer": str(tree.glass.pk)})
    assert chosen.status_code == 302
    assert Application.objects.get().employer == tree.glass


def test_a_code_on_the_wall_leads_to_its_union(tree, phone, desk):
    form = {"body": tree.county.pk, "channel": "qr", "note": "快递柜旁", "expires_on": ""}
    answer = desk.post(reverse("membership:doors"), form)
    assert "<svg" in text_of(desk.get(answer.url))
    code = JoinDoor.objects.get().code
    assert tree.county.name in text_of(Client().get(reverse("membership:door", args=[code])))
    assert Client().get(reverse("membership:door", args=["nothing"])).status_code == 410
    page = text_of(phone.get(reverse("membership:join"), {"door": code}))
    assert code in page


def test_an_officer_accepts_and_the_worker_shows_a_valid_card(tree, worker, phone, desk):
    row = applied(worker)
    address = reverse("membership:work_application", args=[row.public_id])
    assert "刘小满" in text_of(desk.get(address))
    assert desk.post(address, {"step": "accept_application"}).status_code == 302
    membership = Membership.objects.get()
    card = text_of(phone.get(reverse("membership:card")))
    assert token_of(membership.pk) in card or "<svg" in card
    shown = text_of(Client().get(reverse("membership:verify", args=[token_of(membership.pk)])))
    assert "刘＊＊" in shown
    assert "刘小满" not in shown
    assert Client().get(reverse("membership:verify", args=["1-forged"])).status_code == 404


def test_a_refusal_without_a_reason_keeps_the_page_and_says_what_is_missing(tree, worker, desk):
    row = applied(worker)
    address = reverse("membership:work_application", args=[row.public_id])
    answer = desk.post(address, {"step": "refuse_application", "reason": " "})
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.state == "submitted"


def test_a_question_is_answered_and_a_refusal_reviewed_on_the_page(tree, worker, phone, desk):
    row = applied(worker)
    work = reverse("membership:work_application", args=[row.public_id])
    own = reverse("membership:application", args=[row.public_id])
    desk.post(work, {"step": "ask_applicant", "reason": "在哪个站点？"})
    assert "在哪个站点？" in text_of(phone.get(own))
    phone.post(own, {"step": "answer_question", "text": "东站"})
    desk.post(work, {"step": "refuse_application", "reason": "不在本县"})
    assert "不在本县" in text_of(phone.get(own))
    phone.post(own, {"step": "ask_review", "text": "我在本县"})
    row.refresh_from_db()
    assert (row.state, row.body) == ("review", tree.city)


def test_the_roll_hides_numbers_and_finds_by_name_telephone_and_number(tree, desk):
    row = member(tree.county, name="赵立夏", phone="13912345678")
    number = row.worker.details()["id_number"]
    page = text_of(desk.get(reverse("membership:roll")))
    assert "赵立夏" in page
    assert number not in page
    assert "13912345678" not in page
    member(tree.county, name="钱秋生")
    for asked in ("立夏", "139 1234 5678", number):
        found = text_of(desk.get(reverse("membership:roll"), {"q": asked}))
        assert "赵立夏" in found
        assert "钱秋生" not in found


def test_the_field_to_look_somebody_up_stands_open_on_the_roll(tree, desk):
    page = text_of(desk.get(reverse("membership:roll")))
    assert re.search(r'<details class="filters" open\b', page)


def test_a_name_is_found_in_a_roll_of_more_than_a_thousand(tree, desk):
    people = [person(number, name=f"{'李张王赵'[number % 4]}{number}") for number in range(1100)]
    write(check(upload(tree.county, text_file(HEADER, *people), NOW), NOW), NOW)
    page = text_of(desk.get(reverse("membership:roll"), {"q": "张1089"}))
    assert page.count("<tr") == 2
    assert text_of(desk.get(reverse("membership:roll"), {"q": "王"})).count("<tr") == 51


def test_a_doubted_number_is_found_as_it_was_typed(tree, desk):
    told = {"body": str(tree.county.pk), "name": "周无双", "id_kind": "resident", "on": "2026-03-02"}
    desk.post(reverse("membership:enrol"), told | {"id_number": "110105194912310021"})
    assert "周无双" in text_of(desk.get(reverse("membership:roll"), {"q": "110105194912310021"}))


def test_steps_are_taken_on_the_entry_and_history_is_shown(tree, desk):
    row = member(tree.county)
    address = reverse("membership:entry", args=[row.pk])
    assert desk.post(address, {"step": "retain", "on": "2026-02-02", "reason": "失业"}).status_code == 302
    assert "失业" in text_of(desk.get(address))
    refused = desk.post(address, {"step": "expel", "on": "2026-03-02", "reason": "x", "verdict": ""})
    assert refused.status_code == 422
    row.refresh_from_db()
    assert row.state == "retained"


def test_somebody_is_entered_at_the_counter_with_a_wrong_number(tree, desk):
    form = {
        "body": tree.county.pk, "name": "孙春燕", "id_kind": "resident", "id_number": "13058219900523005?",
        "phone": "", "trade": "", "on": "2026-03-01",
    }  # fmt: skip
    answer = desk.post(reverse("membership:enrol"), form)
    assert answer.status_code == 302
    assert Membership.objects.get().worker.id_standing == "doubted"


def test_a_worker_changes_his_data_asks_for_a_correction_and_leaves(tree, worker, phone, desk):
    row = member(tree.county, account=worker)
    data = {
        "place": "130533",
        "address": "",
        "education": "",
        "work_status": "",
        "engagement": "",
        "trade": "",
    }
    assert phone.post(reverse("membership:data"), data).status_code == 302
    asked = {"field": "name", "value": "王小名", "note": "带证来"}
    assert phone.post(reverse("membership:correction"), asked).status_code == 302
    work = text_of(desk.get(reverse("membership:corrections")))
    assert "王小名" in work
    pk = re.search(r"work/corrections/(\d+)/", work)[1]
    desk.post(reverse("membership:work_correction", args=[pk]), {"step": "accept"})
    row.worker.refresh_from_db()
    assert row.worker.details()["name"] == "王小名"
    leave = reverse("membership:leave", args=[row.pk])
    assert phone.post(leave, {"reason": ""}).status_code == 422
    assert phone.post(leave, {"reason": "", "is_sure": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "ended"


def test_an_officer_puts_a_number_right_at_the_counter_and_loses_nothing_typed(tree, worker, phone, desk):
    row = member(tree.county, account=worker, name="王小朋")
    page = reverse("membership:correct_entry", args=[row.pk])
    assert page in text_of(desk.get(reverse("membership:entry", args=[row.pk])))
    refused = desk.post(page, {"field": "id_number", "value": "130582199005230018", "note": "身份证"})
    assert (refused.status_code, "130582199005230018" in text_of(refused)) == (422, True)
    assert desk.post(page, {"field": "name", "value": "王小明", "note": ""}).status_code == 422
    told = {"field": "phone", "value": "１３９ 1234 5678", "note": "身份证，柜台"}
    assert desk.post(page, told).status_code == 302
    row.worker.refresh_from_db()
    assert row.worker.details()["phone"] == "+8613912345678"
    assert "身份证，柜台" in text_of(phone.get(reverse("membership:data")))


def test_an_officer_reads_what_is_to_be_put_right_in_words_and_gives_a_reason_for_a_no(
    tree, worker, phone, desk
):
    member(tree.county, account=worker, sex=1)
    assert phone.post(reverse("membership:correction"), {"field": "sex", "value": "女"}).status_code == 302
    for page in (reverse("membership:corrections"), reverse("membership:data")):
        shown = text_of((desk if "work" in page else phone).get(page))
        assert "性别" in shown
        assert ">sex" not in shown
    row = Correction.objects.get()
    refused = desk.post(
        reverse("membership:work_correction", args=[row.pk]), {"step": "refuse", "reason": ""}
    )
    assert refused.status_code == 422
    assert "errorlist" in text_of(refused)
    row.refresh_from_db()
    assert row.state == "asked"


def test_an_objection_without_a_reason_changes_nothing_and_says_so_on_its_card(tree, desk):
    row = member(tree.county)
    told = {"membership": row, "to_body": tree.city, "by": SYSTEM, "now": NOW}
    transfer = services.ask_transfer(**told)
    address = reverse("membership:transfer", args=[transfer.pk])
    refused = desk.post(address, {"step": "object", "reason": " "})
    assert refused.status_code == 422
    assert f'id="id_{transfer.pk}_reason"' in text_of(refused)
    assert "errorlist" in text_of(refused)
    assert desk.post(address, {"step": "other"}).status_code == 422
    transfer.refresh_from_db()
    assert transfer.state == "asked"
    assert desk.post(address, {"step": "object", "reason": "欠交材料"}).status_code == 302


def test_an_application_is_given_on_by_the_name_of_a_union(tree, worker, desk):
    row = applied(worker)
    work = reverse("membership:work_application", args=[row.public_id])
    UnionBodyFactory(
        name=f"{tree.city.name}机关", parent=tree.city
    )  # a longer name begins with a shorter one
    for typed in ("没有这个工会", tree.city.name[:2]):
        refused = desk.post(work, {"step": "route_application", "body": typed})
        assert refused.status_code == 422
        assert f'value="{typed}"' in text_of(refused)
    assert tree.city.name in text_of(refused)
    assert desk.post(work, {"step": "route_application", "body": tree.city.name}).status_code == 302
    row.refresh_from_db()
    assert row.body == tree.city


def test_enter_in_a_field_takes_no_step(tree, worker, desk):
    """A disabled first button is the one that the key presses: else it would accept, or expel."""
    entry = reverse("membership:entry", args=[member(tree.county).pk])
    for page in (reverse("membership:work_application", args=[applied(worker).public_id]), entry):
        form = text_of(desk.get(page)).partition('class="form form-plain"')[2]
        assert "disabled" in re.search(r"<button[^>]*>", form)[0]


def test_the_number_of_questions_does_not_grow_with_the_roll(tree, desk, django_assert_max_num_queries):
    for _ in range(3):
        member(tree.county)
    desk.get(reverse("membership:roll"))
    with django_assert_max_num_queries(12):
        desk.get(reverse("membership:roll"))
    for _ in range(20):
        member(tree.county)
    with django_assert_max_num_queries(12):
        desk.get(reverse("membership:roll"))


def test_a_program_joins_once_and_reads_where_it_stands(tree, worker, phone):
    told = {"name": "刘小满", "place": "130582", "trade": "courier"}
    key = new_key()
    for status in (201, 200):
        answer = phone.post(
            "/api/v1/membership/applications", told, "application/json", headers={"Idempotency-Key": key}
        )
        assert answer.status_code == status, answer.content
    found = phone.get(f"/api/v1/membership/applications/{answer.json()['public_id']}").json()
    assert (found["state"], found["body"]) == ("submitted", tree.county.name)
    assert phone.get("/api/v1/membership/work/applications").status_code == 403
