"""``/healthz`` when something is wrong."""

import pytest
from django.db import OperationalError, connection

from zhijia.config import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget():  # type: ignore[no-untyped-def]
    health._is_current.cache_clear()
    yield
    health._is_current.cache_clear()


def test_a_sound_house_answers_200(client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_a_database_older_than_the_code_answers_503_until_it_is_migrated(client, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(health, "missing_migrations", lambda: {("appeals", "9999_later")})
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (503, "database waits for zhijia migrate")
    assert client.get("/healthz").status_code == 200


def test_a_silent_database_answers_503(client, monkeypatch) -> None:
    def refuse():  # type: ignore[no-untyped-def]
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "database does not answer")


def test_only_reading_is_allowed(client) -> None:
    assert client.post("/healthz").status_code == 405
