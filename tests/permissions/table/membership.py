"""Addresses of membership: one's own for whoever signed in, the roll for those who keep it."""

import datetime as dt
import uuid
from typing import Any

from tests.permissions.world import World, everybody, only, signed_in
from zhijia.core.actors import SYSTEM
from zhijia.membership.card import token_of
from zhijia.membership.enums import Paper
from zhijia.membership.papers import token_of as token_of_paper
from zhijia.membership.services import Joining, Person, apply, enrol, make_door, remind
from zhijia.unions.tests.factories import NOW


def _member(world: World) -> Any:
    """Return a membership of the worker in the county, made once."""
    if not hasattr(world, "membership"):
        world.membership = enrol(  # type: ignore[attr-defined]
            person=Person(name="王小明"), body=world.tree.county, on=dt.date(2025, 1, 6), by=SYSTEM, now=NOW,
            account=world.people["worker"],
        )  # fmt: skip
    return world.membership  # type: ignore[attr-defined]


def _application(world: World) -> dict[str, Any]:
    """Return the application of the worker, which he handed in before he was entered."""
    if not hasattr(world, "application"):
        told = Joining(Person(name="王小明"), "130582")
        answer, _fresh = apply(joining=told, key=uuid.uuid4().hex, by=world.people["worker"], now=NOW)
        world.application = answer["public_id"]  # type: ignore[attr-defined]
    return {"public_id": world.application}  # type: ignore[attr-defined]


def _door(world: World) -> Any:
    if not hasattr(world, "door"):
        world.door = make_door(body=world.tree.county, channel="qr", by=SYSTEM, now=NOW)  # type: ignore[attr-defined]
    return world.door  # type: ignore[attr-defined]


def _reminder(world: World) -> dict[str, int]:
    found = _member(world).reminders.first() or remind(membership_id=_member(world).pk, by=SYSTEM, now=NOW)
    return {"reminder_id": found.pk}


def _paper(world: World) -> dict[str, Any]:
    return {"membership_id": _member(world).pk, "paper": "registration"}


def _paper_of_own(world: World) -> dict[str, Any]:
    return {"paper": _paper(world)["paper"]}


KEEPER = ("steward",)


def _own(**more: Any) -> Any:
    """An address that only the worker himself meets; to others it does not exist."""
    return only("worker", others=404, **more)


ROUTES = {
    "membership:mine": signed_in(),
    "membership:join": signed_in(),
    "membership:card": signed_in(),
    "membership:door": everybody(200, arguments=lambda world: {"code": _door(world).code}),
    "membership:verify": everybody(200, arguments=lambda world: {"token": token_of(_member(world).pk)}),
    "membership:application": _own(arguments=_application),
    "membership:paper_check": everybody(
        200, arguments=lambda world: {"token": token_of_paper(Paper.REGISTRATION, "m1", NOW.date())}
    ),
    "membership:own_paper": _own(arguments=_paper_of_own),
    "membership:own_paper_pdf": _own(arguments=_paper_of_own),
    "membership:data": _own(arguments=lambda world: _member(world) and {}),
    "membership:correction": _own(arguments=lambda world: _member(world) and {}),
    "membership:leave": _own(arguments=lambda world: {"membership_id": _member(world).pk}),
    "membership:reminder": signed_in("elsewhere", arguments=_reminder),
    "membership:applications": only(*KEEPER),
    "membership:work_application": only(*KEEPER, arguments=_application),
    "membership:transfers": only(*KEEPER),
    "membership:transfer": only(*KEEPER, status=404, arguments=lambda world: {"transfer_id": 1}),
    "membership:corrections": only(*KEEPER),
    "membership:work_correction": only(*KEEPER, status=404, arguments=lambda world: {"correction_id": 1}),
    "membership:doors": only(*KEEPER),
    "membership:work_door": only(*KEEPER, arguments=lambda world: {"door_id": _door(world).pk}),
    "membership:roll": only(*KEEPER),
    "membership:entry": only(*KEEPER, arguments=lambda world: {"membership_id": _member(world).pk}),
    "membership:correct_entry": only(*KEEPER, arguments=lambda world: {"membership_id": _member(world).pk}),
    "membership:paper": only(*KEEPER, arguments=_paper),
    "membership:paper_pdf": only(*KEEPER, arguments=_paper),
    "membership:enrol": only(*KEEPER),
}
