"""Messages: inside with the effect, outside neutral, failures seen."""

import datetime as dt
from email import message_from_bytes
from email.header import decode_header, make_header
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from zhijia.accounts.tests.factories import OfficerFactory, UserFactory, sign_in
from zhijia.core.actors import SYSTEM
from zhijia.core.manifest import MessageKind
from zhijia.notifications import selectors, services, texts
from zhijia.notifications.models import Delivery, Notification, OutboxMessage
from zhijia.notifications.tests.factories import NotificationFactory
from zhijia.notifications.tests.sinks import http_sink, smtp_sink

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = (
    MessageKind("test.news", "News", "The library is open."),
    MessageKind(
        "test.case", "Wages of %(employer)s", "%(worker)s, your case against %(employer)s was answered."
    ),
)
CANARY = {"employer": "CANARY-STEEL", "worker": "CANARY-ZHANG"}


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(texts, "kinds", lambda: {kind.key: kind for kind in KINDS})
    monkeypatch.setattr(services, "kinds", lambda: {kind.key: kind for kind in KINDS})


@pytest.fixture
def sms(settings, socket_enabled):
    with http_sink() as sink:
        settings.ZHIJIA_SMS_GATEWAY = "zhijia.notifications.gateways.HttpGateway"
        settings.ZHIJIA_SMS_URL = f"http://127.0.0.1:{sink.port}/send"
        settings.ZHIJIA_SMS_TOKEN = "sesame"
        yield sink


def tell(to, now, kind="test.case", **more):
    return services.notify(kind=kind, to=to, now=now, data=CANARY, url="/appeals/7/", tenant=13, **more)


def work_off(now):
    """Do what the background worker does: run every queued delivery."""
    for delivery_id in Delivery.objects.filter(state="waiting").values_list("pk", flat=True):
        services.attempt_delivery(delivery_id=delivery_id, now=now)


def queued() -> int:
    return DBTaskResult.objects.filter(queue_name="messages").count()


def test_a_message_comes_with_the_effect_and_not_without_it(now):
    worker = UserFactory()
    with transaction.atomic():
        tell(worker, now)
        transaction.set_rollback(True)
    assert (Notification.objects.count(), Delivery.objects.count(), queued()) == (0, 0, 0)
    with transaction.atomic():
        tell(worker, now)
        assert OutboxMessage.objects.count() == 0, "nothing leaves before the commit"
    assert (Notification.objects.count(), Delivery.objects.count(), queued()) == (1, 1, 1)


def test_what_leaves_the_house_is_the_same_for_news_and_for_cases_in_every_language(now):
    for code, _name in settings.LANGUAGES:
        OutboxMessage.objects.all().delete()
        worker = UserFactory(language=code)
        tell(worker, now, kind="test.news")
        tell(worker, now, kind="test.case")
        work_off(now)
        said = list(OutboxMessage.objects.values_list("text", flat=True))
        assert len(said) == 2
        assert len(set(said)) == 1, "same words, so same length"
        assert "CANARY" not in said[0]
        assert "http" not in said[0]
        assert said[0] == texts.OUTSIDE


def test_the_outside_text_is_one_short_message_in_two_languages():
    assert texts.OUTSIDE == "您有一条新消息，请登录查看。You have a new message. Please sign in."
    assert len(texts.OUTSIDE) <= 70, "one text message"


def test_what_is_about_the_accounts_safety_goes_out_by_every_way(now):
    worker = UserFactory(notice_by_sms=False, notice_by_email=False, email="w@home.example")
    tell(worker, now, everywhere=True)
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"sms", "email"}
    tell(worker, now)
    assert Delivery.objects.count() == 2


def test_nothing_leaves_to_a_host_that_the_operator_has_not_named(sms, settings, now):
    settings.ZHIJIA_SMS_URL = "http://sms.invalid/send"
    tell(UserFactory(), now)
    work_off(now)
    assert Delivery.objects.get().last_error == (
        "the host of this service is not named in ZHIJIA_OUTSIDE_HOSTS"
    )
    settings.ZHIJIA_OUTSIDE_HOSTS = ["sms.invalid"]
    work_off(now + dt.timedelta(minutes=1))
    assert "cannot be reached" in Delivery.objects.get().last_error


def test_no_mail_leaves_to_a_host_that_the_operator_has_not_named(settings, now):
    settings.EMAIL_HOST = "mail.invalid"
    tell(UserFactory(notice_by_sms=False, notice_by_email=True, email="w@home.example"), now)
    work_off(now)
    assert "ZHIJIA_OUTSIDE_HOSTS" in Delivery.objects.get().last_error


def test_an_unknown_kind_is_a_programming_error(now):
    with pytest.raises(services.UnknownMessageKind):
        services.notify(kind="nobody.knows", to=UserFactory(), now=now)


def test_who_wants_no_text_message_gets_none_but_finds_it_inside(now):
    worker = UserFactory(notice_by_sms=False)
    tell(worker, now)
    assert Delivery.objects.count() == 0
    assert selectors.unread_count(worker) == 1


def test_an_unconfirmed_number_is_told_nothing(now):
    tell(UserFactory(phone_verified=False), now)
    assert Delivery.objects.count() == 0


# The inbox ------------------------------------------------------------------------------------------


def test_the_inbox_shows_ones_own_messages_page_by_page_and_opens_them(client, now):
    worker = UserFactory()
    for day in range(25):
        NotificationFactory(to=worker, kind="test.case", data=CANARY, created_at=now + dt.timedelta(days=day))
    NotificationFactory(kind="test.news")  # somebody else's
    page = sign_in(client, worker).get("/messages/").content.decode()
    assert page.count("CANARY-ZHANG, your case against CANARY-STEEL was answered.") == 20
    assert "The library is open." not in page
    cursor = page.split("?cursor=")[1].split('"')[0]
    assert client.get(f"/messages/?cursor={cursor}").content.decode().count("CANARY-ZHANG") == 5


def test_opening_a_message_marks_it_read_and_leads_to_its_page(client, now):
    message = tell(UserFactory(), now)
    answer = sign_in(client, message.to).post(f"/messages/{message.public_id}/open/")
    assert answer.url == "/appeals/7/"
    assert selectors.inbox_of(message.to).unread().count() == 0


def test_a_message_never_leads_to_another_host(client, now):
    message = NotificationFactory(url="https://elsewhere.example/")
    assert sign_in(client, message.to).post(f"/messages/{message.public_id}/open/").url == "/messages/"


def test_nobody_opens_another_persons_message(now):
    message = tell(UserFactory(), now)
    answer = sign_in(Client(), UserFactory()).post(f"/messages/{message.public_id}/open/")
    assert answer.status_code == 404
    assert Notification.objects.get().read_at is None


def test_all_messages_are_marked_read_at_once_but_only_ones_own(client, now):
    worker = UserFactory()
    for _ in range(3):
        NotificationFactory(to=worker)
    NotificationFactory()
    sign_in(client, worker).post("/messages/read-all/")
    assert Notification.objects.filter(read_at=None).count() == 1


def test_the_inbox_asks_the_database_as_often_for_twenty_messages_as_for_one(client, now):
    counts = []
    worker = UserFactory()
    sign_in(client, worker)
    for wanted in (1, 20):
        while Notification.objects.count() < wanted:
            NotificationFactory(to=worker)
        with CaptureQueriesContext(connection) as asked:
            client.get("/messages/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_messages_move_with_the_account(now):
    worker = UserFactory(tenant=13)
    tell(worker, now)
    services.move_inbox(user=worker, from_tenant=13, to_tenant=31, by=SYSTEM, now=now)
    worker.tenant = 31
    worker.save(update_fields=["tenant"])
    assert selectors.unread_count(worker) == 1


# Outside ---------------------------------------------------------------------------------------------


def test_the_sms_service_gets_number_neutral_text_and_key(sms, now):
    worker = UserFactory(phone="13800000007")
    tell(worker, now)
    work_off(now)
    (call,) = sms.taken
    assert call["body"]["to"] == "+8613800000007"
    assert call["body"]["text"] == texts.OUTSIDE
    assert call["headers"]["Authorization"] == "Bearer sesame"
    assert call["headers"]["Idempotency-Key"] == call["body"]["key"]
    assert Delivery.objects.get().state == "sent"


def test_a_failed_delivery_comes_back_with_growing_pauses_and_then_arrives(sms, now):
    sms.answers = [500, 503]
    tell(UserFactory(), now)
    work_off(now)
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.next_at - now) == ("waiting", 1, dt.timedelta(minutes=1))
    assert queued() == 2, "the next attempt is queued"
    assert DBTaskResult.objects.latest("enqueued_at").run_after == row.next_at
    work_off(now)
    assert len(sms.taken) == 1, "not before its time"
    work_off(now + dt.timedelta(minutes=1))
    row.refresh_from_db()
    assert row.next_at == now + dt.timedelta(minutes=6)
    work_off(row.next_at)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 3)
    assert len({call["body"]["key"] for call in sms.taken}) == 1, "always the same key"


def test_an_operator_sees_what_was_given_up_and_sends_it_again(sms, now):
    sms.answers = [500] * 6
    tell(UserFactory(phone="13800000007"), now)
    for hour in range(0, 24 * 6):
        work_off(now + dt.timedelta(hours=hour))
    assert len(sms.taken) == 6
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("messages", "--failed", stdout=out)
    assert left.value.code == 1
    assert "the SMS service answered 500" in out.getvalue()
    assert "13800000007" not in out.getvalue()
    call_command("messages", "--retry", str(Delivery.objects.get().pk), stdout=out)
    work_off(dt.datetime.now(dt.UTC) + dt.timedelta(days=1))
    assert Delivery.objects.get().state == "sent"
    with pytest.raises(CommandError) as nothing:
        call_command("messages", "--retry", "999999")
    assert nothing.value.returncode == 2


def test_a_redirect_of_the_sms_service_is_not_followed(sms, now):
    sms.answers = [302]
    tell(UserFactory(), now)
    work_off(now)
    assert [call["path"] for call in sms.taken] == ["/send"]
    assert Delivery.objects.get().state == "waiting"


def test_two_workers_send_one_message_once(sms, now):
    tell(UserFactory(), now)
    (delivery_id,) = Delivery.objects.values_list("pk", flat=True)
    assert services._claim(delivery_id, now)
    assert services.attempt_delivery(delivery_id=delivery_id, now=now) == "waiting"
    assert sms.taken == []


def test_what_a_crash_left_waiting_is_taken_up_by_the_timer(now):
    tell(UserFactory(), now)
    DBTaskResult.objects.all().delete()  # the task is lost
    assert services.attempt_waiting(now=now + dt.timedelta(minutes=1)) == 0
    assert services.attempt_waiting(now=now + dt.timedelta(minutes=3)) == 1
    assert OutboxMessage.objects.count() == 1


def test_a_one_time_code_is_given_up_before_it_is_worthless_and_forgotten(sms, now):
    sms.answers = [500] * 9
    services.send_code(phone="+8613800000007", text="123456", now=now)
    for second in range(0, 400, 5):
        work_off(now + dt.timedelta(seconds=second))
    row = Delivery.objects.get()
    assert (row.state, row.text) == ("failed", "")
    assert row.finished_at - now < dt.timedelta(minutes=5)


def test_a_sent_code_is_not_kept(now):
    services.send_code(phone="+8613800000007", text="123456", now=now)
    row = Delivery.objects.get()
    assert (row.state, row.text, row.address) == ("sent", "", "")
    assert b"13800000007" not in bytes(row.address_sealed)


def test_mail_goes_out_over_real_smtp_with_neutral_subject_and_text(settings, socket_enabled, now):
    with smtp_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        tell(
            UserFactory(notice_by_sms=False, notice_by_email=True, email="w@home.example", language="en"), now
        )
        work_off(now)
    (mail,) = sink.taken
    assert mail["to"] == ["w@home.example"]
    (subject,) = [line[9:] for line in mail["text"].splitlines() if line.startswith("Subject: ")]
    assert str(make_header(decode_header(subject))) == "新消息 New message"
    assert texts.OUTSIDE in message_from_bytes(mail["text"].encode()).get_payload(decode=True).decode()
    assert "CANARY" not in mail["text"]


def test_a_refused_mail_is_tried_again(settings, socket_enabled, now):
    with smtp_sink() as sink:
        sink.answers = [451]
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        tell(UserFactory(notice_by_sms=False, notice_by_email=True, email="w@home.example"), now)
        work_off(now)
        assert Delivery.objects.get().last_error == "the mail server refused (SMTPRecipientsRefused)"
        work_off(now + dt.timedelta(minutes=1))
    assert Delivery.objects.get().state == "sent"


def test_the_outbox_page_exists_in_trial_installations_only(client, settings, now):
    services.send_code(phone="+8613800000007", text="123456", now=now)
    settings.DEVELOPMENT = False
    assert client.get("/outbox/").status_code == 404
    settings.DEVELOPMENT = True
    assert "123456" in client.get("/outbox/").content.decode()


def test_old_outside_messages_are_forgotten(now):
    services.send_code(phone="+8613800000007", text="123456", now=now)
    assert services.forget_old(now=now + dt.timedelta(days=6)) == 0
    assert services.forget_old(now=now + dt.timedelta(days=31)) == 2


def test_an_officer_reads_his_messages_too(client, now):
    officer = OfficerFactory()
    tell(officer, now)
    assert "CANARY-STEEL" in sign_in(client, officer).get("/messages/").content.decode()
