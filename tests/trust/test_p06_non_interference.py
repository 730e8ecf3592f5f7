"""P6 at small size: whoever is tied to the employer meets the same bytes in both worlds."""

import random
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest

from tests.trust.every_route import NoRecipe, Recipes, calls, operations, pages, recipes
from tests.trust.interference import play
from tests.trust.response_times import ks_p


def _stub() -> Any:
    """Return a world of numbers, enough to fill every argument."""
    row = SimpleNamespace(
        pk=1, name="n", public_id="00000000-0000-4000-8000-000000000000", number="26000000001"
    )
    names = ("own_union", "county", "other_county", "second_handler")
    some = dict.fromkeys(names, row)
    ids = defaultdict(lambda: [1]) | {
        "files": [{"file_id": row.public_id, "public_id": row.public_id}],
        "name_requests": [row.public_id], "applications": [row.public_id], "rights_requests": [row.public_id],
    }  # fmt: skip
    return SimpleNamespace(employer=row, other_employer=row, bodies=some, people=some), [row], [row], ids


def test_every_address_and_operation_has_a_recipe() -> None:
    made = list(calls(recipes(*_stub()), wide=False))
    assert {call.name for call in made} >= {name for name, _arguments in pages()}
    assert {call.name for call in made} >= {f"{m.upper()} {path}" for m, path in operations()}


def test_an_address_with_an_argument_that_nobody_knows_fails() -> None:
    empty = Recipes(arguments={}, form={}, queries=[])
    with pytest.raises(NoRecipe):
        list(calls(empty, wide=False))


@pytest.mark.django_db
def test_nobody_tied_to_the_employer_can_tell_the_worlds_apart() -> None:
    figures, wrong = play(long=False)
    assert wrong == []
    assert figures["n"] > 1200
    assert figures["sent_past_the_form"] > 0.6 * figures["sent"]
    assert figures["principals"] == 13
    assert figures["routes"] == len(list(pages())) + len(list(operations()))


@pytest.mark.django_db
def test_the_control_without_the_conflict_filter_is_noticed() -> None:
    _figures, wrong = play(long=False, wall=False)
    assert len(wrong) > 10


def test_the_comparison_of_times_tells_a_shift_from_noise() -> None:
    draw = random.Random(7)
    one, same = ([draw.gauss(10, 1) for _ in range(400)] for _ in range(2))
    later = [draw.gauss(10.5, 1) for _ in range(400)]
    assert ks_p(one, same) > 0.01
    assert ks_p(one, later) < 1e-6
    # The table value for n = m = 400 at 1 %: D = 1.628 * sqrt(2 / 400).
    edge = [float(n) for n in range(400)]
    assert ks_p(edge, [x + 46 for x in edge]) == pytest.approx(0.01, abs=0.003)
