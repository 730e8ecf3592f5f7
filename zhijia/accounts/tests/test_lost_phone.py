"""Printed codes: made beforehand, good once each, worth more than a text message."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from zhijia.accounts import services
from zhijia.accounts.tests.factories import PASSWORD, OfficerFactory, UserFactory, sign_in
from zhijia.accounts.tests.test_second_factor import START

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "neun-alte-Kraniche"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def printed(user) -> list[str]:
    page = sign_in(Client(), user).post(reverse("accounts:printed_codes")).content.decode()
    return re.findall(r"<code>([\d ]+)</code>", page)


def enter(user, code, client=None):
    client = client or Client()
    client.post(reverse("accounts:lost_phone"), {"phone": user.phone, "code": code})
    return client


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_a_worker_prints_ten_codes_each_of_sixteen_digits():
    codes = printed(UserFactory())
    assert len(set(codes)) == 10
    assert {len(code.replace(" ", "")) for code in codes} == {16}


def test_each_code_opens_once():
    user = UserFactory()
    code = printed(user)[0]
    assert is_in(enter(user, code))
    assert not is_in(enter(user, code))
    assert not is_in(enter(user, "0" * 16))


def test_codes_made_anew_replace_the_old(clock):
    user = UserFactory()
    (old, *_), (new, *_rest) = printed(user), printed(user)
    assert not is_in(enter(user, old))
    clock.shift(60)
    assert is_in(enter(user, new))


def test_with_a_code_one_sets_a_full_password_and_another_number(last_code):
    user = UserFactory()
    client = enter(user, printed(user)[0])
    client.post(reverse("accounts:new_password"), {"password": NEW})
    answer = client.post(reverse("account_change_phone"), {"phone": "13800002222"})
    client.post(answer.url, {"code": last_code("+8613800002222")})
    user.refresh_from_db()
    assert (user.phone, user.password_from_code, user.check_password(NEW)) == ("+8613800002222", False, True)


def test_a_code_typed_in_any_way_is_right():
    user = UserFactory()
    code = printed(user)[0].replace(" ", "-")
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in code)
    assert is_in(enter(user, wide))


@pytest.mark.parametrize("kind", ["officer", "with an app", "closed", "unconfirmed"])
def test_a_code_alone_does_not_let_everybody_in(kind):
    user = UserFactory() if kind != "officer" else OfficerFactory()
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    if kind == "with an app":
        services.add_totp(user=user)
    elif kind == "closed":
        services.close_account(user=user, by=user, now=START)
    elif kind == "unconfirmed":
        user.phone_verified = False
        user.save(update_fields=["phone_verified"])
    assert not is_in(enter(user, code))


def test_a_stranger_learns_nothing_and_has_to_wait(clock):
    user = UserFactory(phone="13800001111")
    code = printed(user)[0]
    pages = [
        Client().post(reverse("accounts:lost_phone"), {"phone": phone, "code": "1" * 16}).content.decode()
        for phone in ("13800001111", "13800009999")
    ]
    even = [re.sub(r'value="[^"]*"', "", page) for page in pages]
    assert even[0] == even[1]
    assert not is_in(enter(user, code)), "the wait runs"
    clock.shift(2)
    assert is_in(enter(user, code))


def test_a_text_message_prints_no_codes():
    client = sign_in(Client(), UserFactory(), by_code=True)
    assert client.post(reverse("accounts:printed_codes")).status_code == 403


def test_no_password_is_asked_for_what_was_just_proved():
    client = Client()
    user = UserFactory()
    client.post(reverse("account_login"), {"login": user.phone, "password": PASSWORD})
    assert client.get(reverse("accounts:printed_codes")).status_code == 200


def test_the_page_asks_for_a_printed_code_and_not_for_one_by_text_message():
    page = Client().get(reverse("accounts:lost_phone")).content.decode()
    assert "您打印的一个恢复码" in page
    assert "验证码" not in page
