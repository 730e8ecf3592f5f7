"""Worked examples, reckoned by hand."""

import datetime as dt

import pytest

from zhijia.assistance.rules.plan import SIZE
from zhijia.assistance.tests.samples import facts, person, shipped

VALUES = {
    "dibao": 60_000, "minimum_wage": 240_000, "relative_coefficient": 200, "aid_member": 100_000,
    "aid_cap": 400_000, "aid_relative_share": 50, "aid_accident_months": 6, "accident_share": 80,
}  # fmt: skip
YUAN = 100


def decide(reference, *, income=0, costs=0, size=1, values=(), persons=None, **household):
    """Decide a household in which one earns everything."""
    rules = shipped().get(reference)
    people = persons or [{} for _ in range(size)]
    rows = [person(rules, **one) for one in people]
    if not persons:
        rows[0]["wages"] = round(income * YUAN)
        if "medical_cost" in rows[0]:
            rows[0]["medical_cost"] = round(costs * YUAN)
    return rules.evaluator.decide(facts(rules, **{SIZE: len(rows)}, **household), rows, VALUES | dict(values))


def test_1_deep_difficulty():
    found = decide("xingtai@2021", income=48_000, costs=30_000, size=3)
    assert (found.name, found.values["per_month"]) == ("deep", 500 * YUAN)


def test_2_on_the_line_is_deep_in_xingtai_and_relative_in_qingdao():
    assert decide("xingtai@2021", income=21_600, size=3).name == "deep"
    assert decide("qingdao@2021", income=21_600, size=3).name == "relative"
    assert decide("qingdao@2021", income=21_599.99, size=3).name == "deep"
    assert decide("xingtai@2021", income=21_600.01, size=3).name == "relative"


@pytest.mark.parametrize("reference", ["xingtai@2021", "qingdao@2021", "national@2021"])
def test_3_twice_the_standard_is_no_longer_relative(reference):
    assert decide(reference, income=43_199.99, size=3).name == "relative"
    assert decide(reference, income=43_200, size=3).name == "none"


def test_4_a_negative_income_is_still_deep():
    found = decide("xingtai@2021", income=20_000, costs=50_000, size=2)
    assert (found.name, found.values["per_month"]) == ("deep", -1_250 * YUAN)


def test_5_an_accident_counts_above_its_share_of_the_income():
    def qingdao(cost):
        return decide("qingdao@2021", income=60_000, sudden_event=True, accident_cost=round(cost * YUAN)).name

    assert qingdao(48_000.01) == "accidental"
    assert qingdao(48_000) == "none"
    assert decide("qingdao@2021", income=60_000, accident_cost=48_000_01).name == "none"
    assert decide("qingdao@2021", income=60_000, disaster_injury=True).name == "accidental"


def test_6_somebody_able_and_jobless_counts_with_the_minimum_wage():
    both = [{"wages": 1_000_000}, {"work_status": "jobless"}]
    found = decide("national@2021", persons=both)
    assert found.values["imputed"] == 28_800 * YUAN
    assert found.values["income"] == 38_800 * YUAN
    proven = [{"wages": 1_000_000}, {"work_status": "jobless_proven"}]
    assert decide("national@2021", persons=proven).values["imputed"] == 0


def test_without_a_minimum_wage_only_the_households_that_need_it_stay_open():
    rules = shipped().get("national@2021")
    unknown = {"minimum_wage": None}
    found = decide("national@2021", persons=[{"work_status": "jobless"}], values=unknown)
    assert found.name == "undetermined"
    assert rules.plan.missing_of(found.missing) == ("minimum_wage",)
    assert found.amounts == {"living_aid": None}
    assert decide("national@2021", income=1_000, values=unknown).name == "deep"


def test_without_the_standard_nothing_is_taken_as_zero():
    found = decide("national@2021", income=0, values={"dibao": None})
    assert (found.name, found.amounts["living_aid"]) == ("undetermined", None)


def test_an_exclusion_decides_even_where_the_standard_is_missing():
    assert decide("xingtai@2021", income=0, motor_vehicle=True, values={"dibao": None}).name == "none"


@pytest.mark.parametrize(
    "exclusion",
    ["private_school_or_abroad", "controls_company", "several_dwellings", "motor_vehicle", "refuses_check",
     "hides_facts", "refuses_work"],
)  # fmt: skip
@pytest.mark.parametrize("reference", ["xingtai@2021", "qingdao@2021", "national@2021"])
def test_each_exclusion_excludes(reference, exclusion):
    rules = shipped().get(reference)
    found = decide(reference, income=0, **{exclusion: True})
    assert found.name == "none"
    assert rules.plan.reasons_of(found.reasons) == ("deep_income", "relative_income", exclusion)
    event = {"sudden_event": True, "accident_cost": 10_000_000, "still_in_difficulty": True}
    event = {name: value for name, value in event.items() if name in facts(rules)}
    assert decide(reference, income=60_000, **event).name == "accidental"
    assert decide(reference, income=60_000, **event, **{exclusion: True}).name == "none"


def test_a_migrant_in_qingdao_needs_a_year_membership_and_a_home_in_town():
    whole = {"migrant": True, "labour_months": 12, "union_member": True, "lives_in_town": True}
    assert decide("qingdao@2021", income=0, **whole).name == "deep"
    for name, value in (("labour_months", 11), ("union_member", False), ("lives_in_town", False)):
        assert decide("qingdao@2021", income=0, **(whole | {name: value})).name == "none"
        assert decide("qingdao@2021", income=0, **(whole | {name: value, "migrant": False})).name == "deep"


def test_what_counts_differs():
    care = [{"wages": 2_000_000, "care_cost": 1_500_000}]
    assert decide("national@2021", persons=care).name == "deep"
    assert shipped().get("xingtai@2021").plan.rule_set.titles()["care_cost"]
    assert decide("xingtai@2021", persons=care).name == "none"
    aid = [{"wages": 700_000, "union_aid": 100_000}]
    assert decide("national@2021", persons=aid).values["income"] == 8_000 * YUAN
    pension = [{"wages": 700_000, "basic_pension": 100_000}]
    assert decide("national@2021", persons=pension).values["income"] == 7_000 * YUAN


def test_bengbu_2019_counts_savings_and_holds_to_one_and_a_half_times():
    old = {"relative_coefficient": 150}

    def bengbu(income, **household):
        return decide("bengbu@2019", income=income, values=old, **household).name

    assert bengbu(7_200) == "deep"
    assert bengbu(10_800) == "relative"
    assert bengbu(10_800.01) == "none"
    assert bengbu(10_000, savings=800 * YUAN) == "relative"
    assert bengbu(10_000, savings=801 * YUAN) == "none"
    assert bengbu(10_000, investments=801 * YUAN) == "none"
    assert bengbu(20_000, sudden_event=True, accident_cost=9_200 * YUAN) == "accidental"
    assert bengbu(20_000, sudden_event=True, accident_cost=9_199_99) == "none"
    assert bengbu(20_000, accident_cost=9_200 * YUAN) == "none"
    assert bengbu(0, migrant=True, labour_months=11) == "none"
    assert bengbu(0, migrant=True, labour_months=12) == "deep"
    assert bengbu(0, owns_shop=True) == "none"


def test_an_accident_before_2021_is_measured_by_three_times_the_standard():
    old = {"relative_coefficient": 150}

    def nation(income, cost):
        return decide("national@2016", income=income, values=old, sudden_event=True, accident_cost=cost).name

    assert nation(30_000, 8_400 * YUAN) == "accidental"
    assert nation(30_000, 8_399_99) == "none"


def test_amounts_have_a_share_for_each_member_and_a_ceiling():
    assert decide("national@2021", size=3).amounts == {"living_aid": 3_000 * YUAN}
    assert decide("national@2021", size=4).amounts == {"living_aid": 4_000 * YUAN}
    assert decide("national@2021", size=5).amounts == {"living_aid": 4_000 * YUAN}
    relative = decide("national@2021", income=8_000, values={"aid_member": 33_333})
    assert (relative.name, relative.amounts) == ("relative", {"living_aid": 16_666})
    event = {"sudden_event": True, "still_in_difficulty": True, "income": 60_000}
    assert decide("national@2021", **event, accident_cost=350_000).amounts == {"living_aid": 350_000}
    assert decide("national@2021", **event, accident_cost=370_000).amounts == {"living_aid": 360_000}
    assert decide("national@2021", income=60_000).amounts == {"living_aid": 0}


def test_the_trace_tells_every_clause_with_its_numbers():
    found = decide("qingdao@2021", income=21_600, size=3)
    traces = {trace.step.clause.name: trace for trace in found.trace}
    assert len(traces) == 11
    deep = traces["deep_income"]
    assert (deep.hit, deep.step.names, deep.values) == (False, ("per_month", "dibao"), (60_000, 60_000))
    assert deep.compared == ((2_160_000, 36, 60_000, 1),)
    assert [comparison.op for comparison in deep.step.comparisons] == ["<"]
    assert traces["relative_income"].hit is True


def test_shipped_sets_are_in_force_when_they_should_be():
    library = shipped()
    assert library.for_place(["340300", "340000", ""], dt.date(2019, 6, 1)).rules.reference == "bengbu@2019"
    assert library.for_place(["340300", "340000", ""], dt.date(2026, 6, 1)).rules.reference == "national@2021"
