"""P7 at small size: no order of asking, deciding and opening brings a name out against the rule."""

import pytest

from tests.trust.identity_game import play
from zhijia.vault import permissions
from zhijia.vault.services import parts


@pytest.fixture(autouse=True)
def _nested(monkeypatch):
    """A game runs in a transaction that is taken back; only its outermost may be durable."""
    monkeypatch.setattr(parts, "_disclose", parts._disclose.__wrapped__)
    monkeypatch.setattr("zhijia.vault.keys.PASSWORD_MEMORY_KIB", 64)


@pytest.mark.django_db
@pytest.mark.parametrize("with_keys", [True, False])
def test_no_order_of_steps_brings_a_name_out_against_the_rule(with_keys: bool) -> None:
    seen, wrong = play(games=2, moves=150, with_keys=with_keys)
    assert wrong == []
    assert seen["revealed"] >= 1
    assert seen["for oneself"] >= 2, "nobody tried to decide for himself: the game proves nothing about that"


@pytest.mark.django_db
def test_a_weakened_rule_is_noticed(monkeypatch) -> None:
    monkeypatch.setattr(permissions, "is_independent", lambda by, request, on: True)
    assert play(games=2, moves=150, seed=9000)[1]
