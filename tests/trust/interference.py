"""The game of promise P6: every person, every address, both worlds, compared byte by byte."""

import re
import zlib
from collections import Counter
from contextlib import nullcontext
from typing import Any

from django.test import Client

from tests.trust.every_route import Answer, Call, calls, make, real_ids, recipes
from tests.trust.twin_worlds import KINDS, branch, browser, chance, house, undone, wall_down
from zhijia.notifications.models import Delivery, Notification, OutboxMessage

Seen = dict[tuple[str, str], Answer]
SHARE = 24
"""In the short game each person makes every 24th call; the handler with a relative there all."""

CUSTODY = re.compile(r"vault|privacy|name-request|file|flag")
"""Routes that a custodian or a supervisor with a relative there calls in the short game, too."""


def play(*, long: bool, wall: bool = True) -> tuple[dict[str, Any], list[str]]:
    """Return the figures and every difference that somebody could see.

    Without the ``wall`` it is the control: a sixth of the calls, with the conflict filter switched off.
    """
    games = [(kind,) for kind in KINDS] + [KINDS] if long else [KINDS]
    figures: dict[str, Any] = {"n": 0, "principals": 0, "routes": 0, "differences": 0}
    sent: Counter[tuple[str, int]] = Counter()
    wrong: list[str] = []
    with undone():
        world = house()
        for kinds in games:
            planned = _plan(world, kinds, long=long)[:: 1 if wall else 6]
            with nullcontext() if wall else wall_down():
                with branch(world, kinds=kinds):
                    one = _look(world, planned)
                with branch(world, kinds=()):
                    other = _look(world, planned)
            wrong += _differences(one, other)
            figures["n"] += len(one)
            sent += _sent(planned, one)
            figures["routes"] = len({call.name for _person, call in planned})
            figures["principals"] = len({person for person, _call in planned})
    figures["differences"] = len(wrong)
    return figures | forms_figures(sent), wrong


def _plan(world: Any, kinds: tuple[str, ...], *, long: bool) -> list[tuple[str, Call]]:
    """Return who makes which call; the ids are those of the world with grievances."""
    with branch(world, kinds=kinds) as (grieved, common):
        made = list(dict.fromkeys(calls(recipes(world, grieved, common, real_ids(grieved)), wide=long)))
    people = list(world.people["tied"])
    whole = people if long else ["county_relative"]

    def concerns(person: str, call: Call) -> bool:
        """Say whether a call is about what this person's post is for."""
        return person.startswith("county_") and bool(CUSTODY.search(call.name))

    return [
        (person, call)
        for n, person in enumerate(people)
        for m, call in enumerate(made)
        if person in whole or (m + n) % SHARE == 0 or concerns(person, call)
    ]


def _sent(planned: list[tuple[str, Call]], seen: Seen) -> Counter[tuple[str, int]]:
    """Count the statuses of what was sent to each route."""
    return Counter(
        (f"{call.method} {call.name}", seen[person, call.key].status)
        for person, call in planned
        if call.method != "get" and seen[person, call.key].status != 405  # a page without a form
    )


def forms_figures(sent: Counter[tuple[str, int]]) -> dict[str, Any]:
    """Return how much of what was sent got past the form, and the routes where nothing ever did."""
    passed = {route for route, status in sent if status not in (400, 422)}
    whole = sent.total()
    tried = sum(n for (_route, status), n in sent.items() if status not in (400, 422))
    statuses = Counter[str]()
    for (_route, status), n in sent.items():
        statuses[str(status)] += n
    return {
        "sent": whole, "sent_past_the_form": tried, "sent_statuses": dict(sorted(statuses.items())),
        "never_past_the_form": sorted({route for route, _status in sent} - passed),
    }  # fmt: skip


def _look(world: Any, planned: list[tuple[str, Call]]) -> Seen:
    """Make every call of the plan in this world, each taken back, and read every inbox."""
    seen: Seen = {}
    clients: dict[str, Client] = {}
    for person, call in planned:
        if person not in clients:
            clients[person] = browser(world, person)
            seen[person, "inbox and outbox"] = _mail(world, person)
        with undone():
            found = make(call, clients[person], person)
        seen[person, call.key] = Answer(found.status, found.headers, zlib.compress(found.body, 1))
    return seen


def _mail(world: Any, person: str) -> Answer:
    """Return what was sent to a person, inside the house and outside."""
    user = world.people["tied"][person]
    inside = list(Notification.objects.filter(to=user).order_by("pk").values_list("kind", "data", "url"))
    numbers = [user.phone, user.email]
    outside = [d.text for d in Delivery.objects.order_by("pk") if d.address in numbers]
    kept = list(OutboxMessage.objects.filter(address__in=numbers).order_by("pk").values_list("text"))
    return Answer(0, (), repr((inside, outside, kept)).encode())


def _differences(one: Seen, other: Seen) -> list[str]:
    wrong = [f"{person} asks {call}: only in one world" for person, call in one.keys() ^ other.keys()]
    for (person, call), answer in one.items():
        twin = other.get((person, call))
        if twin is not None and twin != answer:
            wrong.append(f"{person} asks {call}: {_told(answer)} against {_told(twin)}")
    return wrong


def _told(answer: Answer) -> str:
    return f"{answer.status} {zlib.crc32(answer.body):08x}" if answer.status else "other messages"


__all__ = ["chance", "play"]
