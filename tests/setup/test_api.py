"""Refusals of the API are problem documents, whatever went wrong."""

import pytest
from django.http import Http404
from django.test import RequestFactory
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled, ValidationError

from zhijia.config.api import api
from zhijia.core.errors import BadInput, StorageFull, WrongState

CASES = [
    (WrongState(), 409, "wrong-state"),
    (BadInput(), 422, "bad-input"),
    (StorageFull(), 507, "storage-full"),
    (AuthenticationError(), 401, "not-signed-in"),
    (AuthorizationError(), 403, "not-allowed"),
    (Http404(), 404, "not-found"),
    (Throttled(wait=7), 429, "too-many-requests"),
    (HttpError(400, "Cannot parse request body"), 400, "http-400"),
    (
        ValidationError([{"loc": ("body", "text"), "type": "missing", "msg": "Field required"}]),
        422,
        "bad-input",
    ),
]


@pytest.mark.parametrize(("error", "status", "code"), CASES, ids=lambda value: type(value).__name__)
def test_a_refusal_is_a_problem_document_with_a_next_step(error, status, code) -> None:
    import json

    answer = api.on_exception(RequestFactory().get("/api/v1/"), error)
    body = json.loads(answer.content)
    assert answer.status_code == body["status"] == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert body["code"] == code
    assert body["type"] == f"urn:zhijia:problem:{code}"
    assert body["title"]
    assert body.get("next_step") or code == "http-400"


def test_a_field_that_is_wrong_is_named() -> None:
    import json

    error = ValidationError([{"loc": ("body", "data", "text"), "type": "missing", "msg": "Field required"}])
    body = json.loads(api.on_exception(RequestFactory().get("/"), error).content)
    assert body["errors"] == [{"field": "body.data.text", "code": "missing", "message": "Field required"}]


def test_being_asked_to_wait_says_how_long() -> None:
    assert api.on_exception(RequestFactory().get("/"), Throttled(wait=7))["Retry-After"] == "7"


def test_the_description_is_openapi_three_one(client, db) -> None:
    body = client.get("/api/v1/openapi.json").json()
    assert body["openapi"] == "3.1.0"
    assert body["info"]["version"] == "1"
    assert all(path.startswith("/api/v1/") for path in body["paths"])


def test_every_operation_has_a_summary_and_an_own_name() -> None:
    operations = [o for path in api.get_openapi_schema()["paths"].values() for o in path.values()]
    names = [o["operationId"] for o in operations]
    assert len(names) == len(set(names))
    assert all(o.get("summary") for o in operations)
