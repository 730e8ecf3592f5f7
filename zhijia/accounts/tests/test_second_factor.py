"""Officers act only with a second factor; real authenticator codes."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from zhijia.accounts import second_factor, services
from zhijia.accounts.models import User
from zhijia.accounts.tests.factories import PASSWORD, OfficerFactory, UserFactory, sign_in
from zhijia.core.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
START = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

OWN_PAGES = [
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_list_webauthn",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "account_change_phone",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "accounts:profile",
    "accounts:sessions",
    "accounts:tokens",
    "accounts:second_factor",
]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def code_at(secret: str, moment: dt.datetime) -> str:
    """The code as the published standard makes it (RFC 6238), independent of the library."""
    import base64
    import hashlib
    import hmac
    import struct

    counter = struct.pack(">Q", int(moment.timestamp()) // 30)
    mac = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    number = struct.unpack(">I", mac[mac[-1] & 15 :][:4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def password(client: Client, user: User):
    return client.post(reverse("account_login"), {"login": user.phone, "password": PASSWORD})


@pytest.fixture
def officer() -> User:
    found = OfficerFactory(phone="13900000001")
    services.add_totp(user=found, secret=SECRET)
    return found


def test_the_officer_without_a_second_factor_is_led_to_one_everywhere(client):
    password(client, OfficerFactory())
    for path in ("/", "/messages/", "/desk/"):
        assert client.get(path).url == f"/me/second-factor/?next={path.replace('/', '%2F')}"
    page = client.get("/me/second-factor/?next=/desk/").content.decode()
    assert reverse("mfa_activate_totp") in page
    assert reverse("mfa_add_webauthn") in page


def test_an_officer_sets_up_an_authenticator_app_and_then_gets_in(client, clock):
    user = OfficerFactory()
    password(client, user)
    clock.shift(601)
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer.status_code == 403
    client.post(reverse("mfa_activate_totp"), {"proof-for": "GET", "proof-password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"data-totp-secret>([A-Z2-7]+)<", page)[1]
    now = START + dt.timedelta(seconds=601)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_at(secret, now)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    codes = (
        re.search(r"data-recovery-codes>([^<]+)<", client.get(answer.url).content.decode())[1]
        .strip()
        .split("\n")
    )
    assert len(codes) == 10
    assert client.get("/messages/").status_code == 200
    row = Authenticator.objects.get(user=user, type="totp")
    assert secret not in str(row.data), "sealed in the database"


def test_signing_in_asks_for_the_code_and_the_code_opens_officer_pages(client, officer):
    answer = password(client, officer)
    assert answer.url == reverse("mfa_authenticate")
    assert client.get("/messages/").status_code == 302
    right = code_at(SECRET, START)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in right)
    client.post(answer.url, {"code": f"{wide[:3]} {wide[3:]}"})
    assert client.get("/messages/").status_code == 200


def test_a_code_opens_once_only(officer):
    for expected in (200, 302):
        client = Client()
        client.post(password(client, officer).url, {"code": code_at(SECRET, START)})
        assert client.get("/messages/").status_code == expected


def test_guessing_codes_is_slowed_like_guessing_passwords(client, clock, officer):
    url = password(client, officer).url
    wrong = f"{(int(code_at(SECRET, START)) + 1) % 10**6:06d}"
    for wait in (1, 2, 4, 8, 16, 30, 30):
        client.post(url, {"code": wrong})
        client.post(url, {"code": code_at(SECRET, START + dt.timedelta(seconds=61))})
        assert "_auth_user_id" not in client.session
        clock.shift(wait)
    moment = dt.datetime.now(dt.UTC)
    client.post(url, {"code": code_at(SECRET, moment)})
    assert "_auth_user_id" in client.session


def test_a_recovery_code_opens_once(client, officer):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(officer).get_unused_codes()[0]
    client.post(password(client, officer).url, {"code": code})
    assert client.get("/messages/").status_code == 200
    again = Client()
    again.post(password(again, officer).url, {"code": code})
    assert again.get("/messages/").status_code == 302


def test_a_one_time_code_by_telephone_does_not_replace_the_second_factor(client, officer, last_code):
    answer = client.post(reverse("account_request_login_code"), {"phone": officer.phone})
    answer = client.post(answer.url, {"code": last_code(officer.phone)})
    assert answer.url == reverse("mfa_authenticate")
    assert client.get("/messages/").status_code == 302


def test_a_worker_needs_no_second_factor_but_may_have_one(client):
    sign_in(client, UserFactory())
    assert client.get("/messages/").status_code == 200
    assert client.get("/me/second-factor/").status_code == 200


def test_whoever_becomes_an_officer_is_led_there_at_the_next_click(client):
    worker = UserFactory()
    sign_in(client, worker)
    assert client.get("/messages/").status_code == 200
    worker.is_officer = True
    worker.save(update_fields=["is_officer"])
    assert client.get("/messages/").url.startswith("/me/second-factor/")


def test_the_page_says_that_passkeys_need_a_name(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.DEVELOPMENT = True
    sign_in(client, OfficerFactory(), second_factor=False)
    page = client.get("/me/second-factor/", HTTP_HOST="127.0.0.1:8000", SERVER_PORT="8000").content.decode()
    assert "http://localhost:8000/me/second-factor/" in page
    page = client.get("/me/second-factor/", HTTP_HOST="localhost:8000").content.decode()
    assert "http://localhost" not in page


def test_the_sign_in_pages_hold_no_inline_script_or_style(client, officer):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    RecoveryCodes.activate(officer)
    password(client, officer)
    pages = [reverse("mfa_authenticate")]
    strangers = [reverse(n) for n in ("account_login", "account_signup", "account_request_login_code")]
    texts = [client.get(p).content.decode() for p in pages]
    texts += [Client().get(p).content.decode() for p in strangers]
    sign_in(client, officer)
    for name in OWN_PAGES:
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        texts.append(answer.content.decode())
    for text in texts:
        for script in re.findall(r"<script[^>]*>", text):
            assert " src=" in script or 'type="application/json"' in script
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", text)
        assert text.count("<h1") == 1


def test_end_of_all_sessions_reaches_every_device(officer, now):
    clients = [sign_in(Client(), officer) for _ in range(3)]
    services.end_all_sessions(user=officer, by=SYSTEM, now=now)
    for client in clients:
        assert client.get("/me/").status_code == 302


def test_has_second_factor_counts_no_recovery_codes():
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    user = OfficerFactory()
    RecoveryCodes.activate(user)
    assert not second_factor.has_second_factor(user)
