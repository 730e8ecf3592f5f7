"""Signing up and in, through the pages."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import FailedSignIns, User, phone_index
from zhijia.accounts.tests.factories import PASSWORD, OfficerFactory, UserFactory, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
START = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def try_password(client: Client, phone: str, password: str):
    return client.post(reverse("account_login"), {"login": phone, "password": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_worker_signs_up_with_nothing_but_a_number_and_a_password(client, last_code):
    answer = client.post(reverse("account_signup"), {"phone": "138 0000-1234", "password1": PASSWORD})
    assert answer.url == reverse("account_verify_phone")
    assert not signed_in(client)
    answer = client.post(answer.url, {"code": last_code("+8613800001234")})
    assert answer.status_code == 302
    assert signed_in(client)
    user = User.objects.get_by_phone("13800001234")
    assert user.phone_verified
    assert user.phone == "+8613800001234"
    assert b"13800001234" not in bytes(user.phone_sealed)


@pytest.mark.parametrize(
    "typed", ["138 0000 0001", "１３８００００ ０００１", "+86 138-0000-0001", "0086 13800000001"]
)
def test_a_number_with_spaces_or_full_width_digits_signs_in(client, typed):
    UserFactory(phone="13800000001")
    assert try_password(client, typed, PASSWORD).status_code == 302
    assert signed_in(client)


def test_a_full_width_number_gets_a_code_and_a_spaced_full_width_code_signs_in(client, last_code):
    UserFactory(phone="13800000001")
    answer = client.post(reverse("account_request_login_code"), {"phone": "１３８　０００００００１"})
    assert answer.url == reverse("account_confirm_login_code")
    code = last_code("+8613800000001")
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    client.post(answer.url, {"code": f" {wide[:3]} {wide[3:]} "})
    assert signed_in(client)


def test_what_is_no_number_is_refused_in_plain_words_and_kept(client):
    answer = try_password(client, "12345", PASSWORD)
    page = answer.content.decode()
    assert "12345" in page
    assert "13800000000" in page  # the example in the advice


def test_a_wrong_code_signs_nobody_in(client, last_code):
    UserFactory(phone="13800000001")
    answer = client.post(reverse("account_request_login_code"), {"phone": "13800000001"})
    wrong = f"{(int(last_code('+8613800000001')) + 1) % 10**6:06d}"
    client.post(answer.url, {"code": wrong})
    assert not signed_in(client)


def test_a_code_is_dead_after_five_minutes(client, clock, last_code):
    UserFactory(phone="13800000001")
    answer = client.post(reverse("account_request_login_code"), {"phone": "13800000001"})
    clock.shift(301)
    client.post(answer.url, {"code": last_code("+8613800000001")})
    assert not signed_in(client)


# Nobody learns whether somebody has an account --------------------------------------------------


def test_a_stranger_cannot_tell_whether_a_number_has_an_account():
    UserFactory(phone="13800000001")
    pages = {}
    for phone in ("13800000001", "13800000002"):
        one, other, third = Client(), Client(), Client()
        code = one.post(reverse("account_request_login_code"), {"phone": phone}, follow=True)
        signup = other.post(reverse("account_signup"), {"phone": phone, "password1": PASSWORD}, follow=True)
        password = try_password(third, phone, "wrong-password")
        pages[phone] = [comparable(page) for page in (code, signup, password)]
    assert pages["13800000001"] == pages["13800000002"]


def comparable(answer) -> tuple[object, ...]:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    text = re.sub(r"138\*{4}000\d|1380000000\d", "NUMBER", text)
    return answer.status_code, answer.redirect_chain if hasattr(answer, "redirect_chain") else None, text


def test_whoever_opened_an_account_with_a_strangers_number_loses_it_to_its_holder(client, last_code):
    thief = Client()
    thief.post(reverse("account_signup"), {"phone": "13800000001", "password1": "the-thiefs-password"})
    answer = client.post(reverse("account_request_login_code"), {"phone": "13800000001"})
    client.post(answer.url, {"code": last_code("+8613800000001")})
    assert signed_in(client)
    assert not User.objects.get().has_usable_password()
    assert not signed_in(thief)


# Slow-down ----------------------------------------------------------------------------------------


def test_the_wait_doubles_up_to_thirty_seconds_and_the_right_password_after_it_works(client, clock):
    UserFactory(phone="13800000001")
    for wait in (1, 2, 4, 8, 16, 30, 30, 30):
        page = try_password(client, "138 0000 0001", "wrong").content.decode()
        assert f"{wait} " in re.search(r"again in (\d+ )|请在 ?(\d+ )|(\d+ )秒", page)[0]
        assert 'value="138 0000 0001"' in page
        clock.shift(wait - 0.5)
        assert not signed_in(client)
        try_password(client, "13800000001", PASSWORD)
        assert not signed_in(client), "even the right password waits"
        clock.shift(0.5)
    try_password(client, "13800000001", PASSWORD)
    assert signed_in(client)


def test_tries_during_the_wait_do_not_make_it_longer(client, clock):
    UserFactory(phone="13800000001")
    for _ in range(3):
        try_password(client, "13800000001", "wrong")
        clock.shift(4)
    try_password(client, "13800000001", "wrong")  # the fourth: eight seconds
    for _ in range(50):
        try_password(client, "13800000001", "wrong")
    clock.shift(8)
    try_password(client, "13800000001", PASSWORD)
    assert signed_in(client)


def test_an_attacker_elsewhere_cannot_slow_a_known_device(client, clock):
    UserFactory(phone="13800000001")
    try_password(client, "13800000001", PASSWORD)
    client.post(reverse("account_logout"))
    attacker = Client()
    for _ in range(10):
        try_password(attacker, "13800000001", "wrong")
        clock.shift(30)
    try_password(attacker, "13800000001", "wrong")
    try_password(client, "13800000001", PASSWORD)
    assert signed_in(client)


def test_a_forged_device_cookie_is_a_stranger(client, clock):
    UserFactory(phone="13800000001")
    client.cookies["device"] = "eyJuIjoieCIsInAiOltdfQ:forged:signature"
    try_password(client, "13800000001", "wrong")
    other = Client()
    try_password(other, "13800000001", PASSWORD)
    assert not signed_in(other), "both are strangers and share one count"


def test_a_one_time_code_works_while_the_password_waits(client, clock, last_code):
    UserFactory(phone="13800000001")
    for _ in range(6):
        try_password(client, "13800000001", "wrong")
        clock.shift(30)
    try_password(client, "13800000001", "wrong")
    answer = client.post(reverse("account_request_login_code"), {"phone": "13800000001"})
    client.post(answer.url, {"code": last_code("+8613800000001")})
    assert signed_in(client)


def test_counts_of_a_day_ago_start_again_at_one(client, clock):
    UserFactory(phone="13800000001")
    for _ in range(6):
        try_password(client, "13800000001", "wrong")
        clock.shift(30)
    clock.shift(dt.timedelta(hours=25))
    try_password(client, "13800000001", "wrong")
    assert FailedSignIns.objects.get().failures == 1


# Sessions -----------------------------------------------------------------------------------------


def test_ended_sessions_are_dead_at_the_next_request(client):
    UserFactory(phone="13800000001")
    other = Client(HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) Chrome/130")
    try_password(client, "13800000001", PASSWORD)
    try_password(other, "13800000001", PASSWORD)
    page = client.get(reverse("accounts:sessions")).content.decode()
    assert "Chrome, Android" in page
    assert other.get(reverse("accounts:profile")).status_code == 200
    client.post(reverse("accounts:end_other_sessions"))
    assert other.get(reverse("accounts:profile")).status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_one_session_ends_at_once_and_the_others_go_on(client):
    UserFactory(phone="13800000001")
    other = Client()
    try_password(other, "13800000001", PASSWORD)
    theirs = UserSession.objects.get()
    try_password(client, "13800000001", PASSWORD)
    client.post(reverse("accounts:end_session", args=[theirs.pk]))
    assert other.get(reverse("accounts:profile")).status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_nobody_ends_another_persons_session(client):
    UserFactory(phone="13800000001")
    other = Client()
    UserFactory(phone="13800000002")
    try_password(client, "13800000001", PASSWORD)
    try_password(other, "13800000002", PASSWORD)
    theirs = UserSession.objects.get(user__phone_index=phone_index("+8613800000002"))
    client.post(reverse("accounts:end_session", args=[theirs.pk]))
    assert other.get(reverse("accounts:profile")).status_code == 200


def test_a_closed_account_is_out_at_once(client, now):
    from zhijia.accounts import services
    from zhijia.core.actors import SYSTEM

    user = sign_in(client, UserFactory()) and User.objects.get()
    services.close_account(user=user, by=SYSTEM, now=now)
    assert client.get(reverse("accounts:profile")).status_code == 302
    services.reopen_account(user=user, by=SYSTEM, now=now)
    assert client.get(reverse("accounts:profile")).status_code == 302, "the old session stays dead"


def test_the_session_row_holds_no_number_in_the_clear(client):
    import base64

    from django.contrib.sessions.models import Session

    client.post(reverse("account_signup"), {"phone": "13800001234", "password1": PASSWORD})
    data = Session.objects.get().session_data.split(":")[0].lstrip(".")
    raw = base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
    assert b"13800001234" not in raw
    assert client.session.keys(), "and yet it opens"


# A new password ------------------------------------------------------------------------------------


def test_whoever_came_by_code_sets_a_new_password_and_other_sessions_end(client, clock, last_code):
    UserFactory(phone="13800000001")
    other = Client()
    try_password(other, "13800000001", PASSWORD)
    answer = client.post(reverse("account_request_login_code"), {"phone": "13800000001"})
    client.post(answer.url, {"code": last_code("+8613800000001")})
    client.post(reverse("accounts:new_password"), {"password": "neun-alte-Kraniche"})
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert other.get(reverse("accounts:profile")).status_code == 302
    assert User.objects.get().check_password("neun-alte-Kraniche")


def test_ten_minutes_after_the_code_the_old_password_is_needed_again(client, clock, last_code):
    UserFactory(phone="13800000001")
    answer = client.post(reverse("account_request_login_code"), {"phone": "13800000001"})
    client.post(answer.url, {"code": last_code("+8613800000001")})
    clock.shift(601)
    answer = client.post(reverse("accounts:new_password"), {"password": "neun-alte-Kraniche"})
    assert answer.status_code == 403
    assert User.objects.get().check_password(PASSWORD)


def test_an_officer_is_not_found_by_the_worker_pages_alone(client):
    sign_in(client, OfficerFactory(), second_factor=False)
    assert client.get("/").url.startswith(reverse("accounts:second_factor"))
