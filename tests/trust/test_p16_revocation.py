"""P16: who may no longer is out within seconds, whatever is going on."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from trust import p16_revocation as proof
from zhijia.accounts.models import ApiToken
from zhijia.accounts.services import create_token
from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.appeals.tests.factories import make_world
from zhijia.core import clock
from zhijia.core.actors import SYSTEM
from zhijia.unions.enums import Role
from zhijia.unions.services import end_post
from zhijia.unions.tests.factories import PostFactory, Tree


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scene", [*proof.SCENES])
def test_whoever_leaves_is_out_at_once(scene: str, socket_enabled: None) -> None:
    world = make_world(clock.now())
    with proof.served() as place:
        took = proof.SCENES[scene](proof.Officer(place, world), proof.post_ends)
    assert took < 10, "on a machine with other work; a second or two on an idle one"


@pytest.mark.django_db
def test_every_change_of_posts_ends_sessions_and_the_keys_of_before(
    now: dt.datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    tree, user = Tree(), UserFactory()

    def fresh() -> tuple[Client, ApiToken]:
        told = {"name": "t", "scopes": ["appeals:read"], "days": 9, "by": SYSTEM, "now": now}
        return sign_in(Client(), user), create_token(user=user, **told)[0]

    def left(client: Client, token: ApiToken) -> tuple[bool, bool]:
        token.refresh_from_db()
        return client.get("/me/").status_code == 200, token.revoked_at is None

    worker = fresh()
    assert left(*worker) == (True, True)
    first = PostFactory(user=user, body=tree.county)
    assert left(*worker) == (False, False), "a key of before must not gain the powers of after"
    officer = fresh()
    PostFactory(user=user, body=tree.county, role=Role.SUPERVISOR)
    assert left(*officer) == (False, True), "an officer keeps his programs when he gains a role"
    again = fresh()
    end_post(post_id=first.pk, by=SYSTEM, now=now)
    assert left(*again) == (False, False)
