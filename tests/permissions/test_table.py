"""The table of actors and addresses, called one by one; and no address outside the table."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.sources import nothing
from tests.permissions import table
from tests.permissions.world import ACTORS, Route, World
from zhijia.config.api import api

TABLES: dict[str, dict[str, Route]] = {
    module.name: importlib.import_module(f"{table.__name__}.{module.name}").ROUTES
    for module in pkgutil.iter_modules(table.__path__)
}
# Operations of the API that need no sign-in; each has a reason to be here.
OPEN_OPERATIONS = {
    "GET /api/v1/appeals/categories",  # the tree of kinds is public
    "GET /api/v1/appeals/answers",  # published for everybody
    "GET /api/v1/appeals/employers",  # names of employers are public
    "POST /api/v1/appeals/suggestions",  # keeps nothing
    "POST /api/v1/appeals",  # anonymous appeals are a right
    "POST /api/v1/appeals/with-files",
    "POST /api/v1/appeals/by-receipt",  # the receipt is the key
    "GET /api/v1/privacy/periods",  # how long everything is kept is public
}
SAME_FOR_EVERYBODY = {"GET /api/v1/privacy/periods"}
"""Public text that asks for no token at all, so a false one changes nothing."""
PLACEHOLDER = "00000000-0000-4000-8000-000000000000"


NUMBERED = {
    "{vote_id}", "{candidate_id}", "{reply_id}", "{body_id}", "{flag_id}", "{answer_id}", "{seat_id}",
}  # fmt: skip


def _address(path: str) -> str:
    """Return an address of the operation with a number or an id that nobody has."""
    return "/".join(_value(part) if part.startswith("{") else part for part in path.split("/"))


def _value(part: str) -> str:
    return "1" if part in NUMBERED else PLACEHOLDER


def _routes(resolver: URLResolver, names: tuple[str, ...] = ()) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, names + ((pattern.namespace,) if pattern.namespace else ()))
        elif isinstance(pattern, URLPattern):
            yield ":".join([*names, pattern.name or f"unnamed {pattern.pattern}"])


def test_every_address_is_in_the_table_and_no_other() -> None:
    listed = {name for routes in TABLES.values() for name in routes}
    real = {name for name in _routes(get_resolver()) if not name.startswith("api:")}
    nothing([f"not in tests/permissions/table: {name}" for name in real - listed])
    nothing([f"no longer an address: {name}" for name in listed - real])


@pytest.mark.django_db
@pytest.mark.parametrize("app", TABLES)
def test_everybody_meets_what_the_table_says(app: str, time_machine, now) -> None:
    time_machine.move_to(now, tick=False)
    world = World()
    wrong = []
    for name, route in TABLES[app].items():
        assert set(route.expected) == set(ACTORS), name
        for actor in ACTORS:
            met = route.meet(name, world, actor)
            if met != route.expected[actor]:
                wrong.append(f"{name}: {actor} meets {met!r}, the table says {route.expected[actor]!r}")
    nothing(wrong)


def _operations() -> Iterator[tuple[str, str]]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method.upper(), path


@pytest.mark.django_db
def test_an_operation_of_the_api_needs_a_token_unless_it_is_listed_as_open() -> None:
    wrong = []
    for method, path in _operations():
        name = f"{method} {path}"
        address = _address(path)
        answer = Client().generic(method, address, "{}", content_type="application/json")
        if (answer.status_code == 401) == (name in OPEN_OPERATIONS):
            wrong.append(f"{name}: a stranger meets {answer.status_code}")
    nothing(wrong)


@pytest.mark.django_db
def test_a_false_token_opens_nothing() -> None:
    for method, path in _operations():
        address = _address(path)
        headers = {"Authorization": "Bearer zj_not-a-token"}
        answer = Client().generic(method, address, "{}", content_type="application/json", headers=headers)
        if f"{method} {path}" not in SAME_FOR_EVERYBODY:
            assert answer.status_code == 401, f"{method} {path}"
