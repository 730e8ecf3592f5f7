"""The release gate: examples, the subtraction attack, and any tree at all."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.statistics.gate import Shown, holes, nearest, parts, rounded, shown

CITY, A, B, C = "1/", "1/2/", "1/3/", "1/4/"


def test_large_bodies_stand_for_themselves() -> None:
    assert parts({CITY: 12, A: 10, B: 40}, 10) == {CITY: 12, A: 10, B: 40}


def test_a_body_under_the_threshold_is_counted_with_the_body_above() -> None:
    assert parts({CITY: 12, A: 9, B: 40}, 10) == {CITY: 21, B: 40}


def test_merging_goes_on_upwards_until_it_is_enough() -> None:
    assert parts({CITY: 6, A: 3, "1/2/5/": 4}, 10) == {CITY: 13}


def test_taking_published_parts_from_the_total_uncovers_nobody() -> None:
    """Total 37, A 20, B 14: the attacker would learn that C has 3. So B is given up to the city."""
    own = {CITY: 0, A: 20, B: 14, C: 3}
    published = parts(own, 10)
    assert published == {CITY: 17, A: 20}
    assert sum(published.values()) == 37
    assert all(abs(sum(published.values()) - n) >= 10 for n in published.values())


def test_an_empty_top_needs_no_row() -> None:
    assert parts({CITY: 0, A: 20}, 10) == {A: 20}


def test_too_few_in_all_publishes_nothing() -> None:
    assert parts({CITY: 4, A: 5}, 10) == {}
    assert parts({}, 10) == {}


def test_a_part_is_what_lies_below_its_head_and_below_no_other() -> None:
    heads = {CITY: 20, A: 15, "1/2/5/": 11, C: 30}
    assert holes(CITY, heads) == (A, C)
    assert holes(A, heads) == ("1/2/5/",)
    assert nearest("1/2/5/9/", heads) == "1/2/5/"


@st.composite
def counted_trees(draw: st.DrawFn) -> dict[str, int]:
    paths = ["1/"]
    for number in range(2, draw(st.integers(2, 9)) + 1):
        paths.append(f"{draw(st.sampled_from(paths))}{number}/")
    return {path: draw(st.integers(0, 25)) for path in paths}


@given(counted_trees(), st.integers(2, 15))
def test_no_sum_or_difference_of_published_parts_is_a_small_group(
    own: dict[str, int], threshold: int
) -> None:
    published = parts(own, threshold)
    people = {
        head: {(p, n) for p, k in own.items() for n in range(k) if belongs(p, published) == head}
        for head in published
    }
    assert {head: len(found) for head, found in people.items()} == published
    everyone = {(p, n) for p, k in own.items() for n in range(k)}
    known = [everyone] if sum(published.values()) == len(everyone) else []
    known += [
        set().union(*(people[h] for h in group)) for size in (1, 2) for group in combinations(people, size)
    ]
    for one, other in combinations(known, 2):
        for difference in (one - other, other - one):
            assert not 0 < len(difference) < threshold


def belongs(path: str, heads: dict[str, int]) -> str:
    return path if path in heads else nearest(path, heads)


@given(counted_trees(), st.integers(2, 15))
def test_nobody_is_lost_as_long_as_there_are_enough(own: dict[str, int], threshold: int) -> None:
    published = parts(own, threshold)
    assert sum(published.values()) == (sum(own.values()) if sum(own.values()) >= threshold else 0)


@pytest.mark.parametrize(
    ("number", "base", "result"),
    [(12, 5, 10), (12.5, 5, 15), (13, 5, 15), (0, 5, 0), (2.26, 0.5, 2.5), (-2.4, 0.5, -2.5)],
)
def test_rounding_is_to_the_next_multiple(number: float, base: float, result: float) -> None:
    assert rounded(number, base) == result


@pytest.mark.parametrize(
    ("value", "unit", "result"),
    [
        (87.4, "percent", Shown(85)),
        (100, "percent", Shown(95, "least")),
        (98, "percent", Shown(95, "least")),
        (0, "percent", Shown(5, "most")),
        (2.4, "percent", Shown(5, "most")),
        (17, "count", Shown(15)),
        (3.3, "days", Shown(3.5)),
        (0.2, "hours", Shown(0.0)),
    ],
)
def test_a_share_of_everybody_or_nobody_is_only_a_bound(value: float, unit: str, result: Shown) -> None:
    assert shown(value, unit, 5) == result
