"""Facts that make no sense are named before anything is decided."""

import pytest

from zhijia.assistance.rules.facts import Problem, problems_of
from zhijia.assistance.tests import samples

RULES = samples.shipped().get("xingtai@2021")


def problems(household, persons):
    return problems_of(RULES.plan, household, persons)


def test_sound_facts_have_no_problem():
    assert problems(samples.facts(RULES), [samples.person(RULES)]) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"housing_cost": None}, "missing"), ({"housing_cost": -1}, "too_small"),
        ({"housing_cost": 1_000_000_001}, "too_great"), ({"housing_cost": 1.5}, "wrong_type"),
        ({"housing_cost": True}, "wrong_type"), ({"motor_vehicle": 1}, "wrong_type"),
    ],
)  # fmt: skip
def test_each_problem_of_a_household_is_named(change, reason):
    (name, value) = next(iter(change.items()))
    assert problems(samples.facts(RULES, **change), [samples.person(RULES)]) == [Problem(reason, name, value)]


def test_a_problem_of_a_person_says_which():
    persons = [samples.person(RULES), samples.person(RULES, work_status="idle")]
    assert problems(samples.facts(RULES, household_size=2), persons) == [
        Problem("unknown_code", "work_status", "idle", 2)
    ]


def test_nobody_and_a_size_that_differs_are_named():
    assert problems(samples.facts(RULES), []) == [Problem("no_persons", "household_size", 0)]
    found = problems(samples.facts(RULES, household_size=3), [samples.person(RULES)])
    assert found == [Problem("size_mismatch", "household_size", 3)]
