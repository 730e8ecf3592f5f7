"""How long sessions live, and how fast a withdrawn right is gone: sessions, tokens, running downloads."""

import datetime as dt
import sys
import time
import types
from importlib import import_module

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse

from zhijia.accounts import rate_limit, services, session_life
from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.tests.factories import PASSWORD, OfficerFactory, UserFactory, sign_in
from zhijia.accounts.tests.test_second_factor import START
from zhijia.core.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
DURING: list = []


def pieces():
    for number in range(6):
        for happens in DURING:
            happens(number)
        yield b"%d" % number


def download(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(pieces(), content_type="application/octet-stream")


def export(request: HttpRequest) -> HttpResponse:
    for happens in DURING:
        happens(0)
    return HttpResponse("rows", headers={"Content-Disposition": "attachment"})


@pytest.fixture(scope="module")
def _pages():
    module = types.ModuleType("life_test_urls")
    module.urlpatterns = [
        path("download/", download), path("export/", export),
        *import_module("zhijia.config.urls").urlpatterns,
    ]  # fmt: skip
    sys.modules["life_test_urls"] = module
    yield
    del sys.modules["life_test_urls"]


@pytest.fixture(autouse=True)
def clock(_pages, settings):
    settings.ROOT_URLCONF = "life_test_urls"
    rate_limit.forget_shares()
    DURING.clear()
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:sessions")).status_code == 200


@pytest.mark.parametrize(("kind", "minutes"), [(OfficerFactory, 15), (UserFactory, 30)])
def test_a_session_ends_when_nothing_happens(client, clock, kind, minutes):
    sign_in(client, kind())
    clock.shift(minutes * 60)
    assert is_in(client)
    clock.shift(minutes * 60 + 1)
    assert not is_in(client)
    assert Session.objects.count() == 0, "nothing is left of it on the server"


def test_the_page_after_the_end_says_why(client, clock):
    sign_in(client, UserFactory())
    clock.shift(1801)
    answer = client.get("/me/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert "长时间没有操作" in answer.content.decode()


def test_twelve_hours_are_the_end_however_busy(client, clock):
    sign_in(client, UserFactory())
    for _quarter in range(48):
        clock.shift(900)
        assert is_in(client)
    clock.shift(1)
    assert not is_in(client)


def test_a_sign_in_through_the_page_begins_a_life(client, clock):
    user = UserFactory()
    client.post(reverse("account_login"), {"login": user.phone, "password": PASSWORD})
    assert client.session["began_at"] == client.session["seen_at"] == int(START.timestamp())


def test_most_requests_write_nothing(client, clock):
    sign_in(client, UserFactory())

    def writes() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert is_in(client)
        return sum("UPDATE" in q["sql"] and "django_session" in q["sql"] for q in asked.captured_queries)

    assert writes() == 0
    clock.shift(60)
    assert writes() == 0
    clock.shift(1)
    assert writes() == 1
    assert writes() == 0


def test_the_page_knows_how_long_it_has_and_asking_to_stay_is_enough(client, clock):
    sign_in(client, OfficerFactory())
    assert 'data-session="900"' in client.get("/me/").content.decode()
    clock.shift(840)
    assert client.post(reverse("accounts:stay")).status_code == 204
    clock.shift(840)
    assert is_in(client)
    assert "data-session" not in Client().get(reverse("account_login")).content.decode()


def test_the_last_quarter_hour_before_twelve_hours_is_said_too(client, clock):
    sign_in(client, UserFactory())
    for _half in range(24):
        clock.shift(1700)
        client.get("/me/")
    assert f'data-session="{12 * 3600 - 24 * 1700}"' in client.get("/me/").content.decode() or (
        12 * 3600 - 24 * 1700 > 1800
    )
    clock.shift(12 * 3600 - 24 * 1700 - 600 - 60)
    client.get("/me/")
    left = 12 * 3600 - int(dt.datetime.now(dt.UTC).timestamp() - START.timestamp())
    assert f'data-session="{min(left, 1800)}"' in client.get("/me/").content.decode()


# Signing out --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "told", "cleared"),
    [
        (OfficerFactory, {}, '"cache", "storage"'),
        (UserFactory, {}, '"cache"'),
        (UserFactory, {"forget": "on"}, '"cache", "storage"'),
    ],
)
def test_signing_out_lets_the_browser_forget(client, kind, told, cleared):
    sign_in(client, kind())
    assert client.post(reverse("account_logout"), told)["Clear-Site-Data"] == cleared
    assert not is_in(client)


def test_what_signed_in_people_see_is_kept_by_no_browser(client):
    sign_in(client, UserFactory())
    for address in ("/", "/me/", "/me/sessions/", "/messages/", "/unions/", "/healthz", "/offline/"):
        assert "no-store" in client.get(address)["Cache-Control"], address


# Withdrawn ----------------------------------------------------------------------------------------

WITHDRAWALS = {
    "closed": lambda user, now: services.close_account(user=user, by=SYSTEM, now=now),
    "all sessions ended": lambda user, now: services.end_all_sessions(user=user, by=SYSTEM, now=now),
    "this session ended": lambda user, now: [
        services.end_session(user=user, session_id=row.pk, by=SYSTEM, now=now)
        for row in user.usersession_set.all()
    ],
    "no longer an officer": lambda user, now: User.objects.filter(pk=user.pk).update(is_officer=False),
}


def signed_in(client: Client) -> User:
    user = OfficerFactory()
    sign_in(client, user)
    from allauth.usersessions.models import UserSession

    key = client.session.session_key
    UserSession.objects.create(user=user, session_key=key, ip="fd00::1", user_agent="test")
    return user


@pytest.mark.parametrize("way", WITHDRAWALS)
def test_a_running_download_stops_at_the_next_piece(client, now, monkeypatch, way):
    monkeypatch.setattr(session_life, "LOOKED_EVERY", 0.0)
    user = signed_in(client)
    DURING.append(lambda number: WITHDRAWALS[way](user, now) if number == 3 else None)
    got = []
    with pytest.raises(session_life.Withdrawn):
        got.extend(client.get("/download/"))
    assert got == [b"0", b"1", b"2"]


def test_a_download_that_may_go_on_does(client, monkeypatch):
    monkeypatch.setattr(session_life, "LOOKED_EVERY", 0.0)
    signed_in(client)
    assert b"".join(client.get("/download/")) == b"012345"


@pytest.mark.parametrize("way", WITHDRAWALS)
def test_an_export_that_was_made_meanwhile_is_not_handed_out(client, now, way):
    user = signed_in(client)
    DURING.append(lambda number: WITHDRAWALS[way](user, now))
    answer = client.get("/export/")
    assert answer.status_code == 403
    assert b"rows" not in answer.content


def test_an_export_of_somebody_who_may_is_handed_out(client):
    signed_in(client)
    assert client.get("/export/").content == b"rows"


def test_withdrawing_access_ends_tokens_too(client, now):
    user = signed_in(client)
    services.create_token(user=user, name="t", scopes=["appeals:read"], days=1, by=SYSTEM, now=now)
    services.withdraw_access(user=user, by=SYSTEM, now=now)
    assert ApiToken.objects.get().revoked_at == now
    assert not is_in(client)


def test_a_download_looks_once_a_second_not_at_each_piece(client, monkeypatch):
    looks: list[int] = []
    monkeypatch.setattr(session_life, "is_still_allowed", lambda request: looks.append(1) or True)
    signed_in(client)
    began = time.monotonic()
    assert b"".join(client.get("/download/")) == b"012345"
    assert len(looks) <= time.monotonic() - began
