"""P18: every kind of message, sent for real, looks the same from outside."""

from typing import Any

import pytest

from trust import p18_neutral_texts as proof
from zhijia.core.manifest import contributions


@pytest.mark.django_db
def test_whatever_leaves_the_house_looks_the_same(socket_enabled: Any) -> None:
    figures = proof.figures()
    assert figures["kinds"] == len(list(contributions("messages"))) > 0
    assert figures["n"] == figures["kinds"] * len(proof.LANGUAGES) * 2
    assert (figures["leaks"], figures["control_found"]) == (0, 3)
    assert figures["letters_held_back"] >= 10
