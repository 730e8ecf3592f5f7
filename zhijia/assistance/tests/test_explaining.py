"""Answers with reasons: text, trace and amount agree, and each sentence names its article."""

import random

import pytest

from zhijia.assistance.rules.explaining import CLASS_WORDS, explain, money
from zhijia.assistance.rules.model import Value
from zhijia.assistance.tests import samples

LIBRARY = samples.shipped()


def _values(numbers):
    return {
        name: None if number is None else Value(number, "第一条", "某标准", "130500", "2024-07-01", "house")
        for name, number in numbers.items()
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reference", sorted(LIBRARY.found))
def test_text_trace_and_amount_agree_for_many_households(reference, language):
    rules = LIBRARY.get(reference)
    draw = random.Random(reference)
    for _ in range(200):
        household, persons = samples.random_household(rules, draw)
        numbers = samples.random_values(rules, draw, unknown=0.1)
        outcome = rules.evaluator.decide(household, persons, numbers)
        told = explain(rules.plan, outcome, _values(numbers), language)
        assert told.result == CLASS_WORDS[outcome.name].in_language(language)
        assert [s.clause for s in told.sentences] == [step.clause.name for step in rules.plan.clauses]
        for sentence, trace in zip(told.sentences, outcome.trace, strict=True):
            clause = trace.step.clause
            assert clause.article in sentence.text
            assert clause.source in sentence.text
            assert sentence.hit is trace.hit
            assert bool(outcome.reasons >> clause.reason & 1) is bool(trace.hit)
            assert "{" not in sentence.text
        amount = outcome.amounts["living_aid"]
        assert bool(told.amounts) is bool(amount or (amount is None and outcome.code > 0))
        if amount:
            assert money(amount, language) in told.amounts[0]
        assert bool(told.missing) is (outcome.name == "undetermined" or amount is None)
        known = [name for name, number in numbers.items() if number is not None]
        assert len(told.standards) == len(known)


def test_a_sentence_carries_the_numbers_and_the_operator_of_the_place():
    def told(reference, wages):
        rules = LIBRARY.get(reference)
        household, one = samples.facts(rules), samples.person(rules, wages=wages)
        values = {
            "dibao": 60_000, "minimum_wage": 1, "relative_coefficient": 200, "aid_member": 1, "aid_cap": 1,
            "aid_relative_share": 1, "aid_accident_months": 1, "accident_share": 80,
        }  # fmt: skip
        outcome = rules.evaluator.decide(household, [one], values)
        return explain(rules.plan, outcome, {}, "zh").sentences[0].text, explain(
            rules.plan, outcome, {}, "en"
        ).sentences[0].text

    zh, en = told("xingtai@2021", 720_000)
    assert zh.startswith(
        "家庭月人均纯收入为600.00元；深度困难的条件是不高于当地低保标准600.00元，符合。（依据：邢台市"
    )
    assert "¥600.00; deep difficulty means at most the local standard of ¥600.00. It is met. (Basis: " in en
    zh, en = told("qingdao@2021", 720_000)
    assert "深度困难的条件是低于当地低保标准600.00元，不符合。" in zh
    assert "means less than the local standard of ¥600.00. It is not met." in en
    zh, en = told("qingdao@2021", 720_001)
    assert "为约600.00元" in zh
    assert "is about ¥600.00" in en


def test_what_is_missing_is_named_and_never_shown_as_a_number():
    rules = LIBRARY.get("xingtai@2021")
    outcome = rules.evaluator.decide(samples.facts(rules), [samples.person(rules)], {})
    told = explain(rules.plan, outcome, {}, "zh")
    assert told.result == "无法判定"
    assert told.missing == (
        "当地月低保标准",
        "当地月最低工资",
        "相对困难线为低保标准的倍数",
        "生活救助每人",
        "生活救助每户上限",
        "相对困难家庭救助比例",
        "意外致困救助最高月数",
    )
    assert "缺少所需的标准" in told.sentences[0].text
    assert told.amounts == ()


def test_money_is_written_to_the_fen():
    assert money(123_456_789, "zh-hans") == "1,234,567.89元"
    assert money(-5, "en") == "-¥0.05"
    assert money(0, "zh") == "0.00元"
