"""How surely we know who sits there: the ladder of proofs, and asking again without losing what was typed."""

import datetime as dt
import re
import sys
import types
from html import unescape
from importlib import import_module

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse
from ninja import NinjaAPI

from zhijia.accounts import rate_limit, services
from zhijia.accounts.auth import fresh_proof, requires, session_proof
from zhijia.accounts.http import needs_fresh_proof
from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.sign_in_urls import SIGNING_IN
from zhijia.accounts.tests.factories import PASSWORD, OfficerFactory, UserFactory, sign_in
from zhijia.accounts.tests.test_second_factor import SECRET, START, code_at
from zhijia.core.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "neun-alte-Kraniche"
DONE: list[dict[str, list[str]]] = []


@needs_fresh_proof()
def approve(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        DONE.append({name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"})
    return HttpResponse("approved")


def proof(request: HttpRequest) -> HttpResponse:
    return HttpResponse(session_proof(request).name)


def inside(request: HttpRequest) -> HttpResponse:
    fresh_proof(request, minutes=2)
    return HttpResponse("opened")


def api_urls():
    real = import_module("zhijia.config.urls").api
    api = NinjaAPI(urls_namespace="proof-test")
    api._exception_handlers = real._exception_handlers

    @api.post("/open", auth=requires("appeals:work"))
    def open_it(request: HttpRequest):
        fresh_proof(request)
        return {"opened": True}

    return api.urls


@pytest.fixture(scope="module")
def _pages():
    module = types.ModuleType("proof_test_urls")
    module.urlpatterns = [
        path("approve/", approve), path("proof/", proof), path("inside/", inside),
        path("api/proof/", api_urls()), *import_module("zhijia.config.urls").urlpatterns,
    ]  # fmt: skip
    sys.modules["proof_test_urls"] = module
    yield
    del sys.modules["proof_test_urls"]


@pytest.fixture(autouse=True)
def clock(_pages, settings):
    settings.ROOT_URLCONF = "proof_test_urls"
    rate_limit.forget_shares()
    DONE.clear()
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def officer() -> User:
    found = OfficerFactory()
    services.add_totp(user=found, secret=SECRET)
    return found


def code(clock) -> str:
    clock.shift(30)  # the code of one half minute opens once
    return code_at(SECRET, dt.datetime.now(dt.UTC))


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of the first form that carries an answer, as a browser would send them."""
    form = next(form for form in page.split("<form")[1:] if "proof-for" in form).split("</form>")[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(unescape(value))
    return found


def by_code(client: Client, user: User, last_code) -> None:
    answer = client.post(reverse("account_request_login_code"), {"phone": user.phone})
    client.post(answer.url, {"code": last_code(user.phone)})
    assert "_auth_user_id" in client.session


def known(client: Client) -> str:
    return client.get("/proof/").content.decode()


# The ladder ---------------------------------------------------------------------------------------


def test_each_way_in_is_worth_what_it_proves(client, officer, clock, last_code):
    worker = UserFactory()
    assert known(Client()) == "NONE"
    client.post(reverse("account_login"), {"login": worker.phone, "password": PASSWORD})
    assert known(client) == "PASSWORD"
    other = Client()
    by_code(other, worker, last_code)
    assert known(other) == "SMS"
    third = Client()
    answer = third.post(reverse("account_login"), {"login": officer.phone, "password": PASSWORD})
    third.post(answer.url, {"code": code(clock)})
    assert known(third) == "SECOND_FACTOR"


def test_a_password_set_with_a_text_message_opens_no_more_than_one(client, clock, last_code):
    worker = UserFactory()
    by_code(client, worker, last_code)
    client.post(reverse("accounts:new_password"), {"password": NEW})
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": worker.phone, "password": NEW})
    assert known(fresh) == "SMS"
    assert fresh.post("/approve/", {}).status_code == 403
    assert DONE == []


def test_a_changed_password_stays_as_weak_as_the_old_one(client, last_code):
    worker = UserFactory()
    by_code(client, worker, last_code)
    client.post(reverse("accounts:new_password"), {"password": NEW})
    client.post(reverse("account_change_password"), {"oldpassword": NEW, "password1": PASSWORD})
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": worker.phone, "password": PASSWORD})
    assert known(fresh) == "SMS"


def test_an_officer_who_forgot_his_password_but_has_his_app_is_not_weakened(officer, clock, last_code):
    client = Client()
    answer = client.post(reverse("account_request_login_code"), {"phone": officer.phone})
    answer = client.post(answer.url, {"code": last_code(officer.phone)})
    client.post(answer.url, {"code": code(clock)})
    client.post(reverse("accounts:new_password"), {"password": NEW})
    officer.refresh_from_db()
    assert (officer.check_password(NEW), officer.password_from_code) == (True, False)


@pytest.mark.parametrize("address", ["mfa_activate_totp", "mfa_add_webauthn", "account_change_phone"])
def test_a_text_message_alone_adds_no_second_factor_and_moves_no_number(client, last_code, address):
    worker = UserFactory()
    by_code(client, worker, last_code)
    assert client.get(reverse(address)).status_code == 403
    client.post(reverse("accounts:new_password"), {"password": NEW})
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": worker.phone, "password": NEW})
    answer = fresh.get(reverse(address))
    assert answer.status_code == 403
    assert 'name="proof-password"' not in answer.content.decode(), "the weak password is not even asked for"
    told = {"proof-for": "GET", "proof-password": NEW}
    assert fresh.post(reverse(address), told).status_code == 403


def test_every_page_on_which_second_factors_come_and_go_asks_again(client, officer, clock):
    sign_in(client, officer)
    clock.shift(601)
    missed = []
    for name in _names(get_resolver()):
        if name.startswith("mfa_") and name not in (*SIGNING_IN, "mfa_index"):
            address = reverse(
                name, kwargs={"pk": 1} if name in ("mfa_remove_webauthn", "mfa_edit_webauthn") else None
            )
            missed += [] if "proof-for" in client.get(address).content.decode() else [name]
    assert missed == []


def _names(resolver: URLResolver):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.name or ""
        else:
            yield from _names(entry)


# Asking again -------------------------------------------------------------------------------------


def test_within_ten_minutes_nobody_is_asked(client, officer, clock):
    sign_in(client, officer)
    clock.shift(600)
    assert client.post("/approve/", {"reason": "x"}).content == b"approved"
    clock.shift(1)
    assert client.post("/approve/", {"reason": "x"}).status_code == 403
    assert len(DONE) == 1


def test_what_was_typed_comes_back_and_goes_on_with_the_answer(client, officer, clock):
    sign_in(client, officer)
    clock.shift(601)
    typed = {"reason": 'she said: "call me" <b>&amp;', "rows": ["3", "5"], "empty": ""}
    page = client.post("/approve/?tab=mine", typed).content.decode()
    assert DONE == []
    fields = hidden(page)
    assert fields["reason"] == [typed["reason"]]
    assert fields["rows"] == ["3", "5"]
    answer = client.post("/approve/?tab=mine", fields | {"proof-code": code(clock)})
    assert answer.content == b"approved"
    assert [{**DONE[0], "reason": DONE[0]["reason"]}] == [
        {"reason": [typed["reason"]], "rows": ["3", "5"], "empty": [""]}
    ]


def test_a_wrong_answer_loses_nothing_and_goes_nowhere(client, officer, clock):
    sign_in(client, officer)
    clock.shift(601)
    fields = hidden(client.post("/approve/", {"reason": "because"}).content.decode())
    wrong = f"{(int(code(clock)) + 1) % 10**6:06d}"
    answer = client.post("/approve/", fields | {"proof-code": wrong})
    assert answer.status_code == 403
    assert hidden(answer.content.decode())["reason"] == ["because"]
    assert DONE == []
    clock.shift(5)
    client.post("/approve/", hidden(answer.content.decode()) | {"proof-code": code(clock)})
    assert DONE == [{"reason": ["because"]}]


def test_a_page_opened_too_late_opens_after_the_answer(client, officer, clock):
    sign_in(client, officer)
    clock.shift(601)
    page = client.get("/approve/?tab=mine").content.decode()
    answer = client.post("/approve/?tab=mine", hidden(page) | {"proof-code": code(clock)})
    assert answer.url == "/approve/?tab=mine"
    assert client.get(answer.url).content == b"approved"
    assert DONE == []


def test_the_password_is_no_answer_of_somebody_with_a_second_factor(client, officer, clock):
    sign_in(client, officer)
    clock.shift(601)
    answer = client.post("/approve/", {"proof-for": "POST", "proof-password": PASSWORD})
    assert answer.status_code == 403
    assert DONE == []


def test_a_worker_without_a_second_factor_types_the_password(client, clock):
    sign_in(client, UserFactory())
    clock.shift(601)
    fields = hidden(client.post("/approve/", {"reason": "mine"}).content.decode())
    client.post("/approve/", fields | {"proof-password": PASSWORD})
    assert DONE == [{"reason": ["mine"]}]


def test_a_printed_code_answers_once(client, clock):
    worker = UserFactory()
    printed = RecoveryCodes.activate(worker).get_unused_codes()[0]
    sign_in(client, worker)
    clock.shift(601)
    told = {"proof-for": "POST", "proof-code": printed}
    assert client.post("/approve/", told).content == b"approved"
    clock.shift(601)
    assert client.post("/approve/", told).status_code == 403


def test_a_printed_code_alone_makes_nobody_an_officer(client, clock):
    officer = OfficerFactory()
    printed = RecoveryCodes.activate(officer).get_unused_codes()
    sign_in(client, officer, second_factor=False)
    client.post(reverse("mfa_reauthenticate"), {"code": printed[0], "next": "/messages/"})
    assert client.get("/messages/").status_code == 302
    assert client.post("/approve/", {"proof-for": "POST", "proof-code": printed[1]}).status_code != 200
    assert DONE == []


def test_a_view_may_ask_in_its_middle_and_for_less_time(client, officer, clock):
    sign_in(client, officer)
    clock.shift(119)
    assert client.get("/inside/").content == b"opened"
    clock.shift(2)
    assert "proof-for" in client.get("/inside/").content.decode()


def test_a_stranger_signs_in_first(client):
    assert client.get("/approve/").url.startswith(reverse("account_login"))


def test_another_site_cannot_answer_for_the_officer(officer, clock):
    client = sign_in(Client(enforce_csrf_checks=True), officer)
    clock.shift(601)
    answer = client.post("/approve/", {"proof-for": "POST", "proof-code": code(clock)})
    assert answer.status_code == 403
    assert "proof-for" not in answer.content.decode()
    assert DONE == []


def test_nothing_typed_is_kept_on_the_server_meanwhile(client, officer, clock):
    sign_in(client, officer)
    clock.shift(601)
    client.post("/approve/", {"reason": "canary-in-the-form"})
    assert "canary-in-the-form" not in str(dict(client.session))


# Programs -----------------------------------------------------------------------------------------


def made(user: User) -> str:
    return services.create_token(user=user, name="t", scopes=["appeals:work"], days=1, by=SYSTEM, now=START)[
        1
    ]


def test_a_token_never_proves_who_sits_there(officer):
    answer = Client().post("/api/proof/open", HTTP_AUTHORIZATION=f"Bearer {made(officer)}")
    assert (answer.status_code, answer.json()["code"]) == (403, "fresh-proof-missing")


def test_a_token_borrows_no_proof_from_a_session(client, officer):
    sign_in(client, officer)
    answer = client.post("/api/proof/open", HTTP_AUTHORIZATION=f"Bearer {made(officer)}")
    assert answer.json()["code"] == "fresh-proof-missing"


def test_our_pages_call_within_the_ten_minutes_only(client, officer, clock):
    sign_in(client, officer)
    assert client.post("/api/proof/open").json() == {"opened": True}
    clock.shift(601)
    assert client.post("/api/proof/open").json()["code"] == "fresh-proof-missing"


def test_an_officer_makes_tokens_only_with_the_second_factor(client, clock):
    officer = OfficerFactory()
    form = {"name": "mine", "scopes": ["appeals:work"], "days": 30}
    sign_in(client, officer, second_factor=False)
    assert client.post("/me/tokens/", form).status_code == 403
    sign_in(client, officer)
    clock.shift(601)
    assert client.post("/me/tokens/", form).status_code == 403
    assert ApiToken.objects.count() == 0
    sign_in(client, officer)
    assert client.post("/me/tokens/", form).status_code == 200
    assert ApiToken.objects.count() == 1
