"""P17 at its small size: who lost the telephone gets back in, nobody else does."""

import pytest
from django.test import override_settings

from trust import p17_lost_phone as proof


@pytest.mark.django_db
@override_settings(ZHIJIA_CODE_SENDER="zhijia.accounts.tests.factories.keep_code", ALLOWED_HOSTS=["*"])
def test_the_worker_gets_in_and_nobody_else_does() -> None:
    figures = proof.figures(*proof.SHORT)
    assert figures["n"] >= 20
    assert figures["attacker_wins"] == 0
    assert figures["honest_success"] == "100 %"
    assert figures["longest_hours"] <= 48.02
    assert figures["control_lost"] == 3
