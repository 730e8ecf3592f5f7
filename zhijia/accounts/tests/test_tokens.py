"""Tokens, the API's doors, rate limits and the commands."""

import datetime as dt
import io
import re
import sys
import types
from importlib import import_module
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import path, reverse
from ninja import NinjaAPI

from zhijia.accounts import rate_limit, services
from zhijia.accounts.auth import requires
from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.tests.factories import PASSWORD, OfficerFactory, UserFactory, sign_in
from zhijia.accounts.tokens import hash_of
from zhijia.core.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
START = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)


def api_urls():
    """A small API with the refusals of the real one."""
    real = import_module(settings.ROOT_URLCONF).api
    api = NinjaAPI(urls_namespace="token-test")
    api._exception_handlers = real._exception_handlers

    @api.get("/who", auth=requires("appeals:read"))
    def who(request: HttpRequest):
        return {"user": request.user.pk}

    @api.post("/do", auth=requires("appeals:work"))
    def do(request: HttpRequest):
        return {"user": request.user.pk}

    return api.urls


@pytest.fixture(scope="module")
def _api_module():
    urls = import_module(settings.ROOT_URLCONF)
    module = types.ModuleType("token_test_urls")
    module.urlpatterns = [path("api/test/", api_urls()), *urls.urlpatterns]
    sys.modules["token_test_urls"] = module
    yield
    del sys.modules["token_test_urls"]


@pytest.fixture(autouse=True)
def clock(_api_module, settings):
    settings.ROOT_URLCONF = "token_test_urls"
    rate_limit.forget_shares()
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def made(user: User, *scopes: str, days: int = 30) -> str:
    return services.create_token(user=user, name="test", scopes=scopes, days=days, by=SYSTEM, now=START)[1]


def ask(secret: str, path: str = "/api/test/who", method: str = "get"):
    return getattr(Client(), method)(path, HTTP_AUTHORIZATION=f"Bearer {secret}")


def test_a_token_acts_for_its_owner(now):
    user = UserFactory()
    answer = ask(made(user, "appeals:read"))
    assert (answer.status_code, answer.json()) == (200, {"user": user.pk})


def test_a_token_without_the_scope_is_refused_by_name():
    answer = ask(made(UserFactory(), "appeals:read"), "/api/test/do", "post")
    assert answer.status_code == 403
    assert answer.json()["code"] == "scope-missing"
    assert "appeals:work" in answer.json()["title"]


@pytest.mark.parametrize("secret", ["", "zj_", "zj_" + "A" * 43, "Bearer", "zj_\x00"])
def test_an_invented_token_opens_nothing(secret):
    made(UserFactory(), "appeals:read")
    assert ask(secret).status_code == 401


def test_a_token_ends_at_its_hour(clock):
    secret = made(UserFactory(), "appeals:read", days=1)
    clock.shift(24 * 3600 - 1)
    assert ask(secret).status_code == 200
    clock.shift(1)
    assert ask(secret).status_code == 401


def test_a_revoked_token_and_a_closed_accounts_token_open_nothing():
    user = UserFactory()
    one, other = made(user, "appeals:read"), made(user, "appeals:read")
    services.revoke_token(token_id=ApiToken.objects.get(hash=hash_of(one)).pk, by=user, user=user, now=START)
    assert (ask(one).status_code, ask(other).status_code) == (401, 200)
    services.close_account(user=user, by=SYSTEM, now=START)
    assert ask(other).status_code == 401


def test_the_database_holds_no_token():
    secret = made(UserFactory(), "appeals:read")
    row = ApiToken.objects.values().get()
    assert secret not in str(row)
    assert len(secret) == 3 + 43, "256 bits"


def test_use_is_noted_by_day(clock):
    secret = made(UserFactory(), "appeals:read")
    ask(secret)
    assert ApiToken.objects.get().last_used_on == dt.date(2026, 3, 2)


def test_our_own_pages_may_call_with_their_session_but_only_with_the_csrf_token():
    client = Client(enforce_csrf_checks=True)
    user = sign_in(client, OfficerFactory()) and User.objects.get()
    assert client.get("/api/test/who").json() == {"user": user.pk}
    assert client.post("/api/test/do").status_code == 403
    client.get("/me/")
    token = client.cookies["csrftoken"].value
    assert client.post("/api/test/do", HTTP_X_CSRFTOKEN=token).json() == {"user": user.pk}


def test_an_officers_session_without_second_factor_opens_no_api():
    client = sign_in(Client(), OfficerFactory(), second_factor=False)
    assert client.get("/api/test/who").json()["code"] == "second-factor-missing"


def test_a_stranger_gets_401():
    assert Client().get("/api/test/who").status_code == 401
    assert Client().post("/api/test/do").status_code == 401


# Limits ------------------------------------------------------------------------------------------------


def test_an_account_past_its_limit_waits_until_the_next_minute(settings, clock):
    settings.ZHIJIA_API_PER_MINUTE = 5
    user, neighbour = UserFactory(), UserFactory()
    secret, same_account, other = (made(u, "appeals:read") for u in (user, user, neighbour))
    assert [ask(secret).status_code for _ in range(3)] + [
        ask(same_account).status_code for _ in range(2)
    ] == [200] * 5
    clock.shift(20)
    answer = ask(same_account)
    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"]) == (
        429,
        "40",
        "application/problem+json",
    )
    assert ask(other).status_code == 200, "the neighbour at the same address is not hindered"
    clock.shift(40)
    assert ask(secret).status_code == 200


def test_several_processes_share_one_limit():
    def take() -> int:
        return rate_limit.take(purpose="t", account="a", limit=100, period=60, now=START)

    taken = 0
    for _process in range(50):
        rate_limit.forget_shares()  # another process begins
        taken += sum(take() == 0 for _ in range(2))
    rate_limit.forget_shares()
    while take() == 0:
        taken += 1
    assert taken <= 100
    assert taken >= 50


# Pages and commands ---------------------------------------------------------------------------------


def test_the_page_shows_a_new_token_once_and_it_works(client):

    user = UserFactory()
    sign_in(client, user)
    form = {"name": "mini program", "scopes": ["appeals:read"], "days": 30}
    secret = re.search(r"data-token>([^<]+)<", client.post("/me/tokens/", form).content.decode())[1]
    assert ask(secret).json() == {"user": user.pk}
    assert secret not in client.get("/me/tokens/").content.decode()
    client.post(reverse("accounts:revoke_token", args=[ApiToken.objects.get().pk]))
    assert ask(secret).status_code == 401


def test_nobody_revokes_another_persons_token(client):
    secret = made(UserFactory(), "appeals:read")
    sign_in(client, UserFactory())
    assert client.post(reverse("accounts:revoke_token", args=[ApiToken.objects.get().pk])).status_code == 404
    assert ask(secret).status_code == 200


def test_the_command_makes_lists_and_revokes_tokens():
    user = UserFactory(phone="13800000001")
    out = StringIO()
    call_command("token", "create", "--user", "138 0000 0001", "--scope", "appeals:read", "--days", "2",
                 stdout=out, stderr=StringIO())  # fmt: skip
    secret = out.getvalue().strip()
    assert ask(secret).json() == {"user": user.pk}
    out = StringIO()
    call_command("token", "list", "--user", "13800000001", stdout=out)
    assert "appeals:read" in out.getvalue()
    assert secret not in out.getvalue()
    call_command("token", "revoke", str(ApiToken.objects.get().pk), stdout=StringIO())
    assert ask(secret).status_code == 401


@pytest.mark.parametrize(
    "arguments",
    [
        ("token", "create", "--user", "13800000009", "--scope", "appeals:read"),
        ("token", "create", "--user", "not a number", "--scope", "appeals:read"),
        ("token", "create", "--user", "13800000001", "--scope", "appeals:read", "--days", "0"),
        ("token", "revoke", "999999"),
        ("user", "close", "13800000009"),
        ("user", "create", "13800000001", "--no-password"),
        ("user", "code", "13800000001"),
    ],
)
def test_a_command_that_does_nothing_says_why_and_exits_with_2(arguments, settings):
    settings.DEVELOPMENT = True
    UserFactory(phone="13800000001")
    with pytest.raises(CommandError) as left:
        call_command(*arguments, stdout=StringIO())
    assert left.value.returncode == 2
    assert len(str(left.value)) > 10
    assert (User.objects.count(), ApiToken.objects.count()) == (1, 0)


def test_the_command_makes_an_account_that_signs_in(client, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    call_command("user", "create", "１３８ 0000 0005", "--name", "Li", "--tenant", "13", "--password-stdin",
                 stdout=StringIO())  # fmt: skip
    user = User.objects.get_by_phone("13800000005")
    assert (user.name, user.tenant) == ("Li", 13)
    client.post(reverse("account_login"), {"login": "13800000005", "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_a_weak_password_is_refused_by_the_command(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("12345678\n"))
    with pytest.raises(CommandError):
        call_command("user", "create", "13800000005", "--password-stdin", stdout=StringIO())
    assert User.objects.count() == 0


def test_the_network_address_is_kept_nowhere_in_the_clear():
    from allauth.usersessions.models import UserSession

    from zhijia.accounts.adapters import AccountAdapter

    UserFactory(phone="13800000001")
    Client(REMOTE_ADDR="203.0.113.9").post(
        reverse("account_login"), {"login": "13800000001", "password": PASSWORD}
    )
    assert UserSession.objects.get().ip.startswith("fd")
    one, other = (RequestFactory().get("/", REMOTE_ADDR=a) for a in ("203.0.113.9", "203.0.113.10"))
    adapter = AccountAdapter()
    assert adapter.get_client_ip(one) == UserSession.objects.get().ip != adapter.get_client_ip(other)


def test_the_profile_keeps_what_was_typed_and_saves_what_is_right(client):
    user = UserFactory()
    sign_in(client, user)
    bad = {"name": "Wang", "email": "not an address", "language": "en"}
    answer = client.post("/me/", bad)
    assert answer.status_code == 422
    assert 'value="not an address"' in answer.content.decode()
    client.post("/me/", bad | {"email": "w@home.example"})
    user.refresh_from_db()
    assert (user.name, user.email, user.notice_by_email, user.notice_by_sms, user.language) == (
        "Wang", "w@home.example", False, False, "en",
    )  # fmt: skip


def test_the_old_address_of_personal_data_leads_to_the_new_one(client):
    sign_in(client, UserFactory())
    assert client.get("/me/data/")["Location"] == "/privacy/me/"
