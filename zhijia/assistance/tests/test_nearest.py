"""The nearest true change: it alters the result, nothing smaller does, and nobody is told to misreport."""

import random

import pytest

from zhijia.assistance.rules.nearest import nearest_changes
from zhijia.assistance.tests import samples

LIBRARY = samples.shipped()
VALUES = {
    "dibao": 60_000, "minimum_wage": 240_000, "relative_coefficient": 200, "aid_member": 100_000,
    "aid_cap": 400_000, "aid_relative_share": 50, "aid_accident_months": 6, "accident_share": 80,
}  # fmt: skip


def nearest(reference, persons, **household):
    rules = LIBRARY.get(reference)
    people = [samples.person(rules, **one) for one in persons]
    home = samples.facts(rules, household_size=len(people), **household)
    return {one.item.name: one for one in nearest_changes(rules.evaluator, home, people, VALUES)}


def test_a_household_just_over_the_line_hears_by_how_much_of_which_costs():
    found = nearest("xingtai@2021", [{"wages": 1_443_700}])
    # 14,437 less 37.01 is one fen below twice the standard of a year, 14,400.
    assert {name: one.more for name, one in found.items()} == dict.fromkeys(
        [
            "housing_cost",
            "necessary_work_cost",
            "other_rigid_cost",
            "medical_cost",
            "disability_cost",
            "schooling_cost",
        ],
        3_701,
    )
    assert {one.outcome.name for one in found.values()} == {"relative"}


def test_whoever_has_no_work_hears_which_paper_proves_it():
    found = nearest("xingtai@2021", [{"work_status": "jobless"}])
    assert found["work_status"].value == "jobless_proven"
    assert found["work_status"].outcome.name == "deep"


def test_a_migrant_in_qingdao_hears_to_join_or_to_wait():
    migrant = {"migrant": True, "labour_months": 12, "union_member": True, "lives_in_town": True}
    assert set(nearest("qingdao@2021", [{}], **(migrant | {"union_member": False}))) == {"union_member"}
    waiting = nearest("qingdao@2021", [{}], **(migrant | {"labour_months": 5}))
    assert {name: one.value for name, one in waiting.items()} == {"labour_months": 12}
    assert nearest("qingdao@2021", [{}], **(migrant | {"lives_in_town": False})) == {}


def test_who_is_entitled_or_excluded_hears_of_no_change():
    assert nearest("xingtai@2021", [{}]) == {}
    assert nearest("xingtai@2021", [{}], motor_vehicle=True) == {}


@pytest.mark.parametrize("reference", sorted(LIBRARY.found))
def test_each_change_alters_the_result_and_no_smaller_one_does(reference):
    rules, draw, seen = LIBRARY.get(reference), random.Random(reference), 0
    for _ in range(60):
        persons = [
            samples.person(rules, wages=draw.randrange(3_000_000)) for _ in range(draw.randrange(1, 4))
        ]
        household = samples.facts(rules, household_size=len(persons), sudden_event=draw.random() < 0.5)
        values = samples.random_values(rules, draw, unknown=0)
        for one in nearest_changes(rules.evaluator, household, persons, values):
            seen += 1
            assert not one.item.fact
            assert one.item.paper or one.item.change
            assert applied(rules, one, household, persons, one.value).decide_with(values).code > 0
            if one.item.kind in ("money", "count"):
                assert (
                    applied(rules, one, household, persons, one.value - 1).decide_with(values).name == "none"
                )
    assert seen >= 5


class applied:
    """The same household with one fact changed."""

    def __init__(self, rules, one, household, persons, value):
        self.rules, self.household, self.persons = (
            rules,
            dict(household),
            [dict(person) for person in persons],
        )
        name = one.item.name
        if one.item.entity == "household":
            self.household[name] = value
        elif one.item.kind == "code":
            for person in self.persons:
                person[name] = value if person[name] == one.item.proves[0] else person[name]
        else:
            self.persons[0][name] = value

    def decide_with(self, values):
        return self.rules.evaluator.decide(self.household, self.persons, values)


def test_income_and_property_are_marked_as_facts_in_every_rule_set():
    for loaded in LIBRARY.found.values():
        facts = {item.name for item in loaded.rules.inputs if item.fact}
        assert {"wages", "other_income"} <= facts
        assert {"savings", "investments"} & {item.name for item in loaded.rules.inputs} <= facts
        for item in loaded.rules.inputs:
            assert not (item.fact and (item.paper or item.change))
