"""N13: with any choice of optional consents, every journey goes the same way (PIPL 16)."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals import services
from zhijia.appeals.models import Appeal
from zhijia.appeals.tests.factories import make_user, make_world
from zhijia.core.manifest import contributions
from zhijia.privacy import services as privacy
from zhijia.privacy.selectors.consents import has_consent

KINDS = list(contributions("consents"))
PAGES = (
    "portal:home", "accounts:profile", "notifications:inbox", "appeals:new", "appeals:mine", "privacy:mine",
    "privacy:choices", "privacy:requests", "portal:search", "regulations:rules", "unions:directory",
)  # fmt: skip


def choose(user: Any, chosen: dict[str, bool], now: dt.datetime) -> None:
    """Agree to what holds for the whole platform."""
    for kind in KINDS:
        if not kind.per_matter and chosen[kind.key]:
            privacy.set_consent(user=user, key=kind.key, agrees=True, by=user, now=now)


def walk(world: Any, chosen: dict[str, bool], now: dt.datetime) -> dict[str, object]:
    """Go the main journeys with these choices; return what was met on the way."""
    user = make_user()
    choose(user, chosen, now)
    client = sign_in(Client(), user)
    met: dict[str, object] = {page: client.get(reverse(page)).status_code for page in PAGES}
    appeal = world.submit(by=user, consents_to_publishing=chosen["publish_matter"])
    if chosen["share_matter"]:
        told = {"user": user, "key": "share_matter", "owner": appeal.owner, "agrees": True}
        privacy.set_matter_consent(**told, by=user, now=now)
    assert has_consent(person=None, key="publish_matter", owner=appeal.owner) is chosen["publish_matter"]
    met["handed in"] = appeal.state
    officer, handler = world.people["dispatcher"], world.people["handler"]
    services.accept_appeal(appeal_id=appeal.pk, by=officer, now=now)
    services.assign_appeal(appeal_id=appeal.pk, handler_id=handler.pk, by=officer, now=now)
    services.sign_for_appeal(appeal_id=appeal.pk, by=handler, now=now)
    services.write_message(appeal_id=appeal.pk, text="补充", by=user, now=now)
    services.reply_to_appeal(appeal_id=appeal.pk, text="答复", opinion="supported", by=handler, now=now)
    services.rate_reply(appeal_id=appeal.pk, result="satisfied", attitude="satisfied", by=user, now=now)
    met["rated"] = Appeal.objects.get(pk=appeal.pk).state
    met["asked"] = privacy.ask_request(user=user, kind="explain", text="?", by=user, now=now).state
    return met


def test_there_are_consents_to_refuse() -> None:
    assert {kind.key for kind in KINDS} >= {"notice_email", "publish_matter", "share_matter"}


@pytest.mark.django_db
def test_every_journey_goes_the_same_way_whatever_was_agreed_to(time_machine, now) -> None:
    time_machine.move_to(now, tick=False)
    world, keys = make_world(now), [kind.key for kind in KINDS]
    walks = [
        walk(world, dict(zip(keys, given, strict=True)), now)
        for given in itertools.product([False, True], repeat=len(keys))
    ]
    assert len(walks) == 2 ** len(KINDS)
    nothing_agreed = walks[0]
    assert {page: nothing_agreed[page] for page in PAGES} == dict.fromkeys(PAGES, 200)
    assert [walked for walked in walks if walked != nothing_agreed] == []
