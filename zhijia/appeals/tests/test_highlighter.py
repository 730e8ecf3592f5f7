"""What may tell who a person is: found, explained, covered. All sentences and people are made up."""

from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from zhijia.appeals.highlighter import Span, identifying_spans, kind_name, mask
from zhijia.appeals.highlighter.words import words


def found(text):
    return [(text[span.start : span.end], span.kind) for span in identifying_spans(text)]


@pytest.mark.parametrize(
    ("text", "piece", "kind"),
    [
        ("打我电话13800138000", "13800138000", "phone"),
        ("手机 138 0013 8000 联系", "138 0013 8000", "phone"),
        ("手机１３８００１３８０００联系", "１３８００１３８０００", "phone"),
        ("座机010-62345678转人事", "010-62345678", "phone"),
        ("号码一三八零零一三八零零零", "一三八零零一三八零零零", "phone"),
        ("身份证11010119900307231X", "11010119900307231X", "resident_id"),
        ("证件110101********2316", "110101********2316", "resident_id"),
        ("卡号6222 0212 3456 7890 123", "6222 0212 3456 7890 123", "bank_card"),
        ("货车粤B12345撞了我", "粤B12345", "plate"),
        ("新能源车沪AD12345", "沪AD12345", "plate"),
        ("写信到 gong.you@example.com", "gong.you@example.com", "email"),
        ("加我QQ：12345678", "QQ：12345678", "account"),
        ("微信号 abc_12345 同号", "微信号 abc_12345", "account"),
        ("工号：A00871", "工号：A00871", "number"),
        ("裁决书（2023）沪0101号", "（2023）沪0101号", "number"),
        ("看 https://example.com/t/1 原帖", "https://example.com/t/1", "link"),
        ("我叫王小芳，干了三年", "王小芳", "name"),
        ("姓名：欧阳修文", "欧阳修文", "name"),
        ("包工头黄大勇拖着不给", "黄大勇", "name"),
        ("找了李经理两次", "李经理", "name"),
        ("问过陈师傅", "陈师傅", "name"),
        ("王总说没钱", "王总", "name"),
        ("被张某某打了", "张某某", "name"),
        ("只有老刘知道", "老刘", "name"),
        ("刘建军，男，四十岁", "刘建军", "name"),
        ("我在东海市宏发电子有限公司打工", "东海市宏发电子有限公司", "employer"),
        ("投诉红星纺织厂不交社保", "红星纺织厂", "employer"),
        ("在阳光花园工地做木工", "阳光花园工地", "employer"),
        ("我是育才中学的代课老师", "育才中学", "employer"),
        ("住在幸福路12号3栋502室", "幸福路12号3栋502室", "address"),
        ("家住和平小区5栋", "和平小区5栋", "address"),
        ("2023年3月5日晚上8点开会说的", "2023年3月5日晚上8点", "date"),
        ("3月15号被辞退", "3月15号", "date"),
        ("二车间夜班焊工", "二车间夜班焊工", "position"),
        ("我是唯一的女电工", "唯一的女电工", "unique"),
    ],
)
def test_what_may_identify_somebody_is_found(text, piece, kind):
    assert (piece, kind) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "公司拖欠我三个月工资一共15000元",
        "我们公司不交社保，老板说没钱",
        "每月工资4500元，扣了280元",
        "安排加班到很晚，高兴不起来",
        "公安局长接待日怎么预约",
        "劳动法规定每天八小时",
        "这家工厂、那个工地都这样",
        "老师和老板都说等等",
        "车间主任让我加班",
        "打12351或者12345咨询",
        "每月36小时加班上限",
        "😀 السلام <b>x</b>",
        "",
    ],
)
def test_what_identifies_nobody_is_left_alone(text):
    assert found(text) == []


def test_a_name_recognised_once_is_found_wherever_it_stands():
    text = "投诉人：覃小君，男。次日覃小君又去了，没人理覃小君"
    assert found(text) == [("覃小君", "name")] * 3


def test_masking_covers_every_span_and_keeps_the_matter():
    text = "我叫王小芳，电话13800138000，宏发电子有限公司欠我15000元"
    assert mask(text, identifying_spans(text)) == "我叫某某，电话［电话］，某单位欠我15000元"


def test_the_officer_may_mask_only_what_he_chooses():
    text = "李经理和王总都在"
    assert mask(text, identifying_spans(text)[:1]) == "某某和王总都在"
    assert mask(text, []) == text


def test_overlapping_spans_are_masked_once():
    one, other = Span(0, 3, "name", "", ""), Span(2, 4, "phone", "", "")
    assert mask("甲乙丙丁戊", [other, one]) == "某某丁戊"


def test_masked_text_holds_nothing_more_to_mask():
    text = "我叫王小芳，住幸福路12号，电话13800138000，工号：A00871，2023年3月5日在红星纺织厂"
    assert identifying_spans(mask(text, identifying_spans(text))) == []


def test_reasons_speak_the_readers_language():
    span = identifying_spans("打13800138000")[0]
    with translation.override("zh-hans"):
        assert span.why == "凭电话号码能找到人"
        assert kind_name("phone") == "电话"
    with translation.override("en"):
        assert span.why == "A phone number leads to a person"
        assert kind_name("phone") == "Phone number"


def test_every_kind_is_named_and_explained_in_both_languages():
    for kind, row in words().kinds.items():
        assert set(row) == {"name_zh", "name_en", "why_zh", "why_en", "mask"}, kind
        assert all(row.values()), kind


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=300) | st.text("张王李某公司厂路号0123456789xX*年月日在@.微信我叫老板（）", max_size=200)
)
def test_spans_lie_within_the_text_in_order_and_apart(text):
    spans = identifying_spans(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert isinstance(mask(text, spans), str)


@pytest.mark.parametrize("piece", ["公司", "1", "张某", "路1号", "在", "a@", "第一车间", "（2023）"])
def test_twenty_thousand_characters_of_the_same_do_no_harm(piece):
    assert isinstance(identifying_spans((piece * 20_000)[:20_000]), list)
