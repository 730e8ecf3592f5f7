"""P3 in its short form."""

from pathlib import Path

import pytest

from tests.faults.installation import Place
from trust import p03_sending_twice_makes_one as p03

pytestmark = pytest.mark.sqlite_only


def test_whatever_breaks_on_the_way_each_key_makes_one(small: Place, tmp_path: Path) -> None:
    with small.copy(tmp_path).zygote() as zygote:
        run = p03.drive(zygote, examples=5, steps=15)
        p03._one_each(zygote, run)
    assert run.rules >= 40


def test_without_keys_the_machine_finds_doubles(small: Place, tmp_path: Path) -> None:
    with small.copy(tmp_path).zygote() as zygote:
        assert p03._without_keys(zygote)
        assert p03._another_key(zygote) == 2
