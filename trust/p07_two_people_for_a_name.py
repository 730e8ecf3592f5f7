"""P7: officers of all kinds ask, decide and open in any order; the name comes out only by the rule."""

from typing import Any
from unittest.mock import patch

from trust import Broken
from trust.house import empty_house

PROMISE = "P7"
TITLE = "Nobody learns a name without two people, a written reason, and the worker seeing it"


def prove(*, long: bool) -> dict[str, Any]:
    """Return the figures; the control lets people decide for themselves and must be noticed."""
    with empty_house():
        from tests.trust.identity_game import play
        from zhijia.vault import permissions
        from zhijia.vault.services import parts

        with patch.object(parts, "_disclose", _without_durability(parts._disclose)):
            games = 200 if long else 6
            seen, wrong = play(games=games, moves=120)
            stand_in, also_wrong = play(games=games // 3, moves=120, seed=5000, with_keys=False)
            if wrong or also_wrong:
                raise Broken("; ".join((wrong + also_wrong)[:5]))
            with patch.object(permissions, "is_independent", lambda by, request, on: True):
                _seen, noticed = play(games=3, moves=120, seed=9000)
        total = seen + stand_in
        if not total["revealed"] or not total["for oneself"] or not noticed:
            raise Broken("no name was opened, nobody tried to agree to himself, or the control saw nothing")
        return {
            "n": sum(total.values()) - total["revealed"] - total["for oneself"],
            "illegal_reveals": len(wrong) + len(also_wrong),
            "lawful_reveals": total["revealed"],
            "decisions_for_oneself_tried": total["for oneself"],
            "decisions": total["approve"] + total["refuse"],
            "control_noticed": len(noticed),
        }


def _without_durability(disclose: Any) -> Any:
    """A game runs in a transaction that is taken back; only its outermost may be durable."""
    return disclose.__wrapped__
