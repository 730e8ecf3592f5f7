"""The tree of kinds and the files around it: complete, consistent, and ours."""

from collections import Counter

import pytest

from zhijia.appeals.enums import Kind, Urgency
from zhijia.appeals.suggestions import law_pointers
from zhijia.appeals.suggestions.examples import NOT_WORK, examples, read_yaml

# The kinds the towns' message boards use for work and social security: names of an official list.
OFFICIAL = [
    "政法/仲裁与调解/劳动仲裁",
    "党务政务/群众团体/工会工作",
    "劳动和社会保障/城镇居民社会保险/其他",
    "劳动和社会保障/城镇居民社会保险/新农村合作医疗",
    "劳动和社会保障/城镇居民社会保险/城乡居民养老保险",
    "劳动和社会保障/城镇居民社会保险/城镇居民医疗保险",
    "劳动和社会保障/城镇职工社会保险/职工养老保险",
    "劳动和社会保障/城镇职工社会保险/职工工伤保险",
    "劳动和社会保障/城镇职工社会保险/职工生育保险",
    "劳动和社会保障/城镇职工社会保险/职工医疗保险",
    "劳动和社会保障/城镇职工社会保险/职工失业保险",
    "劳动和社会保障/城镇职工社会保险/其他",
    "劳动和社会保障/工资福利/福利待遇",
    "劳动和社会保障/工资福利/其他",
    "劳动和社会保障/工资福利/工资调整",
    "劳动和社会保障/工资福利/最低工资标准",
    "劳动和社会保障/工资福利/住房公积金",
    "劳动和社会保障/工资福利/工资发放",
    "劳动和社会保障/就业培训/其他",
    "劳动和社会保障/就业培训/就业和再就业",
    "劳动和社会保障/就业培训/职业培训",
    "劳动和社会保障/就业培训/职业技能鉴定",
    "劳动和社会保障/劳动保护/其他",
    "劳动和社会保障/劳动保护/工作时间和休息休假",
    "劳动和社会保障/劳动保护/女工保护",
    "劳动和社会保障/劳动保护/劳动安全",
    "劳动和社会保障/劳动保护/劳动环境",
    "劳动和社会保障/劳动保护/安全防护",
    "劳动和社会保障/劳动关系/劳动合同纠纷",
    "劳动和社会保障/劳动关系/非法用工",
    "劳动和社会保障/劳动关系/其他",
    "劳动和社会保障/劳动关系/农民工权益",
    "劳动和社会保障/劳动关系/劳务派遣纠纷",
    "劳动和社会保障/劳动关系/协议解除劳动关系",
    "劳动和社会保障/劳动关系/辞职辞退",
    "劳动和社会保障/其他/其他",
    "劳动和社会保障/社保基金管理/社保基金管理",
    "劳动和社会保障/社保基金管理/其他",
    "劳动和社会保障/退休政策及待遇/退休人员待遇",
    "劳动和社会保障/退休政策及待遇/内部退养人员待遇",
    "劳动和社会保障/退休政策及待遇/其他",
    "劳动和社会保障/退休政策及待遇/退休政策",
    "劳动和社会保障/退休政策及待遇/退休金发放",
    "劳动和社会保障/退休政策及待遇/病退及提前退休人员待遇",
]
TOP = [
    "WAGE",
    "CONTRACT",
    "INSURANCE",
    "INJURY",
    "HOURS",
    "SAFETY",
    "WOMEN",
    "MINOR",
    "DISPATCH",
    "UNION",
    "DEMOCRACY",
    "CONDUCT",
    "DISCRIMINATION",
    "LAYOFF",
    "AID",
    "BENEFIT",
    "MEMBERSHIP",
    "OTHER",
]
KINDS = {row["code"]: row for row in read_yaml("categories.yaml")}
LEAVES = [code for code in KINDS if code not in {row["parent"] for row in KINDS.values()}]


def test_the_tree_has_the_eighteen_top_kinds_in_order():
    assert [code for code, row in KINDS.items() if row["parent"] is None] == TOP


def test_every_official_kind_for_work_and_social_security_is_reached_from_one_of_ours():
    reached = {official for row in KINDS.values() for official in row["official"]}
    assert len(OFFICIAL) == 44
    assert sorted(reached) == sorted(OFFICIAL)


def test_codes_are_unique_and_every_parent_stands_before_its_children():
    codes = [row["code"] for row in read_yaml("categories.yaml")]
    assert [code for code, times in Counter(codes).items() if times > 1] == []
    for row in KINDS.values():
        assert row["parent"] == (row["code"].rpartition(".")[0] or None)
        assert row["parent"] is None or codes.index(row["parent"]) < codes.index(row["code"])


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_is_complete_in_both_languages(code):
    row = KINDS[code]
    assert all(row[field].strip() for field in ("name_zh", "name_en", "hint_zh", "hint_en"))
    assert row["name_en"].isascii()
    assert row["hint_en"].isascii()
    assert len(row["name_zh"]) <= 20
    assert isinstance(row["against_employer"], bool)
    assert row["default_kind"] in Kind.values
    assert row["default_urgency"] in Urgency.values


def test_kinds_keep_their_order():
    orders = [row["order"] for row in KINDS.values()]
    assert orders == sorted(set(orders))


def test_every_kind_one_can_choose_has_phrases_and_no_phrase_is_empty_or_a_whole_sentence():
    assert sorted(examples().kinds) == sorted(code for code in LEAVES if code != NOT_WORK)
    for code, phrases in examples().kinds.items():
        assert len(phrases) >= 12, code
        assert max(map(len, phrases)) <= 20, code


@pytest.mark.parametrize("top", [code for code in TOP if code != "OTHER"])
def test_every_top_kind_has_at_least_twenty_phrases(top):
    assert sum(len(phrases) for code, phrases in examples().kinds.items() if code.startswith(top + ".")) >= 20


def test_no_pointer_to_law_stands_twice_and_each_is_complete():
    keys = [pointer.url_key for pointer in law_pointers()]
    assert len(keys) == len(set(keys)) >= 90
    for pointer in law_pointers():
        assert pointer.law
        assert pointer.says_zh.endswith("。"), pointer.url_key
        assert pointer.says_en.endswith("."), pointer.url_key
        assert len(pointer.says_zh) <= 60, pointer.url_key
        assert pointer.certainty in {"read", "verify"}
        assert pointer.in_force_since.year >= 1994
        assert pointer.article.replace("-", "").isdigit(), pointer.url_key


def test_every_pointer_belongs_to_kinds_that_exist():
    assert {code for pointer in law_pointers() for code in pointer.categories} <= set(KINDS)


def test_a_number_checked_against_the_text_lies_within_its_law():
    last = {
        "劳动合同法": 98,
        "劳动合同法实施条例": 38,
        "劳动法": 107,
        "保障农民工工资支付条例": 64,
        "劳动争议调解仲裁法": 54,
        "劳动保障监察条例": 36,
        "社会保险法": 98,
        "工伤保险条例": 67,
        "最高人民法院关于审理工伤保险行政案件若干问题的规定": 10,
        "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）": 54,
        "女职工劳动保护特别规定": 16,
        "职工带薪年休假条例": 10,
        "企业职工带薪年休假实施办法": 19,
        "国务院关于职工工作时间的规定": 9,
        "工会法": 58,
        "职业病防治法": 88,
        "安全生产法": 119,
        "就业促进法": 69,
        "个人信息保护法": 74,
    }
    read = [pointer for pointer in law_pointers() if pointer.certainty == "read"]
    assert {pointer.law for pointer in read} == set(last)
    assert [pointer.url_key for pointer in read if not 1 <= int(pointer.article) <= last[pointer.law]] == []
