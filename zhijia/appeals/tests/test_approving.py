"""Deciding on what another asked needs a fresh proof, and nothing typed is lost while it is given."""

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from zhijia.accounts.services import add_totp
from zhijia.accounts.tests.factories import sign_in
from zhijia.accounts.tests.test_second_factor import SECRET, code_at
from zhijia.appeals import services as s
from zhijia.audit.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
REASONS = "原答复没有核对工资表。\n请重新核实 <一月> 与 “二月”。"


@pytest.fixture(autouse=True)
def clock(world):
    with time_machine.travel(world.now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reviewed(world):
    appeal, worker = world.replied(), world.people["worker"]
    s.rate_reply(appeal_id=appeal.pk, result="satisfied", attitude="satisfied", by=worker, now=world.now)
    s.ask_review(appeal_id=appeal.pk, reason="还是没发", by=worker, now=world.now)
    add_totp(user=world.people["supervisor"], secret=SECRET)
    return appeal


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that carries the answer."""
    form = next(form for form in page.split("<form")[1:] if "proof-for" in form).split("</form>")[0]
    fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in fields}


def test_a_review_is_decided_after_the_code_with_all_that_was_typed(world, reviewed, clock):
    client = sign_in(Client(), world.people["supervisor"])
    address = reverse("appeals:decide_review", args=[reviewed.public_id])
    clock.shift(660)
    before = Entry.objects.count()
    answer = client.post(address, {"decision": "overturned", "text": REASONS})
    reviewed.refresh_from_db()
    assert (answer.status_code, reviewed.state, Entry.objects.count()) == (403, "under_review", before)
    fields = hidden(answer.content.decode())
    assert (fields["decision"], fields["text"]) == ("overturned", REASONS)
    code = code_at(SECRET, dt.datetime.now(dt.UTC))
    done = client.post(address, fields | {"proof-code": code})
    assert done["Location"] == reverse("appeals:work", args=[reviewed.public_id])
    reviewed.refresh_from_db()
    assert reviewed.state == "accepted"


def test_more_time_is_not_granted_by_a_session_left_open(world, clock):
    appeal = world.in_hand()
    s.ask_extension(appeal_id=appeal.pk, days=5, reason="r", by=world.people["handler"], now=world.now)
    client = sign_in(Client(), world.people["dispatcher"])
    api = f"/api/v1/appeals/work/{appeal.public_id}/extension-decision"
    clock.shift(660)
    page = client.post(reverse("appeals:decide_extension", args=[appeal.public_id]), {"approve": "yes"})
    told = client.post(api, {"approve": True}, content_type="application/json")
    appeal.refresh_from_db()
    assert (page.status_code, told.json()["code"]) == (403, "fresh-proof-missing")
    assert appeal.extended_by_days == 0
