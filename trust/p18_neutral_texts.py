"""P18: sends every kind of message for real, with canaries wherever an app may put facts, and reads
what arrived at a mail server and a text message service: all of it must be the same, byte for byte.
"""

import datetime as dt
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from tests import empty_database
from trust import Broken

PROMISE = "P18"
TITLE = "Nothing we send you shows what it is about."
NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
CANARY = "CANARY明澈玻璃拖欠工资7F3A"
"""Stands for employer, case and person wherever a kind takes facts."""
MARK = CANARY[:6]
PHONE, MAIL = "+8613800001818", "reader@home.example"
LANGUAGES = ("zh-hans", "zh-hant", "en", "")
GRAMMAR = {
    "news": re.compile(r"您有一条新消息，请登录查看。You have a new message\. Please sign in\."),
    "sign-in": re.compile(
        r"您的验证码(\d{6})，五分钟内有效，请勿告诉他人。Code \1, valid 5 minutes\. Tell nobody\."
        r"|此号尚无账号，本人操作可以先去注册一个。No account has this number\. You can sign up now\."
        r"|此号已有账号，本人操作请用验证码来登录。This number has an account\. Sign in with a code\."
    ),
}
"""All that may ever leave the house; nothing else is filled in but the digits of a code."""
SUBJECT = "新消息 New message"


@contextmanager
def sinks() -> Iterator[tuple[Any, Any]]:
    """Run a mail server and a text message service, and send there."""
    from django.test import override_settings

    from zhijia.notifications.tests.sinks import http_sink, smtp_sink

    with ExitStack() as stack:
        mail, sms = stack.enter_context(smtp_sink()), stack.enter_context(http_sink())
        told = {
            "ZHIJIA_SMS_GATEWAY": "zhijia.notifications.gateways.HttpGateway",
            "ZHIJIA_SMS_URL": f"http://127.0.0.1:{sms.port}/send", "ZHIJIA_SMS_TOKEN": "sesame",
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": mail.port,
        }  # fmt: skip
        stack.enter_context(override_settings(**told))
        yield mail, sms


def work_off(now: dt.datetime = NOW) -> None:
    """Hand over everything that waits."""
    from zhijia.notifications import services
    from zhijia.notifications.models import Delivery

    for delivery in Delivery.objects.filter(state="waiting").values_list("pk", flat=True):
        services.attempt_delivery(delivery_id=delivery, now=now)


def facts(kind: Any) -> dict[str, str]:
    """Return a canary for every place that the kind's texts hold open, and for some that they do not."""
    from django.utils.translation import override

    names = {"employer", "number", "name", "subject"}
    for code in ("zh-hans", "en"):
        with override(code):
            names |= set(re.findall(r"%\((\w+)\)", f"{kind.title} {kind.body}"))
    return dict.fromkeys(names, CANARY)


def send_kinds(kinds: dict[str, Any], mail: Any, sms: Any) -> list[tuple[str, str, bytes, str]]:
    """Send every kind to a reader of every language; return (kind, channel, raw, text) of each arrival."""
    from zhijia.accounts.tests.factories import UserFactory
    from zhijia.notifications import services

    arrived = []
    for number, language in enumerate(LANGUAGES):
        phone = f"{PHONE[:-1]}{number}"
        told = {"email": MAIL, "notice_by_sms": True, "notice_by_email": True, "language": language}
        reader = UserFactory(phone=phone, name=CANARY, **told)
        for key, kind in kinds.items():
            services.notify(
                kind=key, to=reader, now=NOW, data=facts(kind), url=f"/appeals/{CANARY}/", tenant=13,
                everywhere=True,
            )  # fmt: skip
            work_off()
            if (len(mail.taken), len(sms.taken)) != (1, 1):
                raise Broken(f"{key}: {len(mail.taken)} mails and {len(sms.taken)} text messages arrived")
            arrived += [mail_of(key, mail.taken.pop()), sms_of(key, sms.taken.pop(), phone)]
    return arrived


def mail_of(key: str, taken: dict[str, Any]) -> tuple[str, str, bytes, str]:
    """Return a mail with what must differ (date, key of sending) evened out."""
    from email import message_from_bytes
    from email.header import decode_header, make_header

    raw = taken["text"].encode()
    even = re.sub(rb"(?m)^(Date|Message-ID): .*$", rb"\1: -", raw)
    mail = message_from_bytes(raw)
    subject = str(make_header(decode_header(mail["Subject"])))
    if subject != SUBJECT:
        raise Broken(f"{key}: the subject of the mail is {subject!r}")
    payload = mail.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise Broken(f"{key}: the mail has more parts than one")
    return key, "email", even, payload.decode().strip()


def sms_of(key: str, taken: dict[str, Any], phone: str) -> tuple[str, str, bytes, str]:
    """Return a text message with number and key of sending evened out."""
    body = dict(taken["body"])
    if set(body) != {"to", "text", "key"} or body["to"] != phone:
        raise Broken(f"{key}: the text message service got {sorted(body)}")
    headers = {name: value for name, value in taken["headers"].items() if name != "Idempotency-Key"}
    even = repr((taken["path"], sorted(headers.items()), body["text"], len(body["key"]))).encode()
    return key, "sms", re.sub(rb"127\.0\.0\.1:\d+", b"-", even), str(body["text"])


def judge(arrived: list[tuple[str, str, bytes, str]], grammar: str) -> int:
    """Raise ``Broken`` unless every arrival is the same within its channel; return how many there were."""
    if found := leaks(arrived, grammar):
        raise Broken("; ".join(found[:3]))
    return len(arrived)


def leaks(arrived: list[tuple[str, str, bytes, str]], grammar: str) -> list[str]:
    """Return everything by which an arrival tells something, or can be told from the others."""
    first: dict[str, bytes] = {}
    found = []
    for key, channel, raw, text in arrived:
        if MARK.encode() in raw or MARK in text:
            found.append(f"{key}: a fact left the house by {channel}")
        if not GRAMMAR[grammar].fullmatch(text):
            found.append(f"{key}: {channel} said something that is not in the grammar")
        if first.setdefault(channel, raw) != raw:
            found.append(f"{key}: what left by {channel} differs from other kinds")
    return found


def sign_in_texts(sms: Any) -> int:
    """Send the texts about signing in as the pages do; return how many there are."""
    from zhijia.accounts.adapters import AccountAdapter
    from zhijia.accounts.tests.factories import UserFactory
    from zhijia.core import clock

    reader, adapter = UserFactory(phone=PHONE[:-1] + "9", name=CANARY), AccountAdapter()
    adapter.send_verification_code_sms(user=reader, phone=PHONE, code="123456")
    adapter.send_unknown_account_sms(PHONE)
    adapter.send_account_already_exists_sms(PHONE)
    work_off(clock.now())
    texts = [taken["body"]["text"] for taken in sms.taken]
    if len(texts) != 3 or not all(GRAMMAR["sign-in"].fullmatch(text) for text in texts):
        raise Broken(f"a text about signing in is not in the grammar: {texts}")
    if len({(len(text), len(text.encode())) for text in texts}) != 1:
        raise Broken("the texts about signing in can be told apart by their length")
    sms.taken.clear()
    return len(texts)


def letters_of_the_library(mail: Any) -> int:
    """Try to send every letter that the sign-in library brings; none may leave. Return how many there are."""
    import allauth

    from zhijia.accounts.adapters import AccountAdapter
    from zhijia.accounts.tests.factories import UserFactory

    reader = UserFactory(phone=PHONE[:-1] + "8", email=MAIL, name=CANARY)
    folder = Path(allauth.__file__).parent
    found = sorted(folder.glob("**/templates/**/email/*_subject.txt"))
    for path in found:
        prefix = str(path).split("/templates/")[-1].removesuffix("_subject.txt")
        adapter = AccountAdapter()
        adapter.send_mail(prefix, MAIL, {"user": reader, "code": "123456", "current_site": CANARY})
        adapter.send_notification_mail(prefix, reader, {"email": MAIL}, email=MAIL)
    if not found or mail.taken:
        raise Broken(f"{len(mail.taken)} of {len(found)} letters of the sign-in library left the house")
    return len(found)


def other_ways(sms: Any) -> int:
    """Tell a number without an account; return how many messages that was."""
    from zhijia.notifications import services

    for language in LANGUAGES:
        services.tell_number(phone=PHONE, now=NOW, tenant=13, language=language)
    work_off()
    arrived = [sms_of("a number without an account", taken, PHONE) for taken in sms.taken]
    sms.taken.clear()
    return judge(arrived, "news")


def control(mail: Any, sms: Any) -> int:
    """Let one kind leak in three ways; each must be found. Return how many were."""
    from zhijia.core.manifest import MessageKind
    from zhijia.notifications import services, texts

    leaking = {"leak.one": MessageKind("leak.one", "Wages of %(employer)s", "x")}
    sound = {"sound.one": MessageKind("sound.one", "News", "x")}
    real = services._new_delivery

    def leak(text: str) -> Any:
        def made(**told: Any) -> Any:
            kind = told["notification"].kind if told.get("notification") else ""
            return real(**{**told, "text": text if kind == "leak.one" else told["text"]})

        return made

    found = 0
    for text in (texts.OUTSIDE + CANARY, "您的诉求有了答复，请登录查看。", texts.OUTSIDE + " /appeals/7/"):
        both = {**sound, **leaking}
        with (
            mock.patch.object(services, "_new_delivery", leak(text)),
            mock.patch.object(services, "kinds", lambda both=both: both),
        ):
            try:
                judge(send_kinds(both, mail, sms), "news")
            except Broken:
                found += 1
        forget()
    if found != 3:
        raise Broken(f"a kind that leaks was found in {found} of 3 ways")
    return found


def forget() -> None:
    """Let the readers of one round go."""
    from zhijia.accounts.models import User, phone_index

    numbers = [phone_index(f"{PHONE[:-1]}{number}") for number in range(len(LANGUAGES))]
    User.objects.filter(phone_index__in=numbers).delete()


def figures() -> dict[str, Any]:
    """Send everything, and return what was sent; leaves the database as it was."""
    from django.db import transaction

    from zhijia.notifications.texts import kinds

    kinds.cache_clear()
    known = kinds()
    with transaction.atomic(), sinks() as (mail, sms):
        arrived = send_kinds(known, mail, sms)
        sent = judge(arrived, "news")
        forget()
        covered = {key for key, _channel, _raw, _text in arrived} & set(known)
        told = {
            "n": sent, "kinds": len(known), "covered": f"{100 * len(covered) // len(known)} %",
            "leaks": len(leaks(arrived, "news")),
            "sign_in_texts": sign_in_texts(sms), "letters_held_back": letters_of_the_library(mail),
            "without_account": other_ways(sms), "control_found": control(mail, sms),
        }  # fmt: skip
        transaction.set_rollback(True)
    return told


def prove(*, long: bool) -> dict[str, Any]:
    """Send from an empty house of its own; the size is the same by day and by night."""
    with tempfile.TemporaryDirectory(prefix="zhijia-p18-") as data:
        os.environ |= {
            "ZHIJIA_TESTING": "1", "ZHIJIA_DATA": data, "DATABASE_URL": f"sqlite:///{data}/p18.sqlite3",
            "DJANGO_SETTINGS_MODULE": "zhijia.config.settings",
        }  # fmt: skip
        Path(data, "static").mkdir()
        import django

        django.setup()
        empty_database.place(Path(data, "p18.sqlite3"))
        return figures()
