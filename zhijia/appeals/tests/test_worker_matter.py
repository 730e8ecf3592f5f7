"""The page of a matter: what its worker reads there and may do, by account and by receipt."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhijia.accounts.rate_limit import forget_shares
from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals import services
from zhijia.appeals.enums import State
from zhijia.appeals.models import Appeal, Rating, Talk
from zhijia.appeals.selectors.worker import matters_of, own_appeal
from zhijia.appeals.tests.factories import World, opened
from zhijia.appeals.tests.test_worker_form import PNG
from zhijia.core.errors import NotFound

QUERIES = 22
"""Of the page of one matter, whatever has happened in it."""
LIST_QUERIES = 6
HOME_QUERIES = 3
GOOD = {"result": "satisfied", "attitude": "satisfied"}
BAD = {"result": "dissatisfied", "attitude": "satisfied", "reopen": "on"}


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _start(clock):
    forget_shares()


@pytest.fixture
def worker(client, world: World):
    return sign_in(client, world.people["worker"])


def page(client, appeal):
    return client.get(reverse("appeals:detail", args=[appeal.public_id]))


def text_of(response):
    return response.content.decode()


def do(client, name, appeal, **told):
    return client.post(reverse(f"appeals:{name}", args=[appeal.public_id]), told)


def follow(client, receipt):
    return client.post(reverse("appeals:follow"), {"receipt": receipt})


# Reading --------------------------------------------------------------------------------------


def test_the_page_says_what_happens_next_who_does_it_and_by_when(worker, world):
    appeal = world.submit()
    shown = page(worker, appeal)
    matter = shown.context["matter"]
    assert matter.next.who == "襄都区总工会"
    assert matter.next.due_on == dt.date(2026, 3, 4)
    assert [s.state for s in matter.steps] == ["now", "ahead", "ahead", "ahead", "ahead"]
    assert "襄都区总工会" in text_of(shown)


def test_the_handler_is_a_number_never_a_name(worker, world):
    appeal = world.in_hand()
    shown = text_of(page(worker, appeal))
    assert f"{appeal.handler_id:04d}" in shown
    assert appeal.handler.name not in shown


def test_the_clock_that_stands_is_shown_with_reason_and_length(worker, world, clock):
    appeal = world.in_hand()
    services.ask_worker(
        appeal_id=appeal.pk, question="请把工资条拍照发来。", by=world.people["handler"], now=world.now
    )
    clock.move_to(world.now + dt.timedelta(days=2, hours=3))
    sign_in(worker, world.people["worker"])
    shown = page(worker, appeal)
    matter = shown.context["matter"]
    assert matter.standing.explanation == "请把工资条拍照发来。"
    assert matter.stood in ("2天 3小时", "2 days 3 hours")
    assert matter.next.is_yours
    assert text_of(shown).count("请把工资条拍照发来。") >= 1
    assert reverse("appeals:answer", args=[appeal.public_id]) in text_of(shown)


def test_answering_the_question_starts_the_clock(worker, world):
    appeal = world.in_hand()
    services.ask_worker(appeal_id=appeal.pk, question="哪个月？", by=world.people["handler"], now=world.now)
    do(worker, "answer", appeal, text="一月和二月")
    appeal.refresh_from_db()
    assert appeal.state == State.HANDLING
    assert opened(Talk.objects.order_by("-pk")[0]).text == "一月和二月"


def test_escalation_is_told(worker, world):
    appeal = world.submit()
    late = appeal.first_due_at + dt.timedelta(hours=1)
    services.escalate_overdue(late)
    shown = page(worker, appeal)
    assert [e.to_body.name for e in shown.context["matter"].escalations] == ["邢台市总工会"]
    assert "邢台市总工会" in text_of(shown)


def test_who_opened_my_data_is_told_with_the_reason(worker, world, clock):
    from zhijia.core.sealing import seal_json
    from zhijia.vault.models import Disclosure

    appeal = world.in_hand()
    line = Disclosure(
        tenant=appeal.tenant, owner=appeal.owner, part="complainant", opened_by="user:9",
        office="襄都区总工会", purpose="grievance_handle", opened_at=world.now, audit_seq=1,
    )  # fmt: skip
    line.reason = seal_json("电话核实工地名称", purpose="vault/reason", place=line.place)
    line.save()
    assert "电话核实工地名称" in text_of(page(worker, appeal))


def test_notes_among_officers_are_never_shown(worker, world):
    appeal = world.in_hand()
    services.write_note(appeal_id=appeal.pk, text="内部备注不外传", by=world.people["handler"], now=world.now)
    assert "内部备注不外传" not in text_of(page(worker, appeal))


def test_refusal_shows_ground_and_where_to_go(worker, world):
    appeal = world.submit()
    services.refuse_appeal(
        appeal_id=appeal.pk, ground="court", notice="请等待仲裁委裁决，电话12333。",
        by=world.people["dispatcher"], now=world.now,
    )  # fmt: skip
    shown = page(worker, appeal)
    assert "请等待仲裁委裁决" in text_of(shown)
    assert "ask_review" in shown.context["matter"].actions


@pytest.mark.parametrize("talks", [1, 20])
def test_the_page_takes_as_many_queries_for_one_message_as_for_twenty(
    worker, world, talks, django_assert_num_queries
):
    appeal = world.replied()
    for n in range(talks):
        services.write_message(appeal_id=appeal.pk, text=f"留言{n}", by=world.people["worker"], now=world.now)
    page(worker, appeal)
    with django_assert_num_queries(QUERIES):
        page(worker, appeal)


def test_my_matters_take_as_many_queries_for_one_as_for_five(worker, world, django_assert_num_queries):
    world.submit()
    worker.get(reverse("appeals:mine"))
    with django_assert_num_queries(LIST_QUERIES):
        worker.get(reverse("appeals:mine"))
    for _n in range(4):
        world.submit()
    with django_assert_num_queries(LIST_QUERIES):
        shown = worker.get(reverse("appeals:mine"))
    assert len(shown.context["page_of"].items) == 5


def test_the_home_page_lists_open_matters_and_those_closed_lately(world, clock):
    worker = world.people["worker"]
    open_one, answered = world.submit(subject="还开着"), world.replied(subject="已答复", category="HOURS")
    urls = {a.pk: reverse("appeals:detail", args=[a.public_id]) for a in (open_one, answered)}
    found = {m.url: m for m in matters_of(worker, world.now)}
    assert found.keys() == set(urls.values())
    assert (found[urls[answered.pk]].needs_you, found[urls[open_one.pk]].needs_you) == (True, False)
    assert not any("还开着" in m.title or "已答复" in m.title for m in found.values())
    assert len({m.title for m in found.values()}) == 2
    services.withdraw_appeal(appeal_id=open_one.pk, by=worker, now=world.now)
    later = world.now + dt.timedelta(days=31)
    assert [m.url for m in matters_of(worker, later)] == [urls[answered.pk]]


@pytest.mark.parametrize("number", [1, 6])
def test_the_home_page_asks_as_little_for_one_matter_as_for_six(world, number, django_assert_num_queries):
    for _n in range(number):
        world.replied()
    worker = world.people["worker"]
    with django_assert_num_queries(HOME_QUERIES):
        assert len(list(matters_of(worker, world.now))) == number


# Who ------------------------------------------------------------------------------------------


def test_a_stranger_is_led_to_sign_in_and_another_worker_finds_nothing(client, world):
    appeal = world.submit()
    assert page(client, appeal).status_code == 302
    client.force_login(world.people["stranger"])
    assert page(client, appeal).status_code == 404
    assert do(client, "write", appeal, text="x").status_code == 404
    assert do(client, "withdraw", appeal).status_code == 404


def test_an_officer_does_not_reach_the_worker_page_of_others(world):
    appeal, dispatcher = world.submit(), world.people["dispatcher"]
    with pytest.raises(NotFound):
        own_appeal(dispatcher, appeal.public_id, world.now)


def test_an_officer_is_a_worker_in_his_own_matter(world):
    dispatcher = world.people["dispatcher"]
    mine = world.submit(by=dispatcher)
    assert own_appeal(dispatcher, mine.public_id, world.now) == mine


@pytest.mark.parametrize("name", ["write", "answer", "rate", "reopen", "review", "withdraw", "consent"])
def test_a_deed_without_the_receipt_changes_nothing_and_keeps_the_words(client, world, name):
    appeal = world.replied()
    response = do(
        client, name, appeal, text="写了半天的话", reason="写了半天的话", comment="写了半天的话", **GOOD
    )
    assert response.status_code == 403
    assert "写了半天的话" in text_of(response)
    before = Appeal.objects.get(pk=appeal.pk)
    assert (before.state, before.changed_at) == (State.REPLIED, appeal.changed_at)


@pytest.mark.parametrize("name", ["write", "answer", "rate", "reopen", "review", "withdraw", "consent"])
def test_deeds_are_not_done_by_opening_an_address(worker, world, name):
    appeal = world.replied()
    assert worker.get(reverse(f"appeals:{name}", args=[appeal.public_id])).status_code == 405


# By receipt -----------------------------------------------------------------------------------


def test_the_receipt_opens_the_matter_without_an_account(client, world):
    appeal = world.submit(confidentiality="anonymous", by=world.holder(Appeal()))
    grouped = " ".join(appeal.receipt[i : i + 4] for i in range(0, 20, 4))
    response = follow(client, grouped)
    assert response.url == reverse("appeals:followed")
    assert str(appeal.public_id) not in response.url
    assert appeal.number in text_of(client.get(response.url))


def test_a_receipt_in_full_width_digits_opens_too(client, world):
    appeal = world.submit(confidentiality="anonymous", by=world.holder(Appeal()))
    wide = appeal.receipt.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert follow(client, wide).status_code == 302


def test_the_holder_talks_rates_and_withdraws_there_too(client, world):
    appeal = world.replied(confidentiality="anonymous", by=world.holder(Appeal()))
    follow(client, appeal.receipt)
    assert do(client, "write", appeal, text="还有一件事").url == reverse("appeals:followed")
    assert do(client, "rate", appeal, **GOOD).url == reverse("appeals:followed")
    appeal.refresh_from_db()
    assert appeal.state == State.CONFIRMED
    assert Talk.objects.get().is_from_worker


def test_the_receipt_of_one_matter_does_not_open_another(client, world):
    mine = world.submit(confidentiality="anonymous", by=world.holder(Appeal()))
    other = world.submit(confidentiality="anonymous", by=world.holder(Appeal()))
    follow(client, mine.receipt)
    assert do(client, "write", other, text="x").status_code == 403
    assert not Talk.objects.exists()


def test_the_matter_closes_by_itself_and_by_hand(client, world, clock):
    appeal = world.submit(confidentiality="anonymous", by=world.holder(Appeal()))
    follow(client, appeal.receipt)
    client.post(reverse("appeals:followed"))
    assert client.get(reverse("appeals:followed")).url == reverse("appeals:follow")
    follow(client, appeal.receipt)
    clock.move_to(world.now + dt.timedelta(hours=2, minutes=1))
    assert client.get(reverse("appeals:followed")).url == reverse("appeals:follow")


@pytest.mark.parametrize("typed", ["", "123", "12345678901234567890", "abc"])
def test_a_mistyped_receipt_is_told_as_such(client, world, typed):
    response = follow(client, typed)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"receipt"}


def test_wrong_receipts_make_the_next_try_wait_and_the_right_one_works_after(client, world, clock):
    from stdnum import luhn

    appeal = world.submit(confidentiality="anonymous", by=world.holder(Appeal()))
    wrong = "1234567890123456789"
    wrong += luhn.calc_check_digit(wrong)
    assert follow(client, wrong).status_code == 422
    assert follow(client, wrong).status_code == 429
    assert follow(client, appeal.receipt).status_code == 429
    clock.move_to(world.now + dt.timedelta(seconds=31))
    assert follow(client, appeal.receipt).status_code == 302


def test_one_receipt_cannot_be_tried_without_end(client, world):
    appeal = world.submit(confidentiality="anonymous", by=world.holder(Appeal()))
    codes = [follow(client, appeal.receipt).status_code for _n in range(61)]
    assert codes[0] == 302
    assert codes[-1] == 429


# Judging --------------------------------------------------------------------------------------


def test_a_bad_mark_starts_a_second_round_with_another_handler(worker, world):
    appeal = world.replied()
    assert do(worker, "rate", appeal, **BAD).status_code == 302
    appeal.refresh_from_db()
    assert (appeal.state, appeal.round, appeal.handler) == (State.ACCEPTED, 2, None)
    assert "rate_reply" not in page(worker, appeal).context["matter"].actions


def test_after_the_second_round_the_page_offers_the_review_and_no_third_round(worker, world):
    appeal = world.replied()
    do(worker, "rate", appeal, **BAD)
    second = world.people["second_handler"]
    told = {"appeal_id": appeal.pk, "now": world.now}
    services.assign_appeal(handler_id=second.pk, by=world.people["dispatcher"], **told)
    services.sign_for_appeal(by=second, **told)
    services.reply_to_appeal(text="已补发", opinion="supported", correction="没有核对", by=second, **told)
    do(worker, "rate", appeal, **GOOD)
    shown = page(worker, appeal).context["matter"]
    assert "reopen_appeal" not in shown.actions
    said = str(shown.next.text)
    assert "复查" in said
    assert "重办" not in said


def test_rating_twice_is_refused_in_plain_words(worker, world):
    appeal = world.replied()
    do(worker, "rate", appeal, **GOOD)
    second = do(worker, "rate", appeal, **BAD, comment="我改主意了")
    assert second.status_code == 409
    assert "我改主意了" in text_of(second)
    assert Rating.objects.count() == 1
    assert Appeal.objects.get().state == State.CONFIRMED


def test_both_marks_are_needed_and_the_comment_is_kept(worker, world):
    appeal = world.replied()
    response = do(worker, "rate", appeal, result="satisfied", comment="谢谢")
    assert response.status_code == 422
    assert response.context["forms"]["rate"].errors.keys() == {"attitude"}
    assert "谢谢" in text_of(response)
    assert not Rating.objects.exists()


def test_reopening_is_offered_until_its_last_day_only(worker, world, clock):
    appeal = world.replied()
    do(worker, "rate", appeal, **GOOD)
    until = page(worker, appeal).context["matter"].actions.reopen_appeal.until
    assert until == dt.date(2026, 4, 1)
    clock.move_to(dt.datetime(2026, 4, 2, 1, 0, tzinfo=dt.UTC))
    sign_in(worker, world.people["worker"])
    assert "reopen_appeal" not in page(worker, appeal).context["matter"].actions
    late = do(worker, "reopen", appeal, reason="又不发了")
    assert late.status_code == 409
    assert "2026-04-01" in text_of(late)
    assert "又不发了" in text_of(late)


def test_reopening_needs_a_reason_and_then_works(worker, world):
    appeal = world.replied()
    do(worker, "rate", appeal, **GOOD)
    assert do(worker, "reopen", appeal, reason=" ").status_code == 422
    assert do(worker, "reopen", appeal, reason="又不发了").status_code == 302
    assert Appeal.objects.get().round == 2


def test_review_and_final_review_are_asked_from_the_page(worker, world):
    appeal = world.submit()
    services.refuse_appeal(
        appeal_id=appeal.pk,
        ground="outside_scope",
        notice="找别处",
        by=world.people["dispatcher"],
        now=world.now,
    )
    assert do(worker, "review", appeal, reason="这就是工会的事").status_code == 302
    shown = page(worker, appeal)
    assert shown.context["matter"].next.who == "邢台市总工会"
    services.decide_review(
        appeal_id=appeal.pk, decision="upheld", text="维持", by=world.people["supervisor"], now=world.now
    )
    shown = page(worker, appeal)
    assert "ask_re_review" in shown.context["matter"].actions
    assert "维持" in text_of(shown)
    assert do(worker, "review", appeal, reason="仍然不服").status_code == 302
    assert Appeal.objects.get().state == State.UNDER_RE_REVIEW


def test_withdrawing_and_consent_are_switches_of_the_worker(worker, world):
    appeal = world.submit()
    do(worker, "consent", appeal, consents="on")
    assert Appeal.objects.get().consents_to_publishing
    do(worker, "consent", appeal)
    assert not Appeal.objects.get().consents_to_publishing
    do(worker, "withdraw", appeal)
    assert Appeal.objects.get().state == State.WITHDRAWN
    late = do(worker, "write", appeal, text="等等，我还有话")
    assert late.status_code == 409
    assert "等等，我还有话" in text_of(late)


# Files ----------------------------------------------------------------------------------------


def test_files_are_downloads_for_those_who_may_see_the_matter(worker, client, world):
    appeal = world.submit()
    do(worker, "write", appeal, text="照片", files=SimpleUploadedFile("现场.png", PNG))
    file = page(worker, appeal).context["matter"].files[0]
    url = reverse("appeals:file", args=[appeal.public_id, file.public_id])
    got = worker.get(url)
    assert got.status_code == 200
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    b"".join(got.streaming_content)
    worker.force_login(world.people["stranger"])
    assert worker.get(url).status_code == 404
    worker.logout()
    assert worker.get(url).status_code == 404


def test_a_file_of_another_matter_is_not_reached_through_mine(worker, world):
    appeal, other = world.submit(), world.submit()
    do(worker, "write", other, text="照片", files=SimpleUploadedFile("a.png", PNG))
    file = page(worker, other).context["matter"].files[0]
    assert worker.get(reverse("appeals:file", args=[appeal.public_id, file.public_id])).status_code == 404
    assert worker.get(reverse("appeals:file", args=[appeal.public_id, uuid.uuid4()])).status_code == 404


def test_a_file_that_lies_is_refused_in_a_message_and_the_words_are_kept(worker, world):
    appeal = world.submit()
    bad = SimpleUploadedFile("a.pdf", b"MZ\x90\x00 program")
    response = do(worker, "write", appeal, text="见附件", files=bad)
    assert response.status_code == 422
    assert "见附件" in text_of(response)
    assert not Talk.objects.exists()
