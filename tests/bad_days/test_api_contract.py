"""Random requests to every operation of the API: never our fault, always as described."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from zhijia.accounts.enums import Scope
from zhijia.accounts.services import create_token
from zhijia.appeals.tests.factories import World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 5
"""Requests to each operation."""


def header_of(world: World, name: str) -> dict[str, str]:
    person = world.people[name]
    made = create_token(user=person, name="t", scopes=Scope.values, days=30, by=person, now=world.now)
    token = made[1] if isinstance(made, tuple) else made
    return {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}


@pytest.fixture(autouse=True)
def _clock(now, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhijia.core.clock.now", lambda: now)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the connection that holds the test's transaction, as Django's own test client does."""
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


def ask(operation: Any, callers: list[dict[str, str]], ids: list[str]) -> None:
    """Send examples to one operation, some of them for a matter that exists."""

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(), caller=st.sampled_from(callers), public_id=st.sampled_from(ids))
    def send(case: Any, caller: dict[str, str], public_id: str) -> None:
        if public_id and "public_id" in (case.path_parameters or {}):
            case.path_parameters["public_id"] = public_id
        case.call_and_validate(headers=caller, checks=CHECKS)

    send()


def closing(application: Any) -> Any:
    """Close each answer as a web server does, and with it the uploads of its request."""

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        found = application(environ, start_response)
        try:
            return [b"".join(found)]
        finally:
            found.close()

    return answer


def test_random_requests_get_answers_of_the_described_kind(world: World, settings) -> None:
    settings.ZHIJIA_API_PER_MINUTE = 10**9
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", closing(get_wsgi_application()))
    ids = ["", str(world.submit().public_id), str(world.in_hand().public_id), str(world.replied().public_id)]
    callers = [header_of(world, name) for name in ("worker", "handler", "dispatcher")]
    faults = []
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        try:
            ask(operation, callers, ids)
        except (Exception, FailureGroup) as error:  # noqa: BLE001  the rest is asked, too
            faults.append(f"{operation.label}: {type(error).__name__} {str(error)[:700]}")
    assert faults == [], "\n".join(faults)
    assert len(operations) >= 40


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "", {"text": "a\x00b", "place": "1305\x0002"}, 201),
        ("POST", "", {"text": "x", "category": "a\x00"}, 422),
        ("POST", "", {"text": "\ud800 半个字符"}, 201),
        ("POST", "", {"text": "x", "place": "不是代码"}, 422),
        ("GET", "/employers?q=%00", None, 200),
        ("GET", "/employers?q=ab&place=%00", None, 200),
        ("GET", "/employers?q=ab&place=xy", None, 200),
        ("GET", "?cursor=%FF", None, 400),
    ],
)
def test_characters_no_database_can_keep_are_no_fault_of_ours(
    client, world: World, method: str, path: str, body: Any, status: int
) -> None:
    sent = client.generic(
        method,
        f"/api/v1/appeals{path}",
        json.dumps(body) if body else "",
        content_type="application/json",
        headers=header_of(world, "worker") | {"Idempotency-Key": "odd-characters-0001"},
    )
    assert sent.status_code == status, sent.content
