"""Suggestions of kinds, answers and law from what a worker types."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhijia.appeals.suggestions import (
    WORK_THRESHOLD,
    applicable_law,
    is_work_matter,
    similar_answers,
    suggest_categories,
    warm_up,
    work_score,
)

ODD = [
    "",
    "   ",
    "😀" * 50,
    "السلام عليكم يا عمال",
    "<script>alert('工')</script>",
    "\x00\u202e\ud800",
    "1" * 300,
]
SAID = [
    ("老板三个月没发工资了，一直说没钱", "WAGE.ARREARS"),
    ("俺们几个老乡在工地干完活，包工头跑了，血汗钱一分没拿到", "WAGE.PROJECT"),
    ("国庆加了七天班，一分加班费都没有", "WAGE.OVERTIME"),
    ("迟到一次罚款两百，每月乱扣工资", "WAGE.DEDUCTION"),
    ("干了快一年一直不签合同", "CONTRACT.NONE"),
    ("昨天突然把我辞退，叫我走人", "CONTRACT.TERMINATION"),
    ("交了辞职报告就是不批，离职证明也不给", "CONTRACT.RESIGNATION"),
    ("公司一直没给我们买社保", "INSURANCE.UNPAID"),
    ("公基金怎么取出来", "INSURANCE.HOUSING_FUND"),
    ("生育津贴半年了还没到账", "INSURANCE.MATERNITY"),
    ("今年满五十五岁，退休手续怎么办", "INSURANCE.RETIREMENT"),
    ("下班路上被车撞了，算工伤吗", "INJURY.RECOGNITION"),
    ("每天上班十二个小时，不加班就扣钱", "HOURS.EXCESSIVE"),
    ("今年的年假公司不让休", "HOURS.ANNUAL_LEAVE"),
    ("车间机器没有防护罩，安全隐患很大", "SAFETY.HAZARD"),
    ("怀孕三个月，公司逼我走", "WOMEN.PREGNANCY"),
    ("主管对女工动手动脚，还发黄色信息", "WOMEN.HARASSMENT"),
    ("厂里用童工，看着才十四岁", "MINOR.CHILD"),
    ("学校强制实习，把我们送进厂上夜班", "MINOR.STUDENT"),
    ("派遣工和正式工同工不同酬", "DISPATCH.EQUAL_PAY"),
    ("扣着身份证不还，还要交押金", "CONDUCT.DOCUMENTS"),
    ("招聘写着只招男的", "DISCRIMINATION.SEX"),
    ("送外卖的个人怎么入会", "MEMBERSHIP.JOIN"),
    ("仲裁赢了公司不给钱，怎么强制执行", "AID.ARBITRATION"),
]
ELSEWHERE = [
    "小区物业乱收停车费，业主没人管",
    "公交车半小时不来一趟，建议增加班次",
    "开发商延期交房，楼盘烂尾了",
    "隔壁烧烤摊油烟扰民，吵得睡不着",
    "村里征地补偿款一直没有分配",
]


@pytest.mark.parametrize(("text", "code"), SAID)
def test_what_a_worker_says_leads_to_the_kind_he_means(text, code):
    assert suggest_categories(text)[0].code == code
    assert is_work_matter(text)


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_is_not_about_work_is_told_apart(text):
    assert not is_work_matter(text)
    assert suggest_categories(text)[0].code == "OTHER.NOT_WORK"
    assert applicable_law(text) == []


def test_the_reasons_shown_are_words_of_the_text():
    text = "老板拖欠工资，要不到工资，还不给交社保"
    first = suggest_categories(text)[0]
    assert first.code == "WAGE.ARREARS"
    assert "拖欠工资" in first.because
    assert all(word in text for suggestion in suggest_categories(text) for word in suggestion.because)


def test_suggestions_come_best_first_and_never_more_than_asked():
    text = "没签合同，拖欠工资，不交社保，天天加班，还扣身份证"
    found = suggest_categories(text, limit=5)
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    assert len(found) == 5
    assert suggest_categories(text, limit=0) == []


def test_everyday_words_alone_suggest_nothing():
    assert suggest_categories("您好，请问我们公司这个情况怎么处理，谢谢领导") == []
    assert work_score("您好") == 0.0


def test_dialect_and_slips_of_the_pen_are_understood():
    assert suggest_categories("我的工姿冇发")[0].code == "WAGE.ARREARS"


def test_full_width_and_upper_case_make_no_difference():
    assert suggest_categories("长期９９６，领导还ＰＵＡ") == suggest_categories("长期996，领导还pua")


def test_the_beginning_of_a_very_long_text_still_counts():
    filler = "今天天气很好。" * 3000
    assert suggest_categories("老板拖欠工资，一直不发工资。" + filler)[0].code == "WAGE.ARREARS"


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_suggest_nothing_and_break_nothing(text):
    assert suggest_categories(text) == []
    assert applicable_law(text) == []
    assert similar_answers(text, [(1, "拖欠工资怎么办")]) == []
    assert work_score(text) < WORK_THRESHOLD


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.sampled_from([None, "WAGE", "NO.SUCH.KIND", "OTHER.NOT_WORK"]))
def test_no_text_whatever_raises(text, code):
    assert 0.0 <= work_score(text) <= 1.0
    assert len(suggest_categories(text)) <= 3
    assert len(applicable_law(text, code)) <= 4
    assert len(similar_answers(text, [(7, text), (8, "工伤认定要多久")])) <= 2


def test_the_answer_to_the_same_question_is_found_first():
    answers = [
        (11, "公积金可以在离职半年后提取，请带身份证到窗口办理。"),
        (12, "工伤认定由单位在三十天内申请，单位不报的，本人一年内可以申请。"),
        (13, "拖欠工资可以向劳动监察投诉，也可以申请仲裁。"),
    ]
    found = similar_answers("在厂里受伤，单位不报工伤，怎么申请工伤认定", answers)
    assert found[0][0] == 12
    assert similar_answers("拖欠工资找谁", answers, limit=1)[0][0] == 13


def test_an_identical_text_is_wholly_alike_and_no_candidates_give_nothing():
    assert similar_answers("拖欠工资三个月", [(5, "拖欠工资三个月")]) == [(5, 1.0)]
    assert similar_answers("拖欠工资三个月", []) == []
    assert similar_answers("拖欠工资三个月", [(5, ""), (6, "😀")]) == []


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("上班八个月一直没签合同", None, "LCL-82"),
        ("试用期要六个月，合同只有一年", None, "LCL-19"),
        ("包工头跑了，总包不认账，农民工工资没着落", None, "MWR-30"),
        ("下班路上出车祸算不算工伤", "INJURY.RECOGNITION", "WII-14"),
        ("年假不让休也不给钱", None, "LEAVE-5"),
        ("产假几天", None, "FEM-7"),
        ("公司让我签自愿放弃社保的承诺书", None, "LL-72"),
        ("押着身份证还收了押金", None, "LCL-9"),
        ("四十度高温还要在室外干活", None, "HEAT-8"),
        ("申请劳动仲裁要收费吗", None, "LDMA-53"),
    ],
)
def test_the_article_that_applies_is_among_those_shown(text, code, key):
    assert key in [pointer.url_key for pointer in applicable_law(text, code)]


def test_a_chosen_kind_shows_its_law_before_anything_is_typed():
    shown = applicable_law("", "WOMEN.HARASSMENT", limit=9)
    assert {pointer.url_key for pointer in shown} == {"FEM-11", "CIVIL-1010", "WOMEN-25"}
    assert len(applicable_law("", "WAGE")) == 4


def test_a_kind_that_is_not_work_has_no_law():
    assert applicable_law("拖欠工资", "OTHER.NOT_WORK") == []


def test_warming_up_twice_is_harmless():
    warm_up()
    warm_up()
    assert is_work_matter("拖欠工资")
