# ruff: noqa: E501
"""A rule file with a mistake does not load, and the error names file and line."""

import re

import pytest

from zhijia.assistance.rules.library import NoRuleSet, load_library, load_rule_set
from zhijia.assistance.rules.model import BadRuleSet
from zhijia.assistance.tests.samples import SMALL, shipped

DEEP = "  deep:\n"


def wrong(tmp_path, text, name="small.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRuleSet) as caught:
        load_library(tmp_path)
    return str(caught.value)


def changed(old, new, count=1):
    assert old in SMALL
    return SMALL.replace(old, new, count)


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


def test_the_sample_loads(tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    assert load_rule_set(tmp_path / "small.yaml").rules.reference == "small@1"


MISTAKES = [
    # a clause without its source
    ("    source: 某办法\n    certainty: known\n    zh: 深", "    certainty: known\n    zh: 深", "  deep:",
     "source is missing: a rule without a source does not load"),
    ("    article: 第二条\n", "    article:\n", "  car:", "article is missing: a rule without a source"),
    ("    certainty: known\n    zh: 深", "    certainty: sure\n    zh: 深", "certainty: sure", "must be one of read, known, house"),
    # missing sentences
    ("    miss: {zh: 无车, en: no car}\n", "", "  car:", "miss is missing"),
    ("miss: {zh: 无车, en: no car}", "miss: {zh: 无车}", "miss: {zh: 无车}", "en is missing"),
    ("hit: {zh: 有车, en: a car}", 'hit: {zh: "{cars}", en: a car}', "  car:", "derived variable 'cars'"),
    ("hit: {zh: 有车, en: a car}", 'hit: {zh: "{wages}", en: a car}', "  car:", "known of each person only"),
    ("hit: {zh: 有车, en: a car}", 'hit: {zh: "{", en: a car}', "  car:", "a brace too many"),
    ('say: {zh: "可得{amount}"', 'say: {zh: "可得"', "  aid:", "must hold {amount}"),
    # names and types
    ("when: each @line dibao", "when: each @line dibaoo", "  deep:", "derived variable 'dibaoo'"),
    ("when: each @line dibao", "when: each @lime dibao", "  deep:", "there is no operator '@lime'"),
    ("when: each @line dibao", "when: each @line 600", "  deep:", "mixes money with a plain number"),
    ("when: each @line dibao", "when: each + dibao", "  deep:", "expected yes or no, found a number"),
    ("when: each @line dibao", "when: has_car + 1 > 2", "  deep:", "'has_car' is yes or no, not a number"),
    ("when: each @line dibao", "when: rent", "  deep:", "'rent' is a number, not yes or no"),
    ("when: each @line dibao", "when: wages > dibao", "  deep:", "known of each person: use sum()"),
    ("when: each @line dibao", "when: count(work is idle) > 1", "  deep:", "has no code 'idle', only employed, jobless"),
    ("when: each @line dibao", "when: rent is jobless", "  deep:", "'rent' is no code"),
    ("when: each @line dibao", "when: rent * rent > dibao", "  deep:", "money * money has no meaning"),
    ("when: each @line dibao", "when: sum(dibao) > rent", "  deep:", "'dibao' is not known of a person"),
    ("when: each @line dibao", "when: sum(wages / 2) > rent", "  deep:", "a sum of quotients"),
    ("when: each @line dibao", "when: sum(sum(wages)) > rent", "  deep:", "cannot stand within a person"),
    ('is: "sum(wages)"', 'is: "count(work is jobless)"', "  income:", "is a number, not of type money"),
    # division and overflow
    ("when: each @line dibao", "when: rent / income > 80%", "  deep:", "divides by something that may be zero"),
    ("/ household_size / 12", "/ (household_size - 1)", "  each:", "divides by something that may be zero"),
    ("type: money, rounded: floor, is", "type: money, is", "  each:", "is a quotient: say how it is shown"),
    ('type: money, is: "sum(wages)"', 'type: money, rounded: floor, is: "sum(wages)"', "  income:", "is no quotient"),
    ("when: each @line dibao", "when: income * 1000000000 > dibao * 1000000000", "  deep:", "grow beyond what fits"),
    # circles and doubles
    ('is: "sum(wages)"', 'is: "each * 2"', "  each:", "goes round in a circle: "),
    ("    reason: 1\n", "    reason: 0\n", "  car:", "the reason 0 is that of deep"),
    ("    reason: 1\n", "    reason: 62\n", "  car:", "between 0 and 61"),
    ("    reason: 1\n", "    reason: one\n", "reason: one", "expected a whole number"),
    ("  car:\n", "  deep:\n", "  deep:\n    reason: 1", "'deep' stands twice"),
    ("    rent: {", "    dibao: {", "  dibao: {key", "stands already at"),
    # shape
    ("    gives: deep\n", "", "  deep:", "either gives a class or bars some"),
    ("    gives: deep\n", "    gives: poor\n", "gives: poor", "must be one of deep, relative, accidental"),
    ("    bars: [deep]\n", "    bars: [rich]\n", "bars: [rich]", "must be one of"),
    ("    bars: [deep]\n", "    bars: deep\n", "bars: deep", "expected a list"),
    ("certainty: known\noperators", "certainty: known\nscript: x\noperators", "script: x", "is unknown here"),
    ("from: 2021-01-01", "from: 1.1.2021", "from: 1.1.2021", "must be a date"),
    ("from: 2021-01-01", "from: 2021-01-01\nto: 2020-01-01", "to: 2020", "the last day lies before the first"),
    ("from: 2021-01-01", "from: 2021-01-01\nplace: 1305", "place: 1305", "quoted code of six digits"),
    ("from: 2021-01-01", "from: 2021-01-01\nextends: other@1", "extends: other@1", "there is no rule set 'other@1'"),
    ("from: 2021-01-01", "from: 2021-01-01\nsupersedes: other@1", "rule_set", "no rule set 'other@1' to supersede"),
    ("max: 100000 yuan", "max: 100000", "max: 100000", "expected an amount such as '1000 yuan'"),
    ("min: 1, max: 30", "min: 31, max: 30", "min: 31", "min is greater than max"),
    ("min: 1, max: 30", "max: 30", "rule_set", "household_size, a count with min 1"),
    ("is: \"<=\", article", "is: \"!=\", article", "  line: {", "must be one of >=, <=, ==, >, <"),
    ("    rent: {type: money,", "    rent: {type: float,", "    rent: {type: float", "must be one of money, count, yesno, code"),
    ("    rent: {type: money,", "    rent: {type: code,", "    rent: {type: code", "type code needs it"),
    ("    rent: {", "    Rent: {", "    Rent: {", "is no name"),
    ("    rent: {", "    sum: {", "    sum: {", "is no name"),
    ("    rent: {", "    rent: {override: true, ", "    rent: {override", "replaces nothing"),
    ('for: {deep: "min(household_size * 100 yuan, 350 yuan)"}', 'for: {deep: "100 yuan - rent"}', "  aid:", "may become negative"),
    ('for: {deep: "min(household_size * 100 yuan, 350 yuan)"}', 'for: {deep: "50% * rent"}', "  aid:", "expected whole fen"),
    ('for: {deep: "min(household_size * 100 yuan, 350 yuan)"}', 'for: {rich: "rent"}', "for: {rich", "must be one of deep"),
    ("clauses:\n", "clauses: [\n", "  deep:", "not YAML"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "at", "says"), MISTAKES, ids=[f"{n}-{m[3][:30]}" for n, m in enumerate(MISTAKES)]
)
def test_a_mistake_is_named_by_file_and_line(tmp_path, old, new, at, says):
    text = changed(old, new)
    found = wrong(tmp_path, text)
    assert says in found
    file, line = re.match(r"(.*?):(\d+): ", found).groups()
    assert file == str(tmp_path / "small.yaml")
    assert abs(int(line) - line_of(text, at)) <= (0 if "not YAML" not in says else 3)


def test_nothing_gives_a_class(tmp_path):
    text = changed("    gives: deep\n", "    bars: [relative]\n")
    assert "no clause gives a class" in wrong(tmp_path, text)


def test_an_empty_file_and_a_file_of_other_things_are_refused(tmp_path):
    assert "small.yaml:1: the file is empty" in wrong(tmp_path, "# nothing\n")
    assert "small.yaml:1: rule_set is missing" in wrong(tmp_path, "a: 1\n")
    assert "expected names with values" in wrong(tmp_path, "- 1\n")


LOCAL = """\
rule_set: local
version: "1"
place: "130500"
from: 2022-01-01
extends: small@1
title: {zh: 地方, en: Local}
source: 地方办法
certainty: known
"""


def test_a_local_set_must_say_that_it_overrides(tmp_path):
    (tmp_path / "a.yaml").write_text(SMALL, encoding="utf-8")
    more = 'operators:\n  line: {is: "<", article: 一, source: 地方办法, certainty: known}\n'
    assert "local.yaml:10: line: stands already in small@1; say override: true" in wrong(
        tmp_path, LOCAL + more, "local.yaml"
    )


def test_a_local_set_replaces_only_what_it_names(tmp_path):
    (tmp_path / "a.yaml").write_text(SMALL, encoding="utf-8")
    more = 'operators:\n  line: {override: true, is: "<", article: 一, source: 地方办法, certainty: known}\n'
    (tmp_path / "local.yaml").write_text(LOCAL + more, encoding="utf-8")
    library = load_library(tmp_path)
    local, base = library.get("local@1").rules, library.get("small@1").rules
    assert local.operators[0].op == "<"
    assert local.operators[0].origin == "local@1"
    assert base.operators[0].op == "<="
    assert local.clauses == base.clauses
    assert local.clauses[0].origin == "small@1"


def test_a_dropped_clause_needs_a_source_and_must_exist(tmp_path):
    (tmp_path / "a.yaml").write_text(SMALL, encoding="utf-8")
    assert "no such clause to drop" in wrong(
        tmp_path, LOCAL + "drop:\n  boat: {article: 一, source: s, zh: 无, en: no}\n", "local.yaml"
    )
    assert "source is missing" in wrong(
        tmp_path, LOCAL + "drop:\n  car: {article: 一, zh: 无, en: no}\n", "local.yaml"
    )
    (tmp_path / "local.yaml").write_text(
        LOCAL + "drop:\n  car: {article: 一, source: s, zh: 无, en: no}\n", encoding="utf-8"
    )
    rules = load_library(tmp_path).get("local@1").rules
    assert [clause.name for clause in rules.clauses] == ["deep"]
    assert [dropped.name for dropped in rules.dropped] == ["car"]


def test_sets_that_extend_each_other_are_refused(tmp_path):
    (tmp_path / "a.yaml").write_text(changed("from:", "extends: local@1\nfrom:"), encoding="utf-8")
    assert "extends itself: " in wrong(tmp_path, LOCAL, "local.yaml")


def test_versions_must_follow_each_other_without_overlap(tmp_path):
    (tmp_path / "a.yaml").write_text(SMALL, encoding="utf-8")
    newer = changed('version: "1"', 'version: "2"').replace("from: 2021-01-01", "from: 2023-01-01")
    assert "must say supersedes: small@1" in wrong(tmp_path, newer, "b.yaml")
    newer = newer.replace("title:", "supersedes: small@1\ntitle:", 1)
    assert "must end with to: before small@2 begins on 2023-01-01" in wrong(tmp_path, newer, "b.yaml")
    (tmp_path / "a.yaml").write_text(changed("title:", "to: 2022-12-31\ntitle:"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(newer, encoding="utf-8")
    library = load_library(tmp_path)
    assert [found.rules.version for found in library.versions("small")] == ["2", "1"]


def test_two_sets_of_one_reference_or_one_place_are_refused(tmp_path):
    (tmp_path / "a.yaml").write_text(SMALL, encoding="utf-8")
    assert "small@1 stands already in" in wrong(tmp_path, SMALL, "b.yaml")
    assert "the place has the rule set small already" in wrong(
        tmp_path, changed("rule_set: small", "rule_set: tiny"), "b.yaml"
    )


def test_the_version_in_force_is_chosen_by_date_and_old_ones_by_name():
    import datetime as dt

    library = shipped()
    assert library.choose("national", dt.date(2019, 5, 1)).rules.reference == "national@2016"
    assert library.choose("national", dt.date(2020, 12, 31)).rules.reference == "national@2016"
    assert library.choose("national", dt.date(2021, 1, 1)).rules.reference == "national@2021"
    assert library.choose("national@2016", dt.date(2026, 1, 1)).rules.reference == "national@2016"
    with pytest.raises(NoRuleSet, match="no version of 'bengbu' is in force on 2026-01-01"):
        library.choose("bengbu", dt.date(2026, 1, 1))
    with pytest.raises(
        NoRuleSet, match="there is no rule set 'paris'; there are: bengbu, national, qingdao, xingtai"
    ):
        library.choose("paris", dt.date(2026, 1, 1))


def test_the_set_of_a_place_is_that_of_the_nearest_place_above_it():
    import datetime as dt

    library = shipped()
    walk = ("130502", "130500", "130000", "")
    assert library.for_place(walk, dt.date(2026, 1, 1)).rules.reference == "xingtai@2021"
    assert library.for_place(walk, dt.date(2021, 3, 1)).rules.reference == "national@2021"
    assert library.for_place(walk, dt.date(2015, 3, 1)) is None
