"""People on a roll for tests, made by the services that make real ones."""

import datetime as dt
import uuid
from itertools import count
from typing import Any

from stdnum.cn import ric

from zhijia.accounts.tests.factories import UserFactory
from zhijia.core.actors import SYSTEM
from zhijia.membership.models import Application, Membership
from zhijia.membership.services import Joining, Person, apply, enrol
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import NOW, TODAY, PostFactory, Tree

_numbers = count(1)


def resident_id(n: int = 0, born: str = "19900523", sex: int = 1) -> str:
    """Return an invented identity number with a check digit that fits; no two calls give the same."""
    serial = n or next(_numbers)
    head = f"130582{born}{(serial * 2 + sex) % 1000:03d}"
    return head + ric.calc_check_digit(head + "0")


def new_key() -> str:
    """Return a fresh sending number."""
    return uuid.uuid4().hex


def joining(**changes: Any) -> Joining:
    """Return what a courier in 沙河 tells."""
    told = {"name": "刘小满", "trade": "courier", "engagement": "platform"} | changes.pop("person", {})
    return Joining(Person(**told), **{"place": "130582", **changes})


def applied(user: Any = None, now: dt.datetime = NOW, **changes: Any) -> Application:
    """Return an application that was handed in."""
    user = user or UserFactory()
    answer, _fresh = apply(joining=joining(**changes), key=new_key(), by=user, now=now)
    return Application.objects.select_related("body").get(public_id=answer["public_id"])


def member(body: Any, on: dt.date = dt.date(2025, 1, 6), now: dt.datetime = NOW, **told: Any) -> Membership:
    """Return a running membership, entered by the platform."""
    account, kind = told.pop("account", None), told.pop("kind", "full")
    person = Person(**({"name": "王小明", "id_number": resident_id()} | told))
    return enrol(person=person, body=body, on=on, by=SYSTEM, now=now, account=account, kind=kind)


def keeper(body: Any, role: Role = Role.ORGANISER) -> Any:
    """Return an officer who keeps the roll of a body."""
    officer = PostFactory(body=body, role=role).user
    officer.refresh_from_db()
    return officer


__all__ = ["NOW", "TODAY", "Tree", "applied", "joining", "keeper", "member", "new_key", "resident_id"]
