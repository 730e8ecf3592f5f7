"""N8: no export holds what is sealed; nobody takes more than one case's text out at a time."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.architecture.sources import nothing
from tests.constitution.houses import sealed_columns
from tests.trust.every_route import operations, pages
from zhijia.accounts.models import ApiToken
from zhijia.accounts.tests.factories import sign_in
from zhijia.accounts.tokens import hash_of
from zhijia.appeals import exports
from zhijia.appeals.models import Appeal
from zhijia.appeals.services import write_note
from zhijia.appeals.tests.factories import World, make_world

CANARIES = ("金丝雀一号", "金丝雀二号", "金丝雀三号", "金丝雀四号")
TOKEN = "zj_bulk_export_token_000000000000000000000000"


@pytest.fixture
def world(db: None, now: Any, time_machine: Any) -> World:
    """Return a world with three matters whose every text holds a canary."""
    time_machine.move_to(now, tick=False)
    world = make_world(now)
    for _ in range(3):
        made = world.in_hand(text=CANARIES[0], wish=CANARIES[1], employer_text=CANARIES[3])
        write_note(appeal_id=made.pk, text=CANARIES[2], by=world.people["handler"], now=now)
    return world


def test_no_column_of_the_export_is_a_sealed_one() -> None:
    sealed = {name for model, name in sealed_columns() if model is Appeal}
    assert sealed
    assert set(exports.FIELDS) & sealed == set()
    assert not [f for f in exports.FIELDS if f.split("__")[0] in ("talks", "notes", "replies", "author")]


def _unpacked(body: bytes) -> bytes:
    """Return what stands in a spreadsheet, or the body itself."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return b"".join(book.read(name) for name in book.namelist())


def _canaries(body: bytes) -> list[str]:
    found = _unpacked(body)
    return [c for c in CANARIES if c.encode() in found or json.dumps(c)[1:-1].encode() in found]


def test_no_page_without_a_case_in_its_address_shows_what_is_sealed(world: World, client: Client) -> None:
    sign_in(client, world.people["dispatcher"])
    asked, wrong = 0, []
    for name, arguments in pages():
        if arguments:
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        for query in ({}, {"tab": "all"}, {"format": "csv"}):
            response = client.get(address, query)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            asked += 1
            wrong += [f"{name} {query}: {canary}" for canary in _canaries(body)]
    assert asked > 100
    nothing(wrong)


def test_no_operation_without_a_case_in_its_address_shows_what_is_sealed(world: World) -> None:
    person = world.people["dispatcher"]
    ApiToken.objects.create(
        user=person, name="t", hash=hash_of(TOKEN), hint="zj_", created_at=world.now,
        scopes=["appeals:work", "appeals:read", "appeals:submit"],
        expires_at=world.now.replace(year=world.now.year + 1),
    )  # fmt: skip
    asked, wrong = 0, []
    for method, path in operations():
        if method != "get" or "{" in path:
            continue
        response = Client().get(path, {"size": 100, "q": "金"}, headers={"Authorization": f"Bearer {TOKEN}"})
        asked += 1
        wrong += [f"{path}: {canary}" for canary in _canaries(response.content)]
    assert asked > 5
    nothing(wrong)


def test_the_export_names_the_matters_it_leaves_untold(world: World, client: Client) -> None:
    """The control: the export does work, and what is not sealed is in it."""
    sign_in(client, world.people["dispatcher"])
    body = client.get(reverse("appeals:export"), {"tab": "all"})
    content = b"".join(body.streaming_content) if body.streaming else body.content
    assert all(a.number.encode() in _unpacked(content) for a in Appeal.objects.all())
