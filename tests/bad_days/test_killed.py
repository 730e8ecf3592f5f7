"""The server is killed while it answers: what was acknowledged is there, sending again makes no second.

Kill -9 says nothing about power cuts; those rest on ``synchronous=FULL`` and ``synchronous_commit``.
"""

import contextlib
import itertools

import pytest

from tests.bad_days.house import BROKEN, call, filed, forget_limits, hand_in, until_answered
from tests.browser.server import Server

pytestmark = pytest.mark.sqlite_only
POINTS = {
    "before-statement": 3,
    "before-commit": 1,
    "after-commit": 1,
    "before-answer": 1,
    "after-headers": 1,
}
"""Where it is killed, and at each how many-th passing; promise 1 kills at every call of the system."""
_number = itertools.count(1)


def fresh() -> tuple[str, str]:
    """Return a text and a key that nobody used before."""
    number = next(_number)
    return f"机器在回答的那一刻断电，第{number}次", f"killed-while-answering-{number:06d}"


def killed(server: Server, point: str, passing: int, text: str, key: str) -> bool:
    """Send once; say whether the process was killed at that passing of the point."""
    forget_limits(server.data)  # a process that dies takes its share of a minute's requests with it
    fault = server.data / "fault"
    fault.write_text(f"{point}:{passing}")
    with contextlib.suppress(*BROKEN):
        assert hand_in(server, text, key).status == 201
    died = not fault.exists()
    fault.unlink(missing_ok=True)
    return died


@pytest.mark.parametrize("point", POINTS)
def test_a_retry_after_every_kill_gives_one_receipt_for_one_appeal(house: Server, point: str) -> None:
    kills = 0
    for passing in range(1, 200, POINTS[point]):
        text, key = fresh()
        if not killed(house, point, passing, text, key):
            break  # the request ran past the last such point
        kills += 1
        saved = filed(house.data, text)
        assert saved <= 1
        first, second = until_answered(house, text, key), until_answered(house, text, key)
        assert first.json() == second.json()
        assert (first.status, second.status) == ((200 if saved else 201), 200)
        assert filed(house.data, text) == 1
        followed = call(house, "GET", "/by-receipt", Receipt=first.json()["receipt"])
        assert (followed.status, followed.json()["text"]) == (200, text)
    assert kills >= (12 if "statement" in point else 1)
    print(f"{point}: {kills} kills, 0 lost, 0 doubled")


def test_a_retry_with_another_key_is_a_second_appeal_so_the_key_is_what_saves(house: Server) -> None:
    text, key = fresh()
    assert killed(house, "before-answer", 1, text, key)
    assert filed(house.data, text) == 1
    assert until_answered(house, text, key + "-other").status == 201
    assert filed(house.data, text) == 2


def test_the_record_of_deeds_has_no_gap_after_all_that(house: Server) -> None:
    text, key = fresh()
    killed(house, "before-commit", 2, text, key)
    until_answered(house, text, key)
    assert "intact" in house.zhijia("audit", "verify")
