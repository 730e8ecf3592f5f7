"""Whoever is refused has changed nothing: not one statement of his request wrote a row.

Every address and operation that can write is called as people without a right to it, with real ids
and a plausible form, in the world of ``tests/trust/twin_worlds.py``.
"""

import hashlib
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.architecture.sources import nothing
from tests.trust.every_route import Call, calls, make, real_ids, recipes
from tests.trust.twin_worlds import branch, browser, house, undone

DENIED = {401, 403, 404, 405}
WRITE = re.compile(r'^(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
COUNTERS = {
    "core_cache",
    "django_session",
    "usersessions_usersession",
    "accounts_failedsignins",
    "accounts_apitoken",
}
"""What every visit may write: sessions, how often somebody tried, the day a token was used."""
PEOPLE = ("member", "own_chair", "county_relative", "stranger")


def _writes(queries: CaptureQueriesContext) -> list[str]:
    found = [WRITE.match(query["sql"]) for query in queries]
    return [f"{hit[1]} {hit[2]}" for hit in found if hit and hit[2] not in COUNTERS]


def _is_denied(answer: Any) -> bool:
    to_sign_in = answer.status == 302 and "/accounts/login/?" in dict(answer.headers).get("Location", "")
    return answer.status in DENIED or to_sign_in


def _digest() -> dict[str, str]:
    """Return one digest for each table of the house but the counters."""
    found = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if table in COUNTERS or not model._meta.managed:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(repr(row) for row in cursor.fetchall())
        found[table] = hashlib.sha256("".join(rows).encode()).hexdigest()
    return found


def _attempts(world: Any, grieved: list[Any], common: list[Any]) -> list[Call]:
    made = calls(recipes(world, grieved, common, real_ids(grieved)), wide=False)
    return [call for call in made if call.method != "get"]


@pytest.mark.django_db
def test_whoever_is_refused_has_changed_nothing() -> None:
    wrong, refused, allowed = [], 0, 0
    with undone():
        world = house()
        with branch(world, kinds=("named",)) as (grieved, common):
            attempts = _attempts(world, grieved, common)
            stranger = Client(raise_request_exception=False, SERVER_NAME="localhost")
            clients = {p: stranger if p == "stranger" else browser(world, p) for p in PEOPLE}
            before = _digest()
            for person, client in clients.items():
                for call in attempts:
                    with undone(), CaptureQueriesContext(connection) as queries:
                        answer = make(call, client, person)
                        if not _is_denied(answer):
                            allowed += 1
                            continue
                    refused += 1
                    wrong += [f"{person} {call.name}: {answer.status}, yet {w}" for w in _writes(queries)]
            after = _digest()
    assert refused > 300
    assert allowed > 20
    nothing(wrong)
    assert {name for name, digest in before.items() if after[name] != digest} <= COUNTERS
