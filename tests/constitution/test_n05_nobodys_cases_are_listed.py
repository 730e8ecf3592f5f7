"""N5: no "frequent complainer" list. Nothing takes a person and returns his cases but to himself."""

import ast
import inspect
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.architecture.sources import code, nothing, shown, tree
from tests.trust.every_route import operations, pages
from zhijia.accounts.models import User
from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals.forms.officer import FilterForm
from zhijia.appeals.tests.factories import World, make_world
from zhijia.config.api import api
from zhijia.core.sealing import blind_index
from zhijia.unions.row_security import PROTECTED

PERSON_WORDS = {"user", "user_id", "person", "person_id", "author", "author_id", "worker", "worker_id",
                "phone", "mobile", "account", "complainant", "id_number"}  # fmt: skip
OWN_ONLY = {
    "zhijia/appeals/models/appeal.py",
    "zhijia/appeals/models/__init__.py",
    "zhijia/appeals/rights.py",  # the person's own data, to himself
    "zhijia/appeals/services/sealing.py",  # writes and deletes the row
    "zhijia/appeals/demo.py",  # invents matters on an empty trial installation
    "zhijia/appeals/permissions.py",  # is it the asker's own matter
    "zhijia/appeals/views/public.py",  # the visitor's own matters
}
"""Files that may name the table from a person to his matters."""


@pytest.fixture
def world(db: None, now: Any) -> World:
    """Return a world with a matter of a worker whose number is known."""
    return make_world(now)


def test_no_address_takes_a_person() -> None:
    asked = {(name, argument) for name, arguments in pages() for argument in arguments}
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            asked |= {(f"{method} {path}", p["name"]) for p in operation.get("parameters", ())}
    assert len(asked) > 80
    assert len(list(operations())) > 50
    nothing(f"{name} takes {argument}" for name, argument in asked if argument in PERSON_WORDS)


def test_no_filter_of_the_queue_names_a_person() -> None:
    assert set(FilterForm.base_fields) & PERSON_WORDS == set()


def test_no_account_leads_to_its_matters() -> None:
    wrong = [
        relation.get_accessor_name()
        for relation in User._meta.related_objects
        if relation.get_accessor_name() and PROTECTED.search(f'"{relation.related_model._meta.db_table}"')
    ]
    nothing(wrong)


def test_the_table_of_own_matters_is_named_where_the_person_asks_and_nowhere_else() -> None:
    wrong = []
    for path in code():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("zhijia.appeals.models"):
                taken = {alias.name for alias in node.names} & {"OwnMatter", "own_matters", "own_public_ids"}
                if taken and shown(path) not in OWN_ONLY:
                    wrong.append(f"{shown(path)}:{node.lineno} {sorted(taken)}")
    nothing(wrong)


@pytest.mark.parametrize("word", ["name", "phone"])
def test_an_officer_who_types_a_name_or_a_number_finds_no_matter(
    world: World, client: Client, time_machine: Any, word: str
) -> None:
    time_machine.move_to(world.now, tick=False)
    matter = world.submit()
    sign_in(client, world.people["dispatcher"])
    asked = getattr(world.people["worker"], word)
    for address in ("appeals:queue", "portal:search"):
        page = client.get(reverse(address), {"q": asked, "tab": "all"}).content.decode()
        assert matter.number not in page, address
    assert (
        matter.number
        in client.get(reverse("appeals:queue"), {"q": matter.number, "tab": "all"}).content.decode()
    )


def test_a_number_has_another_look_up_key_for_each_purpose() -> None:
    purposes = ("phone", "own-matters", "receipt", "id-number")
    assert len({blind_index("13900000001", purpose=p) for p in purposes}) == len(purposes)
    assert "purpose" in inspect.signature(blind_index).parameters
