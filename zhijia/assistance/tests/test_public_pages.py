# ruff: noqa: E501
"""The rules as text, and the self-test: open to all, and nothing is kept."""

import datetime as dt
import logging
import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.assistance import selectors
from zhijia.assistance.forms import SelfTestForm
from zhijia.assistance.tests import samples

RULES = reverse("assistance:rules")
TEST = reverse("assistance:self_test")
pytestmark = pytest.mark.django_db


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("reference", [*sorted(samples.shipped().found), "", "none@1"])
def test_every_rule_set_can_be_read_in_every_language(client, reference, language):
    response = client.get(RULES, {"set": reference}, headers={"accept-language": language})
    assert response.status_code == 200
    page = response.context["page_of_rules"]
    assert page.reference == (reference if reference in samples.shipped().found else "national@2021")
    for clause in page.clauses:
        assert clause.cites
        assert clause.condition
    assert "@deep_line" not in response.content.decode()
    assert "per_month" not in response.content.decode()


def test_the_text_of_a_clause_holds_titles_thresholds_and_the_operator_of_the_place(client):
    def condition(reference, language):
        page = client.get(RULES, {"set": reference}, headers={"accept-language": language}).context[
            "page_of_rules"
        ]
        return page.clauses[0].condition

    assert condition("xingtai@2021", "zh-hans") == "家庭月人均纯收入 ≤ 当地月低保标准"
    assert (
        condition("qingdao@2021", "en")
        == "Net income a month for each member < Local monthly minimum living standard"
    )


def test_the_changes_between_versions_and_from_the_nation_are_listed(client):
    page = client.get(RULES, {"set": "national@2021"}, headers={"accept-language": "en"}).context[
        "page_of_rules"
    ]
    (older,) = page.comparisons
    kinds = {(change.kind, change.title) for change in older.changes}
    assert ("removed", "a shop is owned or others are employed") in kinds
    assert ("added", "Unavoidable costs, last 12 months") in kinds
    page = client.get(RULES, {"set": "qingdao@2021"}, headers={"accept-language": "en"}).context[
        "page_of_rules"
    ]
    changed = {change.title: (change.before, change.after) for change in page.comparisons[0].changes}
    before, after = changed["Net income within the minimum living standard"]
    assert ("≤" in before, "<" in after) == (True, True)
    xingtai = client.get(RULES, {"set": "xingtai@2021"}).context["page_of_rules"].comparisons[0].changes
    assert len(xingtai) == 1


def answers(**given):
    return {"place": "130502", "household_size": "1"} | {name: str(value) for name, value in given.items()}


def test_the_self_test_answers_with_reasons_amount_and_standards(client):
    response = client.post(
        TEST,
        answers(household_size=3, wages="48000", medical_cost="30000"),
        headers={"accept-language": "zh-hans"},
    )
    assert response.status_code == 200
    text = text_of(response)
    assert "结果: 深度困难" in text
    assert (
        "家庭月人均纯收入为500.00元；深度困难的条件是不高于当地低保标准700.00元，符合。（依据：邢台市" in text
    )
    assert "可申请的生活救助为3,000.00元" in text
    assert "示例值，待本地确认" in text


def test_a_refused_household_hears_the_nearest_true_change_and_never_to_lower_an_income(client):
    response = client.post(TEST, answers(wages="16837"), headers={"accept-language": "en"})
    text = text_of(response)
    assert "Result: not a household in difficulty under these rules" in text
    assert "truly has ¥37.01 or more of one of these costs that is not counted yet" in text
    assert len(response.context["result"].nearest) == 1
    result = response.context["result"]
    for sentence in result.nearest:
        for fact in ("Wages", "Other income", "vehicle", "dwellings"):
            assert fact not in sentence


def test_somebody_without_work_counts_with_the_minimum_wage_and_hears_of_the_paper(client):
    response = client.post(
        TEST, answers(household_size=2, work_status__jobless=1), headers={"accept-language": "en"}
    )
    assert response.context["result"].code == "relative"
    response = client.post(TEST, answers(work_status__jobless=1), headers={"accept-language": "en"})
    assert response.context["result"].code == "none"
    assert "registration as unemployed" in text_of(response)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"household_size": ""}, "household_size"), ({"household_size": 0}, "household_size"),
        ({"household_size": 31}, "household_size"), ({"wages": "-5"}, "wages"), ({"wages": "1.234"}, "wages"),
        ({"wages": "abc"}, "wages"), ({"wages": "999999999"}, "wages"), ({"work_status__jobless": 2}, "work_status__jobless"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told_at_its_field_and_nothing_typed_is_lost(client, given, field):
    response = client.post(
        TEST, answers(medical_cost="123.45") | {name: str(value) for name, value in given.items()}
    )
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert 'value="123.45"' in response.content.decode()
    assert response.context["result"] is None


def test_the_place_comes_first_and_an_unknown_one_asks_again(client):
    assert client.get(TEST).context["form"] is None
    assert client.post(TEST, {"place": "110101"}).context["place_form"].errors
    assert client.post(TEST, {"place": "130502"}).context["form"].is_bound is False
    assert client.get(TEST, {"place": "130502"}).context["form"] is None


def test_nothing_is_stored_and_nothing_is_logged(client, caplog):
    with (
        caplog.at_level(logging.DEBUG),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        response = client.post(TEST, answers(wages="43217.65", medical_cost="8765.43"))
    assert response.status_code == 200
    written = [q["sql"] for q in queries if not q["sql"].lstrip().upper().startswith("SELECT")]
    assert [sql for sql in written if "SAVEPOINT" not in sql.upper()] == []
    assert Session.objects.count() == 0
    assert "43217" not in caplog.text
    assert "4321765" not in caplog.text
    assert "876543" not in caplog.text
    assert "130502" not in caplog.text
    assert "sessionid" not in response.cookies
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("place", ["130502", "370200"])
def test_sums_of_the_household_give_the_same_as_each_person(place):
    """The short form puts all sums on one person: by these rules that must change nothing."""
    import random

    on = dt.date(2026, 3, 2)
    loaded = selectors.self_test_rules(place, on)
    draw = random.Random(place)
    for _ in range(50):
        household, persons = samples.random_household(loaded, draw)
        persons = [p | {"work_status": draw.choice(["employed", "jobless"])} for p in persons]
        for row in (household, *persons):
            row.update(
                {
                    n: v // 100 * 100 % 100_000_000
                    for n, v in row.items()
                    if type(v) is int and n.endswith(("cost", "wages", "income", "aid"))
                }
            )
        sums = {n: sum(p[n] for p in persons) for n in persons[0] if n != "work_status"}
        typed = {n: f"{v / 100:.2f}" for n, v in sums.items()}
        for item in loaded.plan.household_inputs:
            value = household[item.name]
            if item.kind == "money":
                typed[item.name] = f"{value / 100:.2f}"
            elif item.kind == "yesno" and value and item.asked:
                typed[item.name] = "on"
            elif item.kind == "count":
                typed[item.name] = str(value)
        household["hides_facts"] = False
        typed["work_status__jobless"] = str(sum(p["work_status"] == "jobless" for p in persons))
        form = SelfTestForm(typed, loaded=loaded)
        assert form.is_valid(), form.errors
        short = selectors.self_test(loaded, place, on, form.household(), form.persons())
        full = selectors.self_test(loaded, place, on, household, persons)
        assert short.code == full.code
        assert short.told == full.told


def test_rules_that_ask_more_than_sums_have_no_short_form():
    from zhijia.assistance.rules.library import load_rule_set

    assert not selectors.is_short(load_rule_set(samples.EVERYTHING).plan)
    assert all(selectors.is_short(loaded.plan) for loaded in samples.shipped().found.values())
