"""What the size of a unit asks for: each step of the tables at its edges."""

import pytest

from zhijia.organising import sizes
from zhijia.organising.enums import Office
from zhijia.organising.tests.factories import TODAY
from zhijia.unions.enums import BodyKind

pytestmark = pytest.mark.django_db
HERE = "130582"


@pytest.mark.parametrize(
    ("members", "least", "most"),
    [(24, 3, 5), (25, 3, 7), (200, 3, 7), (201, 7, 15), (1000, 7, 15), (1001, 15, 21), (5000, 15, 21),
     (10_000, 21, 29), (50_000, 29, 37), (50_001, 37, 45), (900_000, 37, 45)],
)  # fmt: skip
def test_the_committee_grows_by_steps_and_both_ends_of_a_step_are_in_it(members, least, most) -> None:
    span = sizes.committee_span(members, HERE, TODAY)
    assert (span.least, span.most) == (least, most)
    assert [span.holds(n) for n in (least - 1, least, most, most + 1)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("members", "least", "most"), [(100, 30, 40), (200, 30, 40), (201, 40, 60), (50_001, 180, 240)]
)
def test_delegates_grow_by_steps(members, least, most) -> None:
    span = sizes.delegates_span(members, HERE, TODAY)
    assert (span.least, span.most) == (least, most)


@pytest.mark.parametrize(
    ("kind", "years"),
    [(BodyKind.GRASSROOTS, (3, 5)), (BodyKind.JOINT, (3, 5)), (BodyKind.FEDERATION, (5,)),
     (BodyKind.INDUSTRIAL, (5,))],
)  # fmt: skip
def test_only_the_grassroots_choose_the_length_of_the_term(kind, years) -> None:
    assert sizes.years_allowed(kind, HERE, TODAY) == years


@pytest.mark.parametrize(
    ("office", "percent"),
    [(Office.FULL, 5), (Office.WOMEN, 5), (Office.AUDIT, 5), (Office.STANDING, 10), (Office.CHAIR, None),
     (Office.VICE_CHAIR, None)],
)  # fmt: skip
def test_a_standing_committee_needs_the_larger_surplus_and_a_chair_none(office, percent) -> None:
    rule = sizes.surplus_rule(office, HERE, TODAY)
    assert (rule.value if rule else None) == percent


def reached(**told) -> set[str]:
    people = {"workers": 0, "members": 0, "women": 0, **told}
    return {hint.key for hint in sizes.hints(**people, place=HERE, on=TODAY)}


@pytest.mark.parametrize(
    ("key", "there", "short"),
    [("own_committee", {"members": 25}, {"members": 24}), ("women_committee", {"women": 10}, {"women": 9}),
     ("full_time_chair", {"workers": 200}, {"workers": 199}),
     ("assembly", {"members": 99}, {"members": 100})],
)  # fmt: skip
def test_a_threshold_is_reached_with_the_number_itself(key, there, short) -> None:
    assert key in reached(**there)
    assert key not in reached(**short)
