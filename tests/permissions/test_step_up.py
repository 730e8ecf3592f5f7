"""Identity, export, approval: before each the person shows anew who he is, on the pages and in the API.

Every address that changes something or hands out a file stands in one of two lists. An address in
neither fails, so whoever adds one decides which it is; a step of a workflow that approves fails until
an address asks for it.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.urls import reverse

from tests.architecture.sources import nothing
from tests.permissions.stepping_up import ASKS, NO_APPROVAL, OWN_KEYS, PLAIN
from tests.trust.every_route import operations, pages
from zhijia.accounts.services import add_totp, create_token
from zhijia.accounts.sign_in_urls import SIGNING_IN
from zhijia.accounts.tests.factories import OfficerFactory, sign_in
from zhijia.accounts.tests.test_second_factor import SECRET
from zhijia.core import clock
from zhijia.core.actors import SYSTEM
from zhijia.core.manifest import contributions
from zhijia.core.workflow import Transition
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import PostFactory, Tree

NOBODY = "00000000-0000-4000-8000-000000000000"
IDS = {"public_id": NOBODY, "file_id": NOBODY, "request_id": NOBODY, "form": "json"}
SCOPES = ["appeals:work", "privacy:own", "organising:work"]
DECIDING = ("approve", "confirm", "decide", "freeze", "grant", "refuse")
"""Verbs of deciding on what another person asked."""
BODY = (
    '{"approve": true, "approves": true, "decision": "upheld", "text": "t", "reason": "r", '
    '"kind": "erase_account", "days": 5, "credit_code": "81130500MCK0000001", "certified_on": "2026-02-02"}'
)


@pytest.fixture
def officer(db: Any) -> Any:
    """Return one who holds every post, so that no address turns him away before it asks."""
    tree, user = Tree(), OfficerFactory()
    for role in Role:
        PostFactory(user=user, body=tree.province, role=role)
    user.refresh_from_db()
    add_totp(user=user, secret=SECRET)
    return user


def signed_in_long_ago(user: Any) -> Client:
    """Return a browser whose proof is older than ten minutes."""
    client = sign_in(Client(), user)
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= 601
    session.save()
    return client


def addresses() -> Iterator[tuple[str, str, str]]:
    """Yield name, method and address of every page and operation, but those that sign in."""
    for name, asked in pages():
        if name not in SIGNING_IN and "logout" not in name:
            given = {n: IDS.get(n, "x" if n in ("key", "token") else 1) for n in asked}
            yield name, "POST", reverse(name, kwargs=given or None)
    for method, path in operations():
        address = re.sub(r"{(\w+)}", lambda found: IDS.get(found[1], "1"), path)
        yield f"{method.upper()} {path}", method.upper(), address


def body_for(address: str) -> str:
    """Return what is sent to an operation; two apps name the answers of a review differently."""
    return BODY.replace("upheld", "granted") if "/organising/" in address else BODY


def call(user: Any, method: str, address: str) -> Any:
    """Call an address as one whose proof is old; a page that takes no form is opened."""
    client = signed_in_long_ago(user)
    if address.startswith("/api/"):
        return client.generic(method, address, body_for(address), "application/json")
    answer = client.post(address)
    return answer if answer.status_code != 405 else client.get(address)


def asks(answer: Any) -> bool:
    """Say whether the answer is the question who sits there."""
    is_refusal = answer.status_code == 403 and not answer.streaming
    return is_refusal and bool(re.search(rb'name="proof-for"|"fresh-proof-missing"', answer.content))


def meet(user: Any) -> tuple[set[str], set[str]]:
    """Call everything; return what asks, and what changes something or hands out a file without asking."""
    asking, silent = set(), set()
    for name, method, address in addresses():
        answer = call(user, method, address)
        if asks(answer):
            asking.add(name)
        elif answer.request["REQUEST_METHOD"] != "GET" or answer.has_header("Content-Disposition"):
            silent.add(name)
    return asking, silent


def test_every_address_asks_who_sits_there_or_is_listed_with_those_that_need_not(officer: Any) -> None:
    asking, silent = meet(officer)
    nothing([f"asks, and is not in ASKS: {name}" for name in asking - ASKS.keys() - OWN_KEYS])
    nothing([f"must ask for a fresh proof, and does not: {name}" for name in ASKS.keys() - asking])
    nothing([f"neither in ASKS nor in PLAIN: {name}" for name in silent - PLAIN - ASKS.keys() - OWN_KEYS])
    nothing([f"listed as plain, and is gone: {name}" for name in PLAIN - silent])


def approvals() -> dict[str, Transition]:
    """Return every step of the workflows by which a person decides on what another asked."""
    steps = [step for table in contributions("workflows") for step in table.transitions]
    return {step.name: step for step in steps if step.approves}


def test_every_step_that_approves_has_an_address_that_asks() -> None:
    reached = {step for steps in ASKS.values() for step in steps}
    nothing([f"no address in ASKS makes {name}" for name in approvals().keys() - reached])
    named = {step.name for table in contributions("workflows") for step in table.transitions}
    nothing([f"ASKS names {name}, which no workflow has" for name in reached - named])


def test_a_step_that_decides_is_marked_as_approving_or_listed_with_a_reason() -> None:
    steps = [step for table in contributions("workflows") for step in table.transitions]
    deciding = {s.name for s in steps if s.name.split("_")[0] in DECIDING and not s.by_timer}
    nothing([f"not marked approves: {name}" for name in deciding - approvals().keys() - NO_APPROVAL.keys()])
    nothing([f"listed in vain: {name}" for name in NO_APPROVAL.keys() - deciding])


def test_a_program_approves_nothing(officer: Any) -> None:
    made = create_token(user=officer, name="t", scopes=SCOPES, days=1, by=SYSTEM, now=clock.now())[1]
    wrong = []
    for name, method, address in addresses():
        if name in ASKS and address.startswith("/api/"):
            headers = {"Authorization": f"Bearer {made}"}
            told = body_for(address)
            answer = Client().generic(method, address, told, "application/json", headers=headers)
            wrong += [] if asks(answer) else [f"{name}: {answer.status_code}"]
    nothing(wrong)
