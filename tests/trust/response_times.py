"""The clock's part of promise P6: does a hidden matter take longer to refuse than one that is not there?"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from unittest.mock import patch

from django.test import Client
from django.urls import reverse

from tests.trust.every_route import NOBODY, real_ids
from tests.trust.twin_worlds import branch, browser, house, secret_of, undone
from zhijia.appeals.models.appeal import AppealQuerySet

PERSON = "county_relative"
LISTS = (("appeals:queue", ""), ("appeals:queue", "?tab=all"), ("portal:search", "?q=12"))
BESIDE = "/menu/"
LEAST = 0.01
"""Below this the two samples are not of one kind."""
Pair = tuple[str, ...]


def timing(rounds: int) -> dict[str, Any]:
    """Return how well response times tell the worlds apart: the lowest p of all pages."""
    with undone():
        world = house()
        with branch(world, kinds=("named",)) as (grieved, _common):
            client = browser(world, PERSON)
            found = {name: _twice(client, *pair, rounds) for name, pair in _pairs(grieved).items()}
        found |= {name + query: _list(world, reverse(name) + query, rounds) for name, query in LISTS}
    worst = min(found, key=lambda name: found[name])
    return {
        "timing_n": rounds, "timing_pages": len(found), "timing_p": round(found[worst], 4),
        "timing_worst": worst,
    }  # fmt: skip


def control(rounds: int) -> float:
    """Return the p of a page whose look-up is slower for a row that is there; raise nothing."""
    with undone():
        world = house()
        with branch(world, kinds=("named",)) as (grieved, _common):
            client, pair = browser(world, PERSON), _pairs(grieved)["matter"]
            took = median(_took(client, pair[1]) for _ in range(9))
            with slow_path(grieved[0].public_id, seconds=max(0.003, took / 2)):
                return _twice(client, *pair, rounds)


def _pairs(grieved: list[Any]) -> dict[str, Pair]:
    """Return pages of what is hidden, each beside the page of what is nowhere."""
    hidden = grieved[0].public_id
    file = real_ids(grieved)["files"][0]["file_id"]
    api = "/api/v1/appeals"
    return {
        "matter": (reverse("appeals:work", args=[hidden]), reverse("appeals:work", args=[NOBODY])),
        "own matter": (reverse("appeals:detail", args=[hidden]), reverse("appeals:detail", args=[NOBODY])),
        "file": tuple(reverse("appeals:work_file", args=[of, file]) for of in (hidden, NOBODY)),
        "API matter": (f"{api}/work/{hidden}", f"{api}/work/{NOBODY}"),
        "API file": (f"{api}/{hidden}/files/{file}", f"{api}/{NOBODY}/files/{file}"),
    }


@contextmanager
def slow_path(hidden: Any, *, seconds: float) -> Iterator[None]:
    """Plant what somebody could write: more work for a row that is there, before it is left out."""
    real = AppealQuerySet.filter

    def filter_slowly(rows: Any, *given: Any, **told: Any) -> Any:
        if str(told.get("public_id")) == str(hidden):
            time.sleep(seconds)
        return real(rows, *given, **told)

    with patch.object(AppealQuerySet, "filter", filter_slowly):
        yield


def _took(client: Client, address: str) -> float:
    headers = {"Authorization": f"Bearer {secret_of(PERSON)}"} if address.startswith("/api/") else {}
    began = time.perf_counter()
    client.get(address, headers=headers)
    return time.perf_counter() - began


def _twice(client: Client, one: str, other: str, rounds: int) -> float:
    """Measure, and measure anew what looked different: only chance differs once."""
    return _surely(lambda: _alternately(client, one, other, rounds))


def _surely(measure: Callable[[], float]) -> float:
    p = measure()
    return p if p > LEAST else max(p, measure())


def _alternately(client: Client, one: str, other: str, rounds: int) -> float:
    for address in (one, other) * 5:
        _took(client, address)
    pairs = [(_took(client, one), _took(client, other)) for _ in range(rounds)]
    return ks_p([a for a, _ in pairs], [b for _, b in pairs])


def _list(world: Any, address: str, rounds: int) -> float:
    """Measure a list in both worlds by turns, and each time a page beside it that knows no matters.

    The turns last seconds, and a machine is faster in one than in the next: what counts is the ratio.
    """
    return _surely(lambda: _both_worlds(world, address, rounds))


def _both_worlds(world: Any, address: str, rounds: int) -> float:
    found: dict[bool, list[float]] = {True: [], False: []}
    turns = 8 if rounds > 100 else 4
    for turn in range(turns):
        grieved = turn % 2 == 0
        with branch(world, kinds=("named",) if grieved else ()):
            client = browser(world, PERSON)
            for _ in range(5):
                _took(client, address)
            found[grieved] += [
                _took(client, address) / _took(client, BESIDE) for _ in range(2 * rounds // turns)
            ]
    return ks_p(found[True], found[False])


def ks_p(one: list[float], other: list[float]) -> float:
    """Return the p-value of the two-sample Kolmogorov–Smirnov test (asymptotic; Numerical Recipes 14.3)."""
    first, second = sorted(one), sorted(other)
    i = j = 0
    distance = 0.0
    while i < len(first) and j < len(second):
        least = min(first[i], second[j])
        while i < len(first) and first[i] <= least:
            i += 1
        while j < len(second) and second[j] <= least:
            j += 1
        distance = max(distance, abs(i / len(first) - j / len(second)))
    size = math.sqrt(len(first) * len(second) / (len(first) + len(second)))
    x = (size + 0.12 + 0.11 / size) * distance
    if x < 0.2:
        return 1.0
    return min(1.0, max(0.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * (k * x) ** 2) for k in range(1, 101))))
