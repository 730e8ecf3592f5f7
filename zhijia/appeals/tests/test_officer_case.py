"""The case page: what it shows, which steps it offers, and what happens when they are made."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals import services as s
from zhijia.appeals.forms.actions import ACTIONS
from zhijia.appeals.models import PublishedAnswer, Talk
from zhijia.appeals.selectors.officer import STEPS
from zhijia.appeals.tests.factories import opened
from zhijia.audit.models import Entry
from zhijia.unions.enums import Role
from zhijia.vault.models import Disclosure, IdentityRequest


@pytest.fixture(autouse=True)
def _clock(world):
    with time_machine.travel(world.now, tick=False):
        yield


def url(name, appeal, *more):
    return reverse(f"appeals:{name}", args=[appeal.public_id, *more])


def signed_in(world, who):
    return sign_in(Client(), world.people[who])


def post(world, who, name, appeal, follow=False, **data):
    return signed_in(world, who).post(url(name, appeal), data, follow=follow)


def fresh(appeal):
    return type(appeal).objects.get(pk=appeal.pk)


def offered(world, who, appeal):
    return set(signed_in(world, who).get(url("work", appeal)).context["case"].actions)


def test_every_step_has_a_form_and_an_address(world):
    assert set(STEPS) == set(ACTIONS)
    appeal = world.submit()
    for name in ACTIONS:
        assert url(name, appeal).endswith(f"/{name}/")


def test_the_page_offers_what_workflow_and_permission_allow(world):
    received, handling = world.submit(), world.in_hand()
    desk = {
        "accept",
        "refuse",
        "refer",
        "route",
        "object",
        "answer_on_the_spot",
        "talk",
        "note",
        "sort",
        "link",
    }
    assert offered(world, "dispatcher", received) == desk
    assert offered(world, "supervisor", received) == {"supervise", "note"}
    handler = {
        "reply",
        "ask",
        "talk",
        "note",
        "sort",
        "hand_over",
        "suspend",
        "ask_extension",
        "link",
        "ask_name",
        "renew_receipt",
    }
    assert offered(world, "handler", handling) == handler
    assert offered(world, "dispatcher", handling) == {"talk", "note", "sort", "hand_over", "suspend", "link"}


def test_every_offered_form_can_be_opened(world):
    for who, appeal in (
        ("dispatcher", world.submit()),
        ("handler", world.in_hand()),
        ("dispatcher", world.replied()),
    ):
        client = signed_in(world, who)
        for name in offered(world, who, appeal):
            answer = client.get(f"{url('work', appeal)}?do={name}")
            assert answer.status_code == 200
            assert answer.context["chosen"] == name
            assert client.get(url(name, appeal)).status_code == 302


def test_a_matter_goes_its_way_through_the_pages(world):
    appeal = world.submit()
    assert post(world, "dispatcher", "accept", appeal).status_code == 302
    post(world, "dispatcher", "assign", appeal, handler_id=world.people["handler"].pk)
    post(world, "handler", "sign_for", appeal)
    post(world, "handler", "ask", appeal, question="请补充合同")
    assert fresh(appeal).state == "waiting"
    post(world, "handler", "resume", appeal)
    post(world, "handler", "ask_extension", appeal, days="5", reason="到现场核实")
    assert "decide_extension" not in offered(world, "handler", appeal)
    post(world, "dispatcher", "decide_extension", appeal, approve="yes")
    assert fresh(appeal).extended_by_days == 5
    post(world, "handler", "reply", appeal, opinion="supported", text="已补发")
    assert fresh(appeal).state == "replied"
    page = signed_in(world, "dispatcher").get(url("work", appeal)).content.decode()
    for words in ("已补发", "请补充合同", "到现场核实", "handler员"):
        assert words in page


def test_refusing_routing_and_suspending_through_the_pages(world):
    refused, routed, suspended = world.submit(), world.submit(), world.in_hand()
    post(world, "dispatcher", "refuse", refused, ground="court", notice="请到法院")
    assert (fresh(refused).state, opened(fresh(refused)).notice) == ("refused", "请到法院")
    answer = post(world, "dispatcher", "route", routed, body_id=world.bodies["city"].pk, reason="涉及全市")
    assert answer["Location"] == reverse("appeals:queue"), "it left the officer's scope"
    assert fresh(routed).handling_body == world.bodies["city"]
    post(world, "handler", "suspend", suspended, reason="court", explanation="已起诉")
    assert fresh(suspended).state == "suspended"
    post(world, "handler", "lift", suspended)
    assert fresh(suspended).state == "handling"


def test_a_body_of_the_employer_is_not_offered_for_routing(world):
    appeal = world.submit()
    form = signed_in(world, "dispatcher").get(f"{url('work', appeal)}?do=route").context["form"]
    offered_ids = {pk for pk, _name in form.fields["body_id"].choices}
    assert world.bodies["own_union"].pk not in offered_ids
    assert {world.bodies["city"].pk, world.bodies["other_county"].pk} <= offered_ids


def test_two_officers_taking_one_matter_the_second_is_told(world):
    appeal = world.submit()
    s.accept_appeal(appeal_id=appeal.pk, by=world.people["dispatcher"], now=world.now)
    assert post(world, "handler", "sign_for", appeal).status_code == 302
    second = post(world, "second_handler", "sign_for", appeal)
    assert second.status_code == 409
    assert "Somebody else has just taken this matter" in signed_in_english(world, appeal)
    assert fresh(appeal).handler == world.people["handler"]


def signed_in_english(world, appeal):
    client = signed_in(world, "second_handler")
    return client.post(url("sign_for", appeal), headers={"accept-language": "en"}).content.decode()


def test_one_who_never_saw_the_matter_does_not_learn_that_it_was_taken(world):
    appeal = world.in_hand()
    assert post(world, "own_union_chair", "sign_for", appeal).status_code == 404
    assert post(world, "other_dispatcher", "sign_for", appeal).status_code == 404


def test_nothing_typed_is_lost_when_the_matter_has_moved_on(world):
    appeal = world.in_hand()
    s.ask_worker(appeal_id=appeal.pk, question="q", by=world.people["handler"], now=world.now)
    answer = post(world, "handler", "reply", appeal, opinion="supported", text="写了很久的答复")
    assert answer.status_code == 409
    assert "写了很久的答复" in answer.content.decode()
    assert fresh(appeal).state == "waiting"


def test_an_empty_answer_is_refused_at_its_field(world):
    appeal = world.in_hand()
    answer = post(world, "handler", "reply", appeal, opinion="supported", text="  ")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["text"]
    assert not fresh(appeal).replies.exists()


def test_a_saved_text_goes_behind_what_was_typed(world):
    appeal, body = world.in_hand(), world.bodies["county"]
    kept = s.save_reply(
        body=body,
        title="督促",
        text="已发提示函。",
        category="WAGE.ARREARS",
        by=world.people["dispatcher"],
        now=world.now,
    )
    other = s.save_reply(
        body=body, title="别类", text="x", category="OTHER.WORK", by=world.people["dispatcher"], now=world.now
    )
    answer = post(
        world, "handler", "reply", appeal, insert="1", saved=kept.pk, text="您好，", opinion="explained"
    )
    form = answer.context["form"]
    assert form.initial["text"] == "您好，\n\n已发提示函。"
    assert form.initial["opinion"] == "explained"
    assert not form.errors
    assert other.pk not in dict(form.fields["saved"].choices)
    assert fresh(appeal).state == "handling"


def test_after_a_bad_mark_the_answer_form_asks_what_is_put_right(world):
    appeal = world.replied()
    s.rate_reply(
        appeal_id=appeal.pk,
        result="dissatisfied",
        attitude="satisfied",
        by=world.people["worker"],
        now=world.now,
    )
    form = signed_in(world, "dispatcher").get(f"{url('work', appeal)}?do=assign").context["form"]
    people = {pk for pk, _name in form.fields["handler_id"].choices}
    assert world.people["handler"].pk not in people
    assert world.people["second_handler"].pk in people
    post(world, "dispatcher", "assign", appeal, handler_id=world.people["second_handler"].pk)
    post(world, "second_handler", "sign_for", appeal)
    answer = post(world, "second_handler", "reply", appeal, opinion="supported", text="重新核实")
    assert list(answer.context["form"].errors) == ["correction"]


def test_a_review_is_decided_by_the_body_above(world):
    appeal = world.replied()
    worker = world.people["worker"]
    s.rate_reply(appeal_id=appeal.pk, result="satisfied", attitude="satisfied", by=worker, now=world.now)
    s.ask_review(appeal_id=appeal.pk, reason="还是没发", by=worker, now=world.now)
    assert "decide_review" not in offered(world, "dispatcher", appeal)
    assert "decide_review" in offered(world, "supervisor", appeal)
    listed = signed_in(world, "supervisor").get(reverse("appeals:queue"), {"tab": "reviews"})
    assert [r.number for r in listed.context["rows"].items] == [appeal.number]
    post(world, "supervisor", "decide_review", appeal, decision="upheld", text="维持")
    assert fresh(appeal).state == "reviewed"


def test_the_story_does_not_call_the_closing_by_a_later_state(world):
    appeal = world.replied()
    told = {"appeal_id": appeal.pk, "by": world.people["worker"], "now": world.now}
    s.rate_reply(result="satisfied", attitude="satisfied", **told)
    s.ask_review(reason="还是没发", **told)
    story = signed_in(world, "supervisor").get(url("work", appeal)).context["case"].items
    titles = [str(item.title) for item in story]
    assert "办结" in titles
    assert "复查中" not in titles


def test_only_the_handler_opens_who_the_person_is_and_the_person_sees_it(world):
    appeal = world.in_hand()
    assert post(world, "dispatcher", "open_complainant", appeal, reason="想看看").status_code == 403
    assert post(world, "handler", "open_complainant", appeal, reason=" ").status_code == 422
    refused = post(world, "handler", "open_complainant", appeal, reason="想打电话")
    assert (refused.status_code, refused.context["opened"]) == (409, None)
    assert not Disclosure.objects.filter(part="complainant").exists()


@pytest.mark.django_db(transaction=True)
def test_opening_shows_name_and_number_once_and_leaves_its_trace(now):
    from zhijia.appeals.tests.factories import make_world

    world = make_world(now)
    world.officer("custodian", "county", Role.CUSTODIAN)
    appeal = world.in_hand(confidentiality="sealed")
    client, custodian = signed_in(world, "handler"), signed_in(world, "custodian")
    assert "赵工" not in client.get(url("work", appeal)).content.decode()
    client.post(url("ask_name", appeal), {"reason": "需要打电话核实"})
    listed = custodian.get(reverse("vault:requests")).content.decode()
    assert appeal.number in listed
    assert "需要打电话核实" in listed
    assert "赵工" not in listed
    asked = IdentityRequest.objects.get()
    decide = reverse("vault:request", args=[asked.public_id])
    assert client.get(decide).status_code == 403
    assert custodian.post(decide, {"approves": "yes", "reason": "可以"})["Location"] == reverse(
        "vault:requests"
    )
    shown = client.post(url("open_complainant", appeal), {"reason": "需要打电话核实"})
    assert shown.context["opened"]["name"] == "赵工"
    assert shown["Cache-Control"] == "private, no-store"
    assert "赵工" not in client.get(url("work", appeal)).content.decode()
    line = Disclosure.objects.get(part="complainant")
    assert (line.owner, line.office) == (appeal.owner, "襄都区总工会")
    by = Entry.objects.filter(action="vault.opened", actor=f"user:{world.people['handler'].pk}")
    assert by.filter(data__contains="complainant").count() == 1
    worker = sign_in(Client(), world.people["worker"])
    told = worker.get(reverse("appeals:detail", args=[appeal.public_id])).content.decode()
    assert told.count("需要打电话核实") == 2
    assert "可以" in told


def test_publishing_marks_what_may_identify_and_asks_for_a_check(world):
    appeal = world.replied(text="我是张三，电话13812345678，工资没发", consents_to_publishing=True)
    texts = {"title": "工资拖欠", "question": "电话13812345678，工资没发", "answer": "已补发"}
    first = post(world, "dispatcher", "publish", appeal, **texts)
    assert first.status_code == 422
    assert "<mark" in first.content.decode()
    assert not PublishedAnswer.objects.exists()
    again = post(world, "dispatcher", "publish", appeal, check="1", **{**texts, "question": "工资没发"})
    assert "13812345678" not in str(again.context["marks"])
    assert not PublishedAnswer.objects.exists()
    post(world, "dispatcher", "publish", appeal, **{**texts, "question": "工资没发"})
    assert PublishedAnswer.objects.get().question == "工资没发"
    post(world, "dispatcher", "withdraw_answer", appeal)
    assert PublishedAnswer.objects.get().withdrawn_at is not None


def test_publishing_without_consent_is_refused(world):
    appeal = world.replied()
    answer = post(world, "dispatcher", "publish", appeal, title="t", question="工资没发", answer="已补发")
    assert answer.status_code == 422
    assert not PublishedAnswer.objects.exists()


def test_similar_matters_stand_beside_and_are_linked_with_one_click(world):
    appeal, twin = world.submit(), world.submit()
    world.submit(text="食堂饭菜太贵", category="OTHER.WORK", employer_id=world.other_employer.pk)
    client = signed_in(world, "dispatcher")
    found = client.get(url("beside", appeal)).context["similar"]
    assert [one.appeal.number for one in found] == [twin.number]
    assert found[0].probably_same
    client.post(url("link", appeal), {"other_number": twin.number})
    assert fresh(appeal).group is not None
    assert fresh(appeal).group_id == fresh(twin).group_id
    client.post(url("unlink", appeal))
    assert fresh(appeal).group is None


def test_other_matters_of_the_same_employer_fill_what_is_left(world):
    appeal, other = world.submit(), world.submit(text="食堂饭菜太贵", category="OTHER.WORK")
    found = signed_in(world, "dispatcher").get(url("beside", appeal)).context["similar"]
    assert [(one.appeal.number, one.same_employer, one.probably_same) for one in found] == [
        (other.number, True, False)
    ]


def test_similar_matters_of_other_counties_are_not_shown(world):
    appeal = world.submit()
    foreign = world.submit()
    s.route_appeal(
        appeal_id=foreign.pk,
        body_id=world.bodies["other_county"].pk,
        reason="r",
        by=world.people["dispatcher"],
        now=world.now,
    )
    assert signed_in(world, "dispatcher").get(url("beside", appeal)).context["similar"] == []


def test_a_note_is_for_officers_and_a_message_for_the_worker(world):
    appeal = world.in_hand()
    post(world, "handler", "note", appeal, text="内部情况")
    post(world, "handler", "talk", appeal, text="您好")
    assert [opened(t).text for t in Talk.objects.all()] == ["您好"]
    assert "内部情况" in signed_in(world, "handler").get(url("work", appeal)).content.decode()


def test_sorting_finds_an_employer_by_name_without_losing_what_was_chosen(world):
    appeal = world.submit(employer_id=None, employer_text="清河")
    answer = post(
        world,
        "dispatcher",
        "sort",
        appeal,
        find_now="1",
        find="远山木业",
        urgency="difficult",
        kind="complaint",
    )
    form = answer.context["form"]
    assert world.employer.pk in dict(form.fields["employer_id"].choices)
    assert form.initial["urgency"] == "difficult"
    post(
        world,
        "dispatcher",
        "sort",
        appeal,
        find="远山木业",
        urgency="difficult",
        kind="complaint",
        category="WAGE.ARREARS",
        employer_id=world.employer.pk,
    )
    assert (fresh(appeal).urgency, fresh(appeal).employer) == ("difficult", world.employer)


def test_the_page_asks_as_often_however_much_has_happened(world):
    appeal = world.in_hand()
    handler, client = world.people["handler"], signed_in(world, "handler")
    s.write_message(appeal_id=appeal.pk, text="0", by=handler, now=world.now)
    s.write_note(appeal_id=appeal.pk, text="0", by=handler, now=world.now)

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(url("work", appeal)).status_code == 200
        return len(found)

    before = asked()
    for n in range(20):
        moment = world.now + dt.timedelta(minutes=n)
        s.write_message(appeal_id=appeal.pk, text=str(n), by=handler, now=moment)
        s.write_note(appeal_id=appeal.pk, text=str(n), by=handler, now=moment)
        s.ask_worker(appeal_id=appeal.pk, question=str(n), by=handler, now=moment)
        s.resume_handling(appeal_id=appeal.pk, by=handler, now=moment)
    assert asked() == before <= 30


def test_script_in_a_text_stays_text(world):
    appeal = world.in_hand(text="<script>alert(1)</script> 工资没发")
    page = signed_in(world, "handler").get(url("work", appeal)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_next_of_mine_is_the_most_pressing_other_one(world):
    first, urgent = world.in_hand(), world.in_hand(circumstances=("danger",))
    client = signed_in(world, "handler")
    assert client.get(url("next_mine", first))["Location"] == url("work", urgent)
    assert client.get(url("next_mine", urgent))["Location"] == url("work", first)
    s.reply_to_appeal(
        appeal_id=first.pk, text="t", opinion="explained", by=world.people["handler"], now=world.now
    )
    assert client.get(url("next_mine", urgent))["Location"] == reverse("appeals:queue")
