"""N14: no small number is named, no employer ranked. Public figures come from the release alone."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from tests.architecture.sources import nothing
from tests.trust.every_route import operations, pages
from zhijia.appeals.stats import MEASURES
from zhijia.appeals.tests.factories import World, make_world
from zhijia.unions.row_security import PROTECTED

OWN_MATTERS = {"appeals:mine", "appeals:follow"}
ROUNDED = {"assurance:promises"}
"""One figure of the whole house: a quarter late, of at least 200 matters, rounded to fives."""


@pytest.fixture
def world(db: None, now: Any, time_machine: Any) -> World:
    """Return a world in which one employer has matters."""
    time_machine.move_to(now, tick=False)
    world = make_world(now)
    for _ in range(6):
        world.submit()
    return world


def test_what_anybody_may_open_asks_no_table_of_matters(world: World) -> None:
    client, asked, wrong = Client(), 0, []
    places = [(path, path) for method, path in operations() if method == "get" and "{" not in path]
    for name, arguments in pages():
        if not arguments:
            try:
                places.append((name, reverse(name)))
            except NoReverseMatch:
                continue
    for name, address in places:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(address)
        asked += response.status_code == 200
        touched = [q["sql"] for q in queries if PROTECTED.search(q["sql"])]
        if touched and name not in OWN_MATTERS | ROUNDED:
            wrong.append(f"{name}: {touched[0][:120]}")
    assert asked > 10
    nothing(wrong)


def test_no_public_page_names_the_employer(world: World) -> None:
    for address in (reverse("portal:home"), reverse("statistics:open"), reverse("appeals:answers")):
        assert world.employer.name not in Client().get(address).content.decode()


def test_no_public_figure_is_about_an_employer() -> None:
    public = [m for m in MEASURES if m.public]
    assert public
    nothing(m.key for m in MEASURES if re.search(r"employer|enterprise|company", m.key))
