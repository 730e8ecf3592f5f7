"""Files on a host of their own: an address for one session, one file, one time, one minute."""

import datetime as dt

import pytest
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client, RequestFactory

from zhijia.accounts import session_life
from zhijia.accounts.models import User
from zhijia.accounts.tests.factories import UserFactory
from zhijia.attachments import http, services
from zhijia.attachments.errors import FileLocked, FileWithheld
from zhijia.attachments.models import Attachment
from zhijia.attachments.tests import files
from zhijia.core.actors import SYSTEM
from zhijia.core.boxes import new_pair

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
HOST = "files.example.org"
MATTER = new_pair()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house(folder, settings, time_machine) -> None:
    settings.ZHIJIA_FILES_HOST = HOST
    settings.ALLOWED_HOSTS = ["testserver", HOST]
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def session() -> SessionStore:
    user, made = UserFactory(), SessionStore()
    made[SESSION_KEY], made[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    made.set_expiry(3600)
    made.create()
    return made


def store(content: bytes, name: str, **more: object) -> Attachment:
    file = files.upload(content, name)
    return services.store_upload(upload=file, tenant=13, owner="matter:7", by=SYSTEM, now=NOW, **more)


def ask(attachment: Attachment, session: SessionStore | None, **more: object) -> HttpResponse:
    """What a view of the app answers, which has decided that this person may have the file."""
    request = RequestFactory().get("/", headers={"host": "testserver"})
    request.session = session
    return http.download_response(attachment, request=request, **more)


def fetch(address: str, host: str = HOST, **headers: str) -> HttpResponse:
    return Client(headers={"host": host, **headers}).get(address.partition(HOST)[2] or address)


@pytest.mark.parametrize("seal_to", [None, MATTER.public], ids=["by the house", "by the matter"])
def test_a_browser_is_sent_to_the_files_own_host_and_gets_the_file_there(session, seal_to) -> None:
    kept = store(files.GOOD["ogg"], "声音.ogg", seal_to=seal_to)
    answer = ask(kept, session, key=MATTER.private if seal_to else None)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"http://{HOST}/files/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert str(kept.public_id) not in answer["Location"]
    got = fetch(answer["Location"])
    assert b"".join(got.streaming_content) == files.GOOD["ogg"]
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert not got.cookies


def test_an_address_works_once(session) -> None:
    address = ask(store(files.GOOD["ogg"], "x.ogg"), session)["Location"]
    assert fetch(address).status_code == 200
    assert fetch(address).status_code == 404


def test_an_address_is_good_for_a_minute(session, time_machine) -> None:
    first, second = (ask(store(files.GOOD["ogg"], "x.ogg"), session)["Location"] for _ in range(2))
    time_machine.move_to(NOW + dt.timedelta(seconds=60), tick=False)
    assert fetch(first).status_code == 200
    time_machine.move_to(NOW + dt.timedelta(seconds=61), tick=False)
    assert fetch(second).status_code == 404


def test_an_address_ends_with_the_session_that_asked_for_it(session) -> None:
    address = ask(store(files.GOOD["ogg"], "x.ogg"), session)["Location"]
    session.delete()
    assert fetch(address).status_code == 404


@pytest.mark.parametrize("change", [{"session_epoch": 7}, {"is_active": False}], ids=["posts", "account"])
def test_an_address_ends_when_access_is_withdrawn_though_the_session_is_still_stored(session, change) -> None:
    address = ask(store(files.GOOD["ogg"], "x.ogg"), session)["Location"]
    User.objects.update(**change)
    assert SessionStore().exists(session.session_key)
    assert fetch(address).status_code == 404


def test_a_strangers_session_fetches_until_it_runs_out(time_machine) -> None:
    made = SessionStore()
    made.set_expiry(30)
    made.create()
    first, second = (ask(store(files.GOOD["ogg"], "x.ogg"), made)["Location"] for _ in range(2))
    assert fetch(first).status_code == 200
    time_machine.move_to(NOW + dt.timedelta(seconds=31), tick=False)
    assert fetch(second).status_code == 404


def test_a_running_download_is_cut_when_access_is_withdrawn(session, monkeypatch) -> None:
    monkeypatch.setattr(session_life, "LOOKED_EVERY", 0)
    monkeypatch.setattr("zhijia.attachments.storage.CHUNK", 64)
    kept = store(files.GOOD["wav"], "x.wav")
    pieces = iter(fetch(ask(kept, session)["Location"]).streaming_content)
    got = next(pieces)
    User.objects.update(session_epoch=7)
    with pytest.raises(session_life.Withdrawn):
        got += b"".join(pieces)
    assert 0 < len(got) < kept.rendition_size


def test_an_address_that_was_made_up_or_altered_opens_nothing(session) -> None:
    address = ask(store(files.GOOD["ogg"], "x.ogg"), session)["Location"]
    turned = address[:-9] + ("A" if address[-9] != "A" else "B") + address[-8:]
    for wrong in (turned, f"http://{HOST}/files/x", f"http://{HOST}/files/%00", address[:-4]):
        assert fetch(wrong).status_code == 404
    assert fetch(address).status_code == 200


def test_a_file_that_is_held_back_meanwhile_is_not_sent(session) -> None:
    kept = store(files.GOOD["ogg"], "x.ogg")
    address = ask(kept, session)["Location"]
    Attachment.objects.update(state="refused")
    assert fetch(address).status_code == 404


def test_what_may_not_be_opened_gets_no_address(session) -> None:
    with pytest.raises(FileWithheld):
        ask(store(files.PDF, "a.pdf"), session)
    with pytest.raises(FileLocked):
        ask(store(files.GOOD["ogg"], "x.ogg", seal_to=MATTER.public), session)


def test_a_program_without_a_session_gets_the_file_directly() -> None:
    kept = store(files.GOOD["ogg"], "x.ogg")
    assert http.download_response(kept).status_code == 200
    assert ask(kept, SessionStore()).status_code == 200


def test_the_files_own_host_has_no_other_page_and_the_other_host_no_file(session) -> None:
    address = ask(store(files.GOOD["ogg"], "x.ogg"), session)["Location"]
    for path in ("/", "/menu/", "/accounts/login/", "/static/core/emblem.svg", "/healthz", "/sw.js"):
        assert fetch(path).status_code == 404
    assert fetch(address, host="testserver").status_code == 404
    assert fetch("/menu/", host="testserver").status_code == 200
    assert fetch(address).status_code == 200


def test_no_cookie_is_read_or_set_on_the_files_own_host(session, settings) -> None:
    address = ask(store(files.GOOD["ogg"], "x.ogg"), session)["Location"]
    got = fetch(address, cookie=f"session={session.session_key}; csrftoken=x")
    assert got.status_code == 200
    assert got.wsgi_request.COOKIES == {}
    assert "Set-Cookie" not in got.headers
    assert not got.cookies


def test_without_the_setting_files_come_from_the_same_host(settings, session) -> None:
    settings.ZHIJIA_FILES_HOST = ""
    kept = store(files.GOOD["ogg"], "x.ogg")
    assert ask(kept, session).status_code == 200
    assert fetch("/files/x", host="testserver").status_code == 404
