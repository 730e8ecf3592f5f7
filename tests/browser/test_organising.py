"""A body changes its term; a worker founds a union on his phone; officers see which terms run out."""

import re

import pytest
from playwright.sync_api import expect


def _open(page, name: str) -> None:
    page.get_by_role("link", name=re.compile(name)).first.click()


def _press(page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).first.click()


@pytest.fixture
def day(visit):
    """Return the day on which the house lives, as a field of a form takes it."""
    page = visit("/organising/mine/", who="王小满")
    return page.evaluate("new Date().toLocaleDateString('sv-SE', {timeZone: 'Asia/Shanghai'})")


def _count(page, day: str, votes: list[int]) -> None:
    """Enter totals by which the first people are elected."""
    page.get_by_label("选举日期").fill(day)
    for label, number in (("应到会人数", 560), ("实到会人数", 500), ("发出选票", 500), ("收回选票", 498)):
        page.get_by_label(label).fill(str(number))
    for number, field in enumerate(page.get_by_label(re.compile("的赞成票")).all()):
        field.fill(str(votes[number]))
    _press(page, "保存")


def test_a_body_changes_its_term(visit, day, assert_accessible, picture) -> None:
    chair = visit("/organising/?tab=ours", who="玻小会", size="desktop")
    _open(chair, "沙河明澈玻璃有限公司工会")
    address = chair.url
    assert_accessible(chair)
    picture(chair, "organising-term-draft")
    _press(chair, "候选人报上级审批")
    above = visit(address, who="沙晓分", size="desktop")
    _open(above, "^同意候选人")
    _press(above, "^同意候选人")
    picture(above, "organising-term-approved")
    for votes in ([470, 460, 450, 440, 430, 420, 410, 40], [470]):
        chair.goto(address)
        _open(chair, "录入票数")
        picture(chair, "organising-election")
        assert_accessible(chair)
        _open(chair, "录入票数")
        picture(chair, "organising-count")
        _count(chair, day, votes)
    chair.goto(address)
    _press(chair, "计票完毕")
    _press(chair, "报告选举结果")
    above.goto(address)
    _open(above, "^批准选举结果")
    _press(above, "^批准选举结果")
    chair.goto(address)
    assert chair.get_by_text("当选人员已就任").first.is_visible()
    _open(chair, "选举结果报告")
    assert chair.locator("article.paper-sheet").get_by_text("孙晓岚").first.is_visible()
    picture(chair, "organising-paper")
    chair.goto("/unions/?q=明澈玻璃")
    _open(chair, "沙河明澈玻璃有限公司工会")
    assert chair.get_by_text("第2届").is_visible()


def test_a_worker_founds_a_union_where_he_works(visit, size, assert_accessible, picture) -> None:
    visit.allow("status of 422.*/organising/found/")  # more members than workers
    employer = {"phone": "威县家味餐饮管理有限公司", "desktop": "晨曦物业服务中心"}[size]
    page = visit("/organising/mine/", who="李春生", size=size)
    picture(page, "organising-mine")
    assert_accessible(page)
    _open(page, "在我的单位建工会")
    page.get_by_label("用人单位名称").fill(employer)
    page.get_by_label("地区").fill("威县")
    page.get_by_label("职工人数").fill("20")
    page.get_by_label("其中会员或愿意入会的人数").fill("30")
    _press(page, "保存并再看一遍")
    expect(page.get_by_text("会员30人多于本单位职工20人").first).to_be_visible()
    assert page.get_by_label("用人单位名称").input_value() == employer
    picture(page, "organising-found-refused")
    assert_accessible(page)
    page.get_by_label("其中会员或愿意入会的人数").fill("12")
    _press(page, "保存并再看一遍")
    picture(page, "organising-founding")
    assert_accessible(page)
    _press(page, "报上级工会")
    expect(page.get_by_text("威县总工会").first).to_be_visible()
    expect(page.get_by_text("已申请筹建").first).to_be_visible()


def test_officers_see_which_terms_run_out(visit, size, assert_accessible, picture) -> None:
    page = visit("/organising/terms/", who="周派舟", size=size)
    assert page.get_by_text("宁晋恒联电缆制造有限公司工会").first.is_visible()
    assert page.get_by_text("清河暖云羊绒纺织有限公司工会").first.is_visible()
    picture(page, "organising-terms")
    assert_accessible(page)
    _open(page, "委员会与办理")
    picture(page, "organising-body")
    assert_accessible(page)
    page.goto("/organising/")
    picture(page, "organising-index")
    assert_accessible(page)
